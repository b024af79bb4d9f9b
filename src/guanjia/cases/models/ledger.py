from __future__ import annotations

from typing import Any

from django.db import models

from guanjia.kernel.chain import link
from guanjia.playbook.lifecycle.states import Event as Line


class Event(models.Model):
    """One line of the ledger, written once. `hash` covers the line and, through `prev_hash`, all lines of
    the case before it."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=32)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.JSONField()
    data = models.JSONField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    #: So that an act sent twice is done once.
    key = models.CharField(max_length=80, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="event_once"),
            models.UniqueConstraint(
                fields=["case", "key"], name="event_key_once", condition=models.Q(key__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["recorded_at", "id"], name="event_recorded")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.verb}"

    def content(self) -> dict[str, Any]:
        """What the hash covers."""
        return {
            "case": self.case_id,
            "seq": self.seq,
            "verb": self.verb,
            "at": self.at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "by": self.by,
            "data": self.data,
        }

    def seal(self, previous: str) -> str:
        """Chain this line to the one before; returns its own hash."""
        self.prev_hash = previous
        self.hash = link(previous, self.content())
        return self.hash

    @property
    def line(self) -> Line:
        return Line(self.seq, self.verb, self.at, self.by, self.data)


class Digest(models.Model):
    """The hash of all lines recorded on one local day, chained to the day before; published so that anybody
    can hold us to it. It ends with the last seal of the record of changes (`kernel.seals`)."""

    day = models.DateField(unique=True)
    events = models.PositiveIntegerField()
    #: How far the record of changes was sealed when the digest was made; 0 and empty: it was not part of it yet.
    audit_entries = models.PositiveBigIntegerField(default=0)
    audit_seal = models.CharField(max_length=64, blank=True, default="")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.hash[:12]}"
