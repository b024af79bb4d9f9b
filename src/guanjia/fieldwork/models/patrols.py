"""Patrols: trips, how many went and were met, what help was given. No names: nobody who is helped is written down."""

from __future__ import annotations

from django.db import models


class Patrol(models.Model):
    """One trip of a beat."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    #: "" where the playbook knows no shifts. `on`: the day on which the shift began.
    shift = models.CharField(max_length=40, blank=True, default="")
    on = models.DateField()
    started_at = models.DateTimeField()
    #: The beat.
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+")
    #: Heads: who went out, whoever recorded it included, and who was met.
    crew = models.PositiveSmallIntegerField()
    met = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=80, null=True, unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["programme", "-started_at", "-id"], name="patrol_newest"),
            models.Index(fields=["programme", "on"], name="patrol_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on} {self.shift}"


class Help(models.Model):
    """What one trip gave of one way or thing: to how many people, and how much of it in the playbook's unit."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="help")
    kind = models.CharField(max_length=40)
    people = models.PositiveSmallIntegerField(default=0)
    quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patrol", "kind"], name="help_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"
