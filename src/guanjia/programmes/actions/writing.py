"""How assignments are written: ended and begun, always in this order, in one transaction. The actions stand on
these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from guanjia.kernel.pour import plain, pour
from guanjia.kernel.problems import STALE, Problem
from guanjia.programmes.models import Assignment, AssignmentRole

#: Rows in one statement.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a caseload's change of hands did. `vacant`: targets where the new officer had the other role already, and
    which have one of the two less now (the alarm tells)."""

    moved: int
    vacant: int


@contextmanager
def as_stale() -> Iterator[None]:
    """Where somebody else assigned the same target at the same time, the database refuses the second: `stale`."""
    try:
        yield
    except IntegrityError as error:
        raise Problem(STALE) from error


def open_rows(**conditions: object) -> QuerySet[Assignment]:
    """Held for this transaction, in one order, so that two changes cannot wait for each other."""
    return Assignment.objects.select_for_update().filter(until__isnull=True, **conditions).order_by("pk")


def end(rows: Iterable[Assignment], *, at: datetime) -> int:
    """Raises stale for one that began after `at`: somebody has acted since."""
    ended = 0
    all_rows = list(rows)
    if any(row.since > at for row in all_rows):
        raise Problem(STALE)
    for start in range(0, len(all_rows), BATCH):
        ids = [row.pk for row in all_rows[start : start + BATCH]]
        ended += Assignment.objects.filter(pk__in=ids, until__isnull=True).update(until=at)
    return ended


def begin(rows: Iterable[Assignment]) -> list[Assignment]:
    with as_stale():
        return Assignment.objects.bulk_create(list(rows), batch_size=BATCH)


def begin_many(rows: Iterable[Assignment]) -> None:
    """As `begin`, at a fifth of its price: a district has tens of thousands. The rows do not learn their ids."""
    names = [one.attname for one in Assignment._meta.local_concrete_fields if not one.primary_key]
    with as_stale():
        pour(Assignment, names, plain(Assignment, names, ([getattr(row, name) for name in names] for row in rows)))


def after(row: Assignment, officer_id: int, *, reason: str, at: datetime) -> Assignment:
    """What follows an assignment when another officer takes it."""
    return Assignment(
        programme_id=row.programme_id,
        subject_id=row.subject_id,
        place_id=row.place_id,
        role=row.role,
        officer_id=officer_id,
        since=at,
        reason=reason,
        moved_from=row,
    )


def target_of(row: Assignment) -> tuple[int, int | None, int | None]:
    return (row.programme_id, row.subject_id, row.place_id)


def pass_on(rows: Sequence[Assignment], to_officer_id: int, *, reason: str, at: datetime) -> HandOver:
    """All of `rows` (one officer's, open) to another. Where that one is stand-in already and becomes steward, the
    stand-in's place falls vacant; where already steward, only the stand-in's row ends."""
    held = {target_of(row): row for row in open_rows(officer_id=to_officer_id)}
    ending, beginning, vacant = list(rows), [], 0
    for row in rows:
        other = held.get(target_of(row))
        if other is None:
            beginning.append(after(row, to_officer_id, reason=reason, at=at))
            continue
        vacant += 1
        if row.role == AssignmentRole.STEWARD:
            ending.append(other)
            beginning.append(after(row, to_officer_id, reason=reason, at=at))
    end(ending, at=at)
    begin(beginning)
    return HandOver(len(beginning), vacant)


def paths_of(rows: QuerySet[Assignment]) -> set[str]:
    """Where the targets of these assignments are; "" for a subject without a place."""
    of_subjects = rows.filter(subject__isnull=False).order_by().values_list("subject__place__path", flat=True)
    of_places = rows.filter(place__isnull=False).order_by().values_list("place__path", flat=True)
    return {path or "" for path in [*of_subjects.distinct(), *of_places.distinct()]}


def stewarded(programme_id: int, officer_id: int) -> Q:
    return Q(
        programme_id=programme_id,
        officer_id=officer_id,
        role=AssignmentRole.STEWARD,
        until__isnull=True,
    )
