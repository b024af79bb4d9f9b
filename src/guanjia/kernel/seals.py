"""The chain over the record of changes, which shows that no entry was edited, removed, inserted or re-ordered.

An entry brings the hash of its own content. The worker chains it some seconds later, so that whoever writes one waits
for nobody: a chain that each writer went on with would let in one writer at a time, up to the end of its transaction.
What the chain is held to from outside is the public digest of each day, which ends with its last seal
(docs/why/ledger.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain

from django.db import transaction

from guanjia.kernel.chain import GENESIS, Fault, link
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.text import gettext_noop as _

BATCH = 1000

EDITED = _("this entry was edited")
BROKEN = _("this entry does not follow the one before: one was edited, removed, inserted or re-ordered")


@transaction.atomic
def seal(*, size: int = BATCH) -> int:
    """Chain what was written since, in the order of ids; how many entries. Several workers take turns."""
    unsealed = AuditEntry.objects.select_for_update().filter(seq__isnull=True)
    waiting = list(unsealed.order_by("id").only("id", "hash")[:size])
    if waiting:
        # Read after the lock: whoever held it has gone on with the chain, or has not begun.
        seq, head = last()
        for entry in waiting:
            seq, head = seq + 1, link(head, entry.hash)
            entry.seq, entry.seal = seq, head
        AuditEntry.objects.bulk_update(waiting, ["seq", "seal"])
    return len(waiting)


def last() -> tuple[int, str]:
    """How many entries are sealed, and the seal of the last of them."""
    newest = AuditEntry.objects.filter(seq__isnull=False).order_by("-seq").only("seq", "seal").first()
    return (newest.seq or 0, newest.seal) if newest is not None else (0, GENESIS)


def holds(seq: int, seal: str) -> bool:
    """Whether the chain, after `seq` entries, is where it was said to be."""
    return AuditEntry.objects.filter(seq=seq, seal=seal).exists()


def backdated(before: datetime, *, after: int, up_to: int | None) -> list[int]:
    """Ids of entries that are dated before a moment and were chained behind the entry `after`."""
    found = AuditEntry.objects.filter(at__lt=before, seq__gt=after)
    if up_to is not None:
        found = found.filter(seq__lte=up_to)
    return list(found.order_by("seq").values_list("id", flat=True))


def verify(progress: Callable[[int], None] | None = None) -> Iterator[Fault]:
    """Every fault of the record, by entry. Reads it once, in the order of the chain."""
    sealed = AuditEntry.objects.filter(seq__isnull=False).order_by("seq").iterator(chunk_size=5000)
    unsealed = AuditEntry.objects.filter(seq__isnull=True).order_by("id").iterator(chunk_size=5000)
    seq, head = 0, GENESIS
    for count, entry in enumerate(chain(sealed, unsealed), start=1):
        if link(GENESIS, entry.content()) != entry.hash:
            yield Fault(EDITED, entry=entry.pk)
        if entry.seq is not None:
            if entry.seq != seq + 1 or entry.seal != link(head, entry.hash):
                yield Fault(BROKEN, entry=entry.pk)
            seq, head = entry.seq, entry.seal
        if progress is not None:
            progress(count)
