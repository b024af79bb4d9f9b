from __future__ import annotations

from django.db import models


class Clock(models.Model):
    """One limit of one case. All but `due`, `estimated` and `next_at` is told by the events; those three are
    counted on the work calendar."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="clocks", db_index=False)
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=16)
    tier = models.CharField(max_length=40, blank=True)
    limit = models.CharField(max_length=16)
    started = models.DateTimeField()
    pauses = models.JSONField(default=list)
    stopped = models.DateTimeField(null=True)
    fired = models.BooleanField(default=False)
    warned = models.PositiveSmallIntegerField(default=0)
    #: Null while paused.
    due = models.DateTimeField(null=True)
    estimated = models.BooleanField(default=False)
    #: When the worker has to look at it next (a warning mark, or the due moment); null when never.
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="clock_once")]
        indexes = [
            models.Index(fields=["next_at", "id"], name="clock_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["due"], name="clock_running", condition=models.Q(stopped__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"
