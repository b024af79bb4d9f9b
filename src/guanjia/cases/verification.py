"""Whether the ledger is as it was written: each case's chain, and the published digests over each day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone

from guanjia.cases.models import Case, Digest, Event
from guanjia.kernel.chain import GENESIS, digest, link
from guanjia.kernel.text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written. `event`: "case id/line number", or "" for a whole day. `what`
    is a message id."""

    event: str
    what: str
    day: date | None = None


EDITED = _("this line was edited")
BROKEN = _("this line does not follow the one before: one was removed, inserted or re-ordered")
MISSING_LAST = _("the last lines of this case are missing")
DAY_DIFFERS = _("the lines recorded on this day are not those of the published digest")
DIGEST_CHAIN = _("this day's digest does not follow the one before")


def local_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_default_timezone())


def digest_of_day(day: date, previous: str) -> tuple[int, str]:
    """(lines, hash) of what was recorded on that local day, in the order of writing."""
    hashes = (
        Event.objects.filter(
            recorded_at__gte=local_midnight(day), recorded_at__lt=local_midnight(day + timedelta(days=1))
        )
        .order_by("id")
        .values_list("hash", flat=True)
    )
    counted = 0

    def counting() -> Iterator[str]:
        nonlocal counted
        for value in hashes.iterator(chunk_size=5000):
            counted += 1
            yield value

    value = digest(previous, counting())
    return counted, value


def verify(progress: Callable[[int], None] | None = None) -> Iterator[Fault]:
    """Every fault in the ledger; none where it is whole. Reads all lines once, in constant memory."""
    yield from _verify_chains(progress)
    yield from _verify_digests()


def _verify_chains(progress: Callable[[int], None] | None) -> Iterator[Fault]:
    heads = dict(Case.objects.values_list("pk", "seq"))
    case_id, seq, head = 0, 0, GENESIS
    events = Event.objects.order_by("case_id", "seq").iterator(chunk_size=5000)
    for count, event in enumerate(events, start=1):
        if event.case_id != case_id:
            if case_id and heads.pop(case_id, 0) != seq:
                yield Fault(f"{case_id}/{seq}", MISSING_LAST)
            case_id, seq, head = event.case_id, 0, GENESIS
        name = f"{event.case_id}/{event.seq}"
        if event.seq != seq + 1 or event.prev_hash != head:
            yield Fault(name, BROKEN)
        if link(event.prev_hash, event.content()) != event.hash:
            yield Fault(name, EDITED)
        seq, head = event.seq, event.hash
        if progress is not None:
            progress(count)
    if case_id and heads.pop(case_id, 0) != seq:
        yield Fault(f"{case_id}/{seq}", MISSING_LAST)
    for lost, expected in sorted(heads.items()):
        yield Fault(f"{lost}/{expected}", MISSING_LAST)


def _verify_digests() -> Iterator[Fault]:
    previous = GENESIS
    for published in Digest.objects.order_by("day"):
        if published.previous != previous:
            yield Fault("", DIGEST_CHAIN, published.day)
        count, value = digest_of_day(published.day, published.previous)
        if (count, value) != (published.events, published.hash):
            yield Fault("", DAY_DIFFERS, published.day)
        previous = published.hash
