"""Whole histories at once: for imports and the demo. The same rules and the same columns as one act at a
time, in few large writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max

from guanjia.cases import search
from guanjia.cases.deadlines import Timekeeper, clock_rows, deadlines, timekeeper
from guanjia.cases.models import Asker, Case, CaseUnit, Clock, Event
from guanjia.cases.projection import columns
from guanjia.kernel.chain import GENESIS
from guanjia.playbook.lifecycle.decide import fold
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.schema import Playbook

BATCH = 2000


@dataclass(frozen=True, slots=True)
class History:
    """An unsaved case with what happened to it. `lines` are as `decide` gave them; each counts as recorded
    when it happened."""

    case: Case
    lines: Sequence[Line]
    contact_ids: Sequence[int]


def write_histories(histories: Iterable[History], playbook: Playbook) -> Iterator[int]:
    """Store histories batch by batch, each in one transaction; yields how many are stored so far."""
    keepers: dict[int, Timekeeper] = {}
    stored = 0
    pending = iter(histories)
    while batch := list(islice(pending, BATCH)):
        with transaction.atomic():
            _write_batch(batch, playbook, keepers)
        stored += len(batch)
        yield stored


def _write_batch(batch: list[History], playbook: Playbook, keepers: dict[int, Timekeeper]) -> None:
    events: list[Event] = []
    clocks: list[Clock] = []
    units: list[CaseUnit] = []
    for pk, history in zip(_new_ids(len(batch)), batch, strict=True):
        history.case.pk = pk
        state = fold(None, history.lines)
        unit = state.holder.unit
        if unit not in keepers:
            keepers[unit] = timekeeper(unit)
        counted = deadlines(state, keepers[unit], playbook)
        for name, value in columns(state, counted).items():
            setattr(history.case, name, value)
        history.case.updated_at = history.lines[-1].at
        events += _sealed(pk, history.lines)
        clocks += clock_rows(pk, state.clocks, list(state.clocks), keepers[unit], playbook, counted)
        units += [CaseUnit(case_id=pk, unit_id=one) for one in sorted(_units(state, history.lines))]
    Case.objects.bulk_create([history.case for history in batch])
    Event.objects.bulk_create(events, batch_size=5000)
    Clock.objects.bulk_create(clocks, batch_size=5000)
    CaseUnit.objects.bulk_create(units, batch_size=5000)
    Asker.objects.bulk_create(_askers(batch), batch_size=5000)
    search.index_many(
        (history.case.pk, f"{history.case.title} \n{history.case.text} \n{history.case.address}") for history in batch
    )


def _new_ids(count: int) -> list[int]:
    """Lines are sealed over the id of their case, so that it must be known before. PostgreSQL hands ids out to several
    writers at once and is asked for them; SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [Case._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
    last = Case.objects.aggregate(last=Max("pk"))["last"] or 0
    return list(range(last + 1, last + 1 + count))


def _sealed(case_id: int, lines: Sequence[Line]) -> list[Event]:
    head, rows = GENESIS, []
    for line in lines:
        at = line.at.astimezone(UTC)
        event = Event(
            case_id=case_id,
            seq=line.seq,
            verb=line.verb,
            at=at,
            recorded_at=at,
            by=dict(line.by),
            data=dict(line.data),
        )
        head = event.seal(head)
        rows.append(event)
    return rows


def _units(state: CaseState, lines: Sequence[Line]) -> set[int]:
    passed = {line.data["to"]["unit"] for line in lines if "to" in line.data}
    return {state.desk.unit, state.holder.unit, *state.assistants, *passed}


def _askers(batch: list[History]) -> list[Asker]:
    return [
        Asker(
            case=history.case,
            contact_id=contact,
            is_first=index == 0,
            channel=history.case.channel,
            joined_at=history.case.registered_at,
        )
        for history in batch
        for index, contact in enumerate(history.contact_ids)
    ]
