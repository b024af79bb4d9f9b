from __future__ import annotations

from django.db import models
from django.db.models import Q


class Rehearsal(models.Model):
    """Past cases under a playbook that is being written, counted by the worker stretch by stretch
    (`cases.rehearsal`)."""

    draft = models.ForeignKey("programmes.PlaybookDraft", models.CASCADE, related_name="+")
    #: The draft's revision when it was asked for.
    revision = models.PositiveIntegerField()
    #: The `rehearsal.Plan`, as `dump` gives it.
    plan = models.JSONField()
    cases = models.PositiveIntegerField()
    counted = models.PositiveIntegerField(default=0)
    #: Stretches counted so far, and what they come to (`playbook.tally.Tally.dump`).
    done = models.PositiveIntegerField(default=0)
    tally = models.JSONField()
    asked_at = models.DateTimeField()
    #: The signature of the actor (`kernel.actor`).
    asked_by = models.JSONField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="rehearsal_waiting"),
            models.Index(fields=["draft", "-id"], name="rehearsal_of_draft"),
        ]

    def __str__(self) -> str:
        return f"rehearsal {self.pk}"
