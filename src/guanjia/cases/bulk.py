"""New cases with what happened to them so far: one that comes in, and thousands for imports and the demo, in few
large writes. Later acts are `ledger.append`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from django.db import transaction

from guanjia.cases import search
from guanjia.cases.deadlines import Timekeeper, clock_rows, deadlines, timekeeper
from guanjia.cases.models import Asker, Case, CaseUnit, Clock, Event
from guanjia.cases.projection import columns
from guanjia.kernel.chain import GENESIS, link
from guanjia.kernel.pour import Row, plain, pour, reserve_ids
from guanjia.kernel.together import Part, part, write
from guanjia.playbook.lifecycle.decide import fold
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.schema import Playbook

BATCH = 2000
_CASE = tuple(one.attname for one in Case._meta.local_concrete_fields)
_CLOCK = tuple(one.attname for one in Clock._meta.local_concrete_fields if not one.primary_key)
_EVENT = ("case_id", "seq", "verb", "at", "recorded_at", "by", "data", "prev_hash", "hash")
_UNIT = ("case_id", "unit_id")
_ASKER = ("case_id", "contact_id", "is_first", "channel", "joined_at")


@dataclass(frozen=True, slots=True)
class History:
    """An unsaved case with what happened to it. `lines` are as `decide` gave them; each counts as recorded
    when it happened, unless `recorded_at` says otherwise."""

    case: Case
    lines: Sequence[Line]
    contact_ids: Sequence[int]
    #: When the lines are written down, where that is not when they happened.
    recorded_at: datetime | None = None
    #: What the lines come to, where the caller has folded them already.
    state: CaseState | None = None


@dataclass(slots=True)
class Rows:
    """What several histories put into the tables, ready to be written; can be made in one process and written in
    another."""

    cases: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    units: list[Row] = field(default_factory=list)
    askers: list[Row] = field(default_factory=list)
    searched: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.cases)


def write_histories(histories: Iterable[History], playbook: Playbook) -> Iterator[int]:
    """Store histories batch by batch, each in one transaction; yields how many are stored so far."""
    keepers: dict[int, Timekeeper] = {}

    def keeper(unit: int) -> Timekeeper:
        if unit not in keepers:
            keepers[unit] = timekeeper(unit)
        return keepers[unit]

    stored = 0
    pending = iter(histories)
    while batch := list(islice(pending, BATCH)):
        with transaction.atomic():
            # Lines are sealed over the id of their case, so that it must be known before.
            for pk, history in zip(reserve_ids(Case, len(batch)), batch, strict=True):
                history.case.pk = pk
            store(rows_of(batch, playbook, keeper))
        stored += len(batch)
        yield stored


def rows_of(
    histories: Iterable[History], playbook: Playbook, keeper: Callable[[int], Timekeeper], *, way: str = ""
) -> Rows:
    """Cases must have their ids (`reserve_ids`). `keeper` gives the timekeeper of a unit; `way` is that of `plain`.
    Asks the database nothing if `keeper` does not."""
    rows = Rows()
    for history in histories:
        add(rows, history, playbook, keeper, way)
    return rows


def store(rows: Rows) -> None:
    """Must run in a transaction."""
    pour(Case, _CASE, rows.cases)
    pour(Event, _EVENT, rows.events)
    pour(Clock, _CLOCK, rows.clocks)
    pour(CaseUnit, _UNIT, rows.units)
    pour(Asker, _ASKER, rows.askers)
    write([search.part(rows.searched)])


def parts_of(rows: Rows) -> list[Part]:
    """The same for `together.write`, of a few cases: their rows as `together.way()` has them."""
    return [
        part(Case, _CASE, rows.cases),
        part(Event, _EVENT, rows.events),
        part(Clock, _CLOCK, rows.clocks),
        part(CaseUnit, _UNIT, rows.units),
        part(Asker, _ASKER, rows.askers),
        search.part(rows.searched),
    ]


def add(rows: Rows, history: History, playbook: Playbook, keeper: Callable[[int], Timekeeper], way: str) -> None:
    """As `rows_of`, of one history."""
    case, pk = history.case, history.case.pk
    state = history.state or fold(None, history.lines)
    counting = keeper(state.holder.unit)
    counted = deadlines(state, counting, playbook)
    for name, value in columns(state, counted).items():
        setattr(case, name, value)
    case.updated_at = history.lines[-1].at
    clocks = clock_rows(pk, state.clocks, list(state.clocks), counting, playbook, counted)
    rows.cases += plain(Case, _CASE, [[getattr(case, name) for name in _CASE]], way=way)
    rows.events += plain(Event, _EVENT, _sealed(pk, history.lines, history.recorded_at), way=way)
    rows.clocks += plain(Clock, _CLOCK, ([getattr(clock, name) for name in _CLOCK] for clock in clocks), way=way)
    rows.units += [(pk, unit) for unit in sorted(_units(state, history.lines))]
    rows.askers += plain(Asker, _ASKER, _askers(history), way=way)
    rows.searched.append((pk, f"{case.title} \n{case.text} \n{case.address}"))


def _sealed(case_id: int, lines: Sequence[Line], recorded_at: datetime | None) -> Iterator[Row]:
    """Columns of `Event`, chained as `Event.seal` chains them."""
    head = GENESIS
    for line in lines:
        at = line.at.astimezone(UTC)
        recorded = recorded_at.astimezone(UTC) if recorded_at is not None else at
        content = {
            "case": case_id,
            "seq": line.seq,
            "verb": line.verb,
            "at": at.isoformat(),
            "recorded_at": recorded.isoformat(),
            "by": dict(line.by),
            "data": dict(line.data),
        }
        previous, head = head, link(head, content)
        yield case_id, line.seq, line.verb, at, recorded, content["by"], content["data"], previous, head


def _units(state: CaseState, lines: Sequence[Line]) -> set[int]:
    """A case that the playbook dispatched never lay at the desk."""
    passed = {line.data["to"]["unit"] for line in lines if "to" in line.data}
    sent_on = len(lines) > 1 and lines[1].data.get("automatic") and "route" in lines[1].data
    return {state.holder.unit, *state.assistants, *passed, *(() if sent_on else (state.desk.unit,))}


def _askers(history: History) -> Iterator[Row]:
    for index, contact in enumerate(history.contact_ids):
        case = history.case
        yield case.pk, contact, index == 0, case.channel, case.registered_at
