from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce

from guanjia.registry.models.organisation import Unit


class CalendarDay(models.Model):
    """A day that a published notice names: off for a holiday, or worked in exchange."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    #: `playbook.calendar.DayKind`
    kind = models.CharField(max_length=16)
    note = models.CharField(max_length=80, blank=True, default="")
    #: The notice that names it: "notice-2026".
    source = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarYear(models.Model):
    """Dates in a year that is not published are estimated."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    published = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.year)


class UnitHours(models.Model):
    """Office hours and local exceptions; the row without a unit is the district's."""

    unit = models.OneToOneField(Unit, models.CASCADE, null=True, related_name="hours")
    #: `playbook.hours.OfficeHours.as_data()`; null: those of the district.
    hours = models.JSONField(null=True)
    #: {"2026-10-08": [false, "flood"]}
    exceptions = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("unit", 0), name="hours_once_per_unit")]

    def __str__(self) -> str:
        return f"hours of {self.unit_id or 'the district'}"


class Stamp(models.Model):
    """Changes whenever what it names changes, so that each process knows when to read again what it keeps in memory."""

    name = models.CharField(max_length=32, primary_key=True)
    version = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
