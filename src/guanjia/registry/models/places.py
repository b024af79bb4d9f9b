from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name)


class PlaceKind(models.TextChoices):
    """From the root down; each kind stands directly under the one before."""

    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")
    COURTYARD = "courtyard", _("Courtyard")


class Place(models.Model):
    """A place as it is now, or as it last was. `PlacePeriod` holds what it was called, bounded and part of
    before (docs/why/places.md).
    """

    kind = models.CharField(max_length=16, choices=PlaceKind.choices)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    #: Ids from the district down to itself: "/1/7/31/". The descendants of a place are those whose path
    #: starts with its own.
    path = models.CharField(max_length=120, db_index=True, default="")
    valid_from = models.DateField()
    #: The first day on which it is no more.
    valid_to = models.DateField(null=True)
    #: A GeoJSON Polygon or MultiPolygon in WGS-84.
    boundary = models.JSONField(null=True)
    min_lon = models.FloatField(null=True)
    min_lat = models.FloatField(null=True)
    max_lon = models.FloatField(null=True)
    max_lat = models.FloatField(null=True)
    #: A point inside the boundary.
    centre_lon = models.FloatField(null=True)
    centre_lat = models.FloatField(null=True)
    planned_households = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            ends_after_start("place_ends_after_start"),
            models.UniqueConstraint(
                fields=["parent", "kind", "name"],
                condition=Q(valid_to__isnull=True),
                name="place_name_once_under_parent",
            ),
        ]
        indexes = [models.Index(fields=["kind", "id"], name="place_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def path_ids(self) -> list[int]:
        """From the district down, itself last."""
        return [int(part) for part in self.path.split("/") if part]

    @property
    def depth(self) -> int:
        return len(self.path_ids)

    def valid_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class PlacePeriod(models.Model):
    """What varies of a place over time: one row for each period, the current one included (`valid_to` null
    while the place exists).
    """

    place = models.ForeignKey(Place, models.CASCADE, related_name="periods")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    boundary = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ends_after_start("period_ends_after_start"),
            models.UniqueConstraint(fields=["place"], condition=Q(valid_to__isnull=True), name="period_current_once"),
            models.UniqueConstraint(fields=["place", "valid_from"], name="period_start_once"),
        ]
        indexes = [models.Index(fields=["valid_from", "valid_to"], name="period_days")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}–{self.valid_to or ''}"


class PlaceCode(models.Model):
    """The code that one edition of the official list gives a place. Codes are used again for other places: no key."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="codes")
    edition = models.CharField(max_length=16)
    code = models.CharField(max_length=24)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="code_once_per_edition"),
            models.UniqueConstraint(fields=["place", "edition"], name="place_once_per_edition"),
        ]
        indexes = [models.Index(fields=["code", "valid_from"], name="code_history")]

    def __str__(self) -> str:
        return f"{self.edition}:{self.code}"


class PlaceAlias(models.Model):
    """What people also call a place: a former name, a nickname, a road with house number."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=80)
    #: `rules.normal_address(text)`: what is compared.
    normal = models.CharField(max_length=80, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "normal"], name="alias_once")]

    def __str__(self) -> str:
        return self.text


class SuccessionKind(models.TextChoices):
    SPLIT = "split", _("Split")
    MERGE = "merge", _("Merged")
    REDRAW = "redraw", _("Redrawn")
    RECODE = "recode", _("Recoded")
    RENAME = "rename", _("Renamed")


class PlaceSuccession(models.Model):
    """What became of a place. `old` and `new` are the same place where only its code, name or lines changed."""

    old = models.ForeignKey(Place, models.CASCADE, related_name="successions")
    new = models.ForeignKey(Place, models.CASCADE, related_name="origins")
    kind = models.CharField(max_length=16, choices=SuccessionKind.choices)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new", "kind", "on"], name="succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id} {self.kind} {self.on}"
