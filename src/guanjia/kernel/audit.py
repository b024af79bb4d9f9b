"""The record of changes outside the case ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from guanjia.kernel.actor import Actor
from guanjia.kernel.chain import GENESIS, link
from guanjia.kernel.models import AuditEntry


def record(actor: Actor, verb: str, subject: Model | None, *, at: datetime, **data: Any) -> AuditEntry:
    """Write one entry in the current transaction. `data` must be JSON and must not hold people's names,
    phones or addresses in clear."""
    entry = entry_for(actor, verb, subject, at=at, **data)
    entry.save(force_insert=True)
    return entry


def record_many(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.bulk_create(entries, batch_size=1000)


def entry_for(actor: Actor, verb: str, subject: Model | None, *, at: datetime, **data: Any) -> AuditEntry:
    entry = AuditEntry(
        at=at,
        verb=verb,
        actor=actor.signature,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        data=data,
    )
    entry.hash = link(GENESIS, entry.content())
    return entry
