"""What came of one case, measured from its lines: its clocks and whether each was kept, who held it when, how often it
climbed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from guanjia.playbook.lifecycle.clockwork import run_clocks
from guanjia.playbook.lifecycle.decide import apply
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, ClockState, Event, Party
from guanjia.playbook.rehearse import Keepers


@dataclass(frozen=True, slots=True)
class Clocked:
    """One run of a clock. `due`: None where a pause holds it for good. `missed`: it rang, or ran on past its due
    moment."""

    kind: ClockKind
    tier: str
    due: datetime | None
    missed: bool


@dataclass(frozen=True, slots=True)
class Held:
    """`until`: None while the case is held at the end of what is measured."""

    party: Party
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """`clocks`: by (key, how often a clock of this key had run before). `climbs`: the tiers reached because a limit ran
    out."""

    clocks: dict[tuple[str, int], Clocked]
    held: tuple[Held, ...]
    climbs: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether a limit to resolve was missed."""
        return any(one.missed for one in self.clocks.values() if one.kind is ClockKind.RESOLVE)


def course_of(events: Sequence[Event], keepers: Keepers, until: datetime) -> Course:
    """Of the lines up to `until`, which is also how far a clock that still runs has come."""
    case: CaseState | None = None
    runs: dict[tuple[str, int], tuple[ClockState, int]] = {}
    times: dict[str, int] = {}
    held: list[Held] = []
    climbs = []
    for event in events:
        if event.at > until:
            break
        clocks = case.clocks if case is not None else {}
        case = apply(case, event)
        for op in event.data.get("clocks", ()):
            # One by one: a line may stop a clock and start another of the same key.
            key, clocks = op["key"], run_clocks(clocks, [op], event.at)
            times[key] = times.get(key, -1) + (op["op"] == "start")
            runs[key, times[key]] = clocks[key], case.holder.unit
        if event.verb == "escalate" and event.data.get("automatic"):
            climbs.append(case.tier)
        _hold(held, case, event.at)
    clocked = {name: _clocked(clock, keepers, unit, until) for name, (clock, unit) in runs.items()}
    return Course(clocked, tuple(held), tuple(climbs))


def _clocked(clock: ClockState, keepers: Keepers, unit: int, until: datetime) -> Clocked:
    due = keepers(unit).due(clock)
    # One that rang to the second stopped at its very due moment, where the case climbed with it.
    missed = clock.fired or (due is not None and (clock.stopped or until) > due)
    return Clocked(clock.kind, clock.tier, due, missed)


def _hold(held: list[Held], case: CaseState, at: datetime) -> None:
    """Enter into `held` what this moment changes in it."""
    holding = held[-1] if held and held[-1].until is None else None
    if holding is not None and case.open and holding.party == case.holder:
        return
    if holding is not None:
        held[-1] = Held(holding.party, holding.since, at)
    if case.open:
        held.append(Held(case.holder, at, None))
