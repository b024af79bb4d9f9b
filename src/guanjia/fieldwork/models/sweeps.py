"""Sweeps: a set of places or subjects of which each is checked once, without a gap."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Sweep(models.Model):
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    #: Of the playbook's sweeps.
    kind = models.CharField(max_length=40)
    place = models.ForeignKey("registry.Place", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due = models.DateField()
    #: When the last place was checked.
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "place"], condition=Q(finished_at__isnull=True), name="sweep_open_once"
            )
        ]
        indexes = [models.Index(fields=["programme", "-id"], name="sweep_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.place_id}"


class SweepPlace(models.Model):
    """One of a sweep's places or subjects. `place` is where it is, also of a subject."""

    sweep = models.ForeignKey(Sweep, models.CASCADE, related_name="places", db_index=False)
    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, null=True, related_name="+", db_index=False)
    checked_at = models.DateTimeField(null=True)
    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    #: What was found, if anything was.
    case = models.OneToOneField("cases.Case", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sweep", "subject"], condition=Q(subject__isnull=False), name="sweep_subject_once"
            ),
            models.UniqueConstraint(
                fields=["sweep", "place"], condition=Q(subject__isnull=True), name="sweep_place_once"
            ),
        ]
        indexes = [
            models.Index(fields=["sweep", "id"], name="sweep_gaps", condition=Q(checked_at__isnull=True)),
            models.Index(fields=["sweep", "place"], name="sweep_place"),
        ]

    def __str__(self) -> str:
        return f"{self.sweep_id}: {self.subject_id or self.place_id}"
