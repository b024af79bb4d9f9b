"""Writing what happens to a case: chained, projected onto the case row, with their clocks and their news, in one
transaction. How a case begins is `bulk`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from guanjia.cases.deadlines import clock_rows, deadlines, timekeeper
from guanjia.cases.models import Case, CaseUnit, Event
from guanjia.cases.projection import columns
from guanjia.kernel import outbox
from guanjia.kernel.insert import insert
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.problems import STALE, Problem
from guanjia.playbook.lifecycle.decide import fold
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.schema import Playbook

#: The one topic of this room: {"case", "from", "to", "verbs"}.
CHANGED = "case.changed"

_CLOCK_COLUMNS = (
    "kind", "tier", "limit", "started", "pauses", "stopped", "fired", "warned", "due", "estimated", "next_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """A case with its events folded: what an act starts from."""

    case: Case
    state: CaseState
    events: Sequence[Event]
    playbook: Playbook

    @property
    def head(self) -> str:
        """The hash that the next line is chained to."""
        return self.events[-1].hash


def read(case: Case, playbook: Playbook) -> Ledger:
    """One query: the case's lines, folded."""
    events = list(Event.objects.filter(case_id=case.pk).order_by("seq"))
    return Ledger(case, fold(None, [event.line for event in events]), events, playbook)


def append(ledger: Ledger, lines: Sequence[Line], *, at: datetime, key: str | None = None) -> CaseState:
    """Add lines to a case. Raises `stale` where somebody else wrote since `ledger` was read: nothing is then
    stored."""
    before, case = ledger.state, ledger.case
    state = fold(before, lines)
    keeper = timekeeper(state.holder.unit)
    counted = deadlines(state, keeper, ledger.playbook)
    projected = columns(state, counted)
    with transaction.atomic():
        # Compare and set: of two who act at once, the second finds no row at its sequence number.
        updated = Case.objects.filter(pk=case.pk, seq=before.seq).update(**projected, updated_at=at)
        if not updated:
            raise Problem(STALE)
        _write_lines(case.pk, lines, ledger.head, at, key)
        changed = [key for key, clock in state.clocks.items() if before.clocks.get(key) != clock]
        if before.holder.unit != state.holder.unit:
            changed = sorted({*changed, *counted})  # another unit may keep other hours
        rows = clock_rows(case.pk, state.clocks, changed, keeper, ledger.playbook, counted)
        insert(rows, unique=("case", "key"), update=_CLOCK_COLUMNS)
        _write_units(case.pk, before, state)
        outbox.publish(CHANGED, _payload(case.pk, lines), at=at)
    for name, value in projected.items():
        setattr(case, name, value)
    return state


def _write_lines(case_id: int, lines: Sequence[Line], head: str, at: datetime, key: str | None) -> None:
    rows = []
    for line in lines:
        event = Event(
            case_id=case_id,
            seq=line.seq,
            verb=line.verb,
            at=line.at.astimezone(UTC),
            recorded_at=at.astimezone(UTC),
            by=dict(line.by),
            data=dict(line.data),
            key=key if line is lines[0] else None,
        )
        head = event.seal(head)
        rows.append(event)
    insert(rows)


def _write_units(case_id: int, before: CaseState, after: CaseState) -> None:
    new = _units(after) - _units(before)
    if new:
        insert([CaseUnit(case_id=case_id, unit_id=unit) for unit in sorted(new)], ignore_conflicts=True)


def _units(state: CaseState) -> set[int]:
    return {state.holder.unit, *state.assistants}


def news(case_id: int, lines: Sequence[Line], at: datetime) -> OutboxMessage:
    """What whoever stores a new case publishes with it."""
    return outbox.message(CHANGED, _payload(case_id, lines), at=at)


def _payload(case_id: int, lines: Sequence[Line]) -> dict[str, object]:
    return {
        "case": case_id,
        "from": lines[0].seq,
        "to": lines[-1].seq,
        "verbs": [line.verb for line in lines],
    }
