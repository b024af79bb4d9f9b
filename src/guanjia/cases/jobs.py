"""What the worker calls: due clocks, recounted dates, daily digests, and the nightly proof."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Min
from django.utils.timezone import localdate

from guanjia.cases.actions.clocks import recount, ring
from guanjia.cases.actions.rehearsals import count_stretch
from guanjia.cases.deadlines import deadlines, timekeeper
from guanjia.cases.ledger import read
from guanjia.cases.models import Case, Clock, Digest, Event
from guanjia.cases.projection import columns
from guanjia.cases.verification import digest_of_day, local_midnight
from guanjia.kernel import seals
from guanjia.kernel.chain import GENESIS
from guanjia.kernel.problems import STALE, Problem
from guanjia.programmes import queries as programmes

logger = logging.getLogger(__name__)

#: A day's digest is made this long after midnight, when its last transactions have been committed.
SETTLED = timedelta(minutes=10)
#: When a clock that could not ring is tried again.
AGAIN = timedelta(minutes=10)


def ring_due_clocks(at: datetime, *, size: int = 500) -> int:
    """Ring the clocks that are due, oldest first; how many were looked at. Several workers may run it at
    once. A case that cannot be read holds back no other: its clock is tried again later, and the log says why."""
    due = list(Clock.objects.filter(next_at__lte=at).order_by("next_at", "id")[:size])
    for clock in due:
        try:
            ring(clock, at=at)
        except (InterfaceError, OperationalError):
            raise  # not this clock's fault: the worker tries them all again
        except Exception as error:
            if isinstance(error, Problem) and error.kind is STALE:
                continue  # somebody acted on the case at this moment; the next round looks again
            logger.exception("clock %s of case %s cannot ring", clock.key, clock.case_id)
            Clock.objects.filter(pk=clock.pk, next_at=clock.next_at).update(next_at=at + AGAIN)
    return len(due)


def recount_open_clocks(at: datetime, *, progress: Callable[[int, int], None] | None = None) -> int:
    """After a change of the calendar: how many cases got another date. Can be interrupted and run again."""
    ids = list(
        Clock.objects.filter(stopped__isnull=True).order_by("case_id").values_list("case_id", flat=True).distinct()
    )
    moved = 0
    for done, case_id in enumerate(ids, start=1):
        moved += recount(case_id, at=at)
        if progress is not None:
            progress(done, len(ids))
    return moved


def on_calendar_changed(payload: Mapping[str, Any], at: datetime) -> None:
    """Outbox subscriber of the registry's `calendar.changed`."""
    logger.info("calendar changed (%s): %s cases moved", payload, recount_open_clocks(at))


def make_digests(at: datetime) -> list[Digest]:
    """Digests of all settled local days that have none yet, in order. Where two workers make them at once, those of
    the second are none."""
    last = Digest.objects.order_by("-day").first()
    days = list(_settled_days(last.day + timedelta(days=1) if last else _first_day(), at))
    if not days:
        return []
    while seals.seal():
        pass
    entries, seal = seals.last()
    audit_seal = seal if entries else ""
    made = []
    previous = last.hash if last else GENESIS
    for day in days:
        count, value = digest_of_day(day, previous, audit_seal)
        made.append(
            Digest(
                day=day,
                events=count,
                audit_entries=entries,
                audit_seal=audit_seal,
                previous=previous,
                hash=value,
                made_at=at,
            )
        )
        previous = value
    try:
        with transaction.atomic():
            Digest.objects.bulk_create(made, batch_size=500)
    except IntegrityError:
        return []
    return made


def _first_day() -> date | None:
    first = Event.objects.aggregate(first=Min("recorded_at"))["first"]
    return localdate(first) if first else None


def _settled_days(first: date | None, at: datetime) -> Iterator[date]:
    day = first
    while day is not None and local_midnight(day + timedelta(days=1)) + SETTLED <= at:
        yield day
        day += timedelta(days=1)


def rehearse(at: datetime) -> int:
    """One stretch of the rehearsals that were ordered."""
    return count_stretch(at=at)


def prove(*, since: datetime | None = None, progress: Callable[[int], None] | None = None) -> list[str]:
    """Fold every case's events again and compare with its row; the numbers of cases that differ (there
    should be none)."""
    cases = Case.objects.select_related("version").order_by("id")
    if since is not None:
        cases = cases.filter(updated_at__gte=since)
    wrong = []
    for case in cases.iterator(chunk_size=500):
        playbook = programmes.playbook_of(case.version_id)
        state = read(case, playbook).state
        expected = columns(state, deadlines(state, timekeeper(state.holder.unit), playbook))
        if any(getattr(case, name) != value for name, value in expected.items()):
            wrong.append(case.number)
        if progress is not None:
            progress(case.pk)
    return wrong
