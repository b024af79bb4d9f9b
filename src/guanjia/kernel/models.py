from __future__ import annotations

from typing import Any

from django.db import models


class AuditEntry(models.Model):
    """One change outside the case ledger (registry, assignments, accounts, settings). Written once, by
    `kernel.audit.record`, and chained to the others soon after, by `kernel.seals`."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    actor = models.JSONField()
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    #: Of this entry alone, written with it.
    hash = models.CharField(max_length=64)
    #: Its place in the chain of all entries, from 1; null until the worker has sealed it.
    seq = models.PositiveBigIntegerField(null=True, unique=True)
    #: The hash of the chain up to and with this entry.
    seal = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"]),
            models.Index(fields=["at", "id"]),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(seq__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"

    def content(self) -> dict[str, Any]:
        """What its own hash covers."""
        return {
            "at": self.at.isoformat(),
            "verb": self.verb,
            "actor": self.actor,
            "subject": [self.subject_type, self.subject_id],
            "data": self.data,
        }


class OutboxMessage(models.Model):
    """An effect that observers have still to see, stored in the transaction that caused it."""

    topic = models.CharField(max_length=64)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    #: When to hand it over next; null once every subscriber has seen it.
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="outbox_pending",
                condition=models.Q(next_try_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"
