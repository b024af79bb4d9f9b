"""Works counted by kind and unit, and plots adopted by households."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Work(models.Model):
    """So much of one kind was done at a place on a day."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=2)
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    on = models.DateField()
    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    key = models.CharField(max_length=80, null=True, unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="work_positive")]
        indexes = [
            models.Index(fields=["programme", "-on", "-id"], name="work_newest"),
            models.Index(fields=["programme", "kind", "on"], name="work_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class Plot(models.Model):
    """A piece of ground, an orchard or a bed that households look after."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "place", "name"], name="plot_once")]
        indexes = [models.Index(fields=["programme", "-id"], name="plot_newest")]

    def __str__(self) -> str:
        return self.name


class Keeper(models.Model):
    """A household that has adopted a plot, as long as it does."""

    plot = models.ForeignKey(Plot, models.CASCADE, related_name="keepers")
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plot", "subject"], condition=Q(until__isnull=True), name="keeper_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="keeper_ends_no_earlier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plot_id} {self.subject_id}"
