from __future__ import annotations

from django.db import models

from guanjia.kernel.secrets import EncryptedTextField


class Received(models.Model):
    """A request that is acknowledged and has yet to enter the ledger (`actions.receiving`)."""

    #: The id that its case will have: the number that was given out holds.
    id = models.BigIntegerField(primary_key=True)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)
    #: Under which it will be registered, whatever is adopted or stopped meanwhile.
    version = models.ForeignKey("programmes.ProgrammeVersion", models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    #: Who sent it: kind, label, account, officer, token.
    by = models.JSONField()
    #: `NewCase` as JSON; empty once it is in the ledger.
    content = EncryptedTextField()
    #: Null until it is in the ledger; another's where the same request came in at once as well.
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    #: When to register it; null once it is in the ledger.
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    #: Why it could not be registered so far.
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="received_waiting", condition=models.Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
