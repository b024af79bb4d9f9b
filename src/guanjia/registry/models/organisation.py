from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.actor import Role
from guanjia.kernel.secrets import EncryptedTextField
from guanjia.registry.models.places import Place, ends_after_start


class UnitKind(models.TextChoices):
    LEADERSHIP = "leadership", _("District leadership")
    DEPARTMENT = "department", _("Department")
    STREET_OFFICE = "street_office", _("Street office")
    COMMUNITY_COMMITTEE = "community_committee", _("Community committee")
    BODY = "body", _("Joint meeting or leading group")
    TEAM = "team", _("Team")
    COMPANY = "company", _("Company")
    SERVICE = "service", _("Public service")


class Unit(models.Model):
    kind = models.CharField(max_length=24, choices=UnitKind.choices)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    #: The area it answers for.
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="units")
    #: Public.
    phone = models.CharField(max_length=32, blank=True, default="")
    duties = models.TextField(blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ends_after_start("unit_ends_after_start"),
            models.UniqueConstraint(fields=["name"], condition=Q(valid_to__isnull=True), name="unit_name_once"),
        ]
        indexes = [models.Index(fields=["kind", "place"], name="unit_kind_place")]

    def __str__(self) -> str:
        return self.short_name or self.name


class Post(models.Model):
    """A role within a unit and a place. Who holds it changes; what it may do does not."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32, choices=[(role.value, role.value) for role in Role])
    #: The scope: this place and all below.
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [ends_after_start("post_ends_after_start")]
        indexes = [models.Index(fields=["role", "place"], name="post_role_place")]

    def __str__(self) -> str:
        return self.title


class Officer(models.Model):
    """A public servant. The name and the work phone stand on contact cards; the mobile does not."""

    name = models.CharField(max_length=40)
    staff_number = models.CharField(max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="officers")
    work_phone = models.CharField(max_length=32, blank=True, default="")
    mobile = EncryptedTextField(blank=True, default="")
    mobile_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="officer_name")]

    def __str__(self) -> str:
        return self.name


class PostHolding(models.Model):
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    valid_from = models.DateField()
    #: The first day on which it is no longer held.
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            # A post taken and given up within one day leaves a holding of no days.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="holding_does_not_end_before_start",
            ),
            models.UniqueConstraint(
                fields=["officer", "post"], condition=Q(valid_to__isnull=True), name="holding_current_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} @ {self.post_id}"
