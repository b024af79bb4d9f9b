"""The record of changes outside the case ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from guanjia.kernel.actor import Actor
from guanjia.kernel.chain import GENESIS, link
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.paging import Page, page


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


def entries(
    of: Mapping[str, Collection[int]] | None = None, *, cursor: str | None = None, size: int = 50
) -> Page[AuditEntry]:
    """Newest first: all, or those of these records, by type and ids. Who may read them the caller has asked. One query;
    raises page.bad_cursor."""
    found = AuditEntry.objects.all()
    if of is not None:
        records = (Q(subject_type=kind, subject_id__in=list(ids)) for kind, ids in of.items() if ids)
        found = found.filter(reduce(or_, records, Q(pk__in=[])))
    return page(found, ("-id",), size=size, cursor=cursor)
