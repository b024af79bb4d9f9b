"""Whether the ledger is as it was written: each case's chain, and the published digests over each day, which hold the
record of changes too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils.timezone import get_default_timezone

from guanjia.cases.models import Case, Digest, Event
from guanjia.kernel import seals
from guanjia.kernel.chain import GENESIS, Fault, digest, link
from guanjia.kernel.text import gettext_noop as _

EDITED = _("this line was edited")
BROKEN = _("this line does not follow the one before: one was removed, inserted or re-ordered")
MISSING_LAST = _("the last lines of this case are missing")
DAY_DIFFERS = _("the lines recorded on this day are not those of the published digest")
DIGEST_CHAIN = _("this day's digest does not follow the one before")
RECORD_DIFFERS = _("the record of changes is not the one that this day's digest was made of")
BACKDATED = _("this entry is dated to a day whose digest had been published when it was written")


def local_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_default_timezone())


def _end_of(day: date) -> datetime:
    return local_midnight(day + timedelta(days=1))


def digest_of_day(day: date, previous: str, audit_seal: str) -> tuple[int, str]:
    """(lines, hash) of what was recorded on that local day, in the order of writing; `audit_seal` comes last, where
    there is one."""
    hashes = (
        Event.objects.filter(recorded_at__gte=local_midnight(day), recorded_at__lt=_end_of(day))
        .order_by("id")
        .values_list("hash", flat=True)
    )
    counted = 0

    def counting() -> Iterator[str]:
        nonlocal counted
        for value in hashes.iterator(chunk_size=5000):
            counted += 1
            yield value
        if audit_seal:
            yield audit_seal

    value = digest(previous, counting())
    return counted, value


def verify(progress: Callable[[int], None] | None = None) -> Iterator[Fault]:
    """Every fault in the ledger; none where it is whole. Reads all lines once, in constant memory."""
    yield from _verify_chains(progress)
    yield from _verify_digests()
    yield from _verify_record()


def _verify_chains(progress: Callable[[int], None] | None) -> Iterator[Fault]:
    heads = dict(Case.objects.values_list("pk", "seq"))
    case_id, seq, head = 0, 0, GENESIS
    events = Event.objects.order_by("case_id", "seq").iterator(chunk_size=5000)
    for count, event in enumerate(events, start=1):
        if event.case_id != case_id:
            if case_id and heads.pop(case_id, 0) != seq:
                yield Fault(MISSING_LAST, event=f"{case_id}/{seq}")
            case_id, seq, head = event.case_id, 0, GENESIS
        name = f"{event.case_id}/{event.seq}"
        if event.seq != seq + 1 or event.prev_hash != head:
            yield Fault(BROKEN, event=name)
        if link(event.prev_hash, event.content()) != event.hash:
            yield Fault(EDITED, event=name)
        seq, head = event.seq, event.hash
        if progress is not None:
            progress(count)
    if case_id and heads.pop(case_id, 0) != seq:
        yield Fault(MISSING_LAST, event=f"{case_id}/{seq}")
    for lost, expected in sorted(heads.items()):
        yield Fault(MISSING_LAST, event=f"{lost}/{expected}")


def _verify_digests() -> Iterator[Fault]:
    previous = GENESIS
    for published in Digest.objects.order_by("day"):
        if published.previous != previous:
            yield Fault(DIGEST_CHAIN, day=published.day)
        count, value = digest_of_day(published.day, published.previous, published.audit_seal)
        if (count, value) != (published.events, published.hash):
            yield Fault(DAY_DIFFERS, day=published.day)
        previous = published.hash


def _verify_record() -> Iterator[Fault]:
    """The record of changes against the digests: `seals.verify` alone would not see that its end was cut off, nor that
    an entry was added for a day long gone."""
    anchors = [*Digest.objects.exclude(audit_seal="").order_by("day"), None]
    for published, following in pairwise(anchors):
        assert published is not None
        if not seals.holds(published.audit_entries, published.audit_seal):
            yield Fault(RECORD_DIFFERS, day=published.day)
        up_to = following.audit_entries if following is not None else None
        for entry in seals.backdated(_end_of(published.day), after=published.audit_entries, up_to=up_to):
            yield Fault(BACKDATED, entry=entry)
