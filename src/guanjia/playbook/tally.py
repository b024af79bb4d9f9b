"""Rehearsed cases added up: what was late and what would have been, which deadlines moved, who would have held how
much. Tallies of two halves add up to that of the whole, so that the work can be shared, stopped and gone on with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import accumulate
from typing import Any

from guanjia.playbook.courses import Clocked, Course
from guanjia.playbook.lifecycle.states import ClockKind, Party

#: So many cases are named of those that changed.
NAMED = 50


@dataclass(slots=True)
class Moved:
    """Clocks of one kind at one tier. `earlier`, `later`: due moments that moved, of clocks that both
    courses had."""

    before: int = 0
    after: int = 0
    missed_before: int = 0
    missed_after: int = 0
    earlier: int = 0
    later: int = 0


@dataclass(slots=True)
class Load:
    """What one holder had. `days`: by day (ordinal), how many cases more (or fewer) were held at its end than the day
    before."""

    cases_before: int = 0
    cases_after: int = 0
    days_before: Counter[int] = field(default_factory=Counter)
    days_after: Counter[int] = field(default_factory=Counter)

    @property
    def peak_before(self) -> int:
        return _peak(self.days_before)

    @property
    def peak_after(self) -> int:
        return _peak(self.days_after)


def _peak(days: Mapping[int, int]) -> int:
    """The most that was held at the end of a day."""
    return max(accumulate(days[day] for day in sorted(days)), default=0)


@dataclass(slots=True)
class Tally:
    """`changed`: cases that took another course. `newly_late`, `relieved`: numbers (ids) of cases, the first of them
    only; `refused`: by (verb, problem's code), acts that the changed rules would not have allowed."""

    cases: int = 0
    changed: int = 0
    late_before: int = 0
    late_after: int = 0
    newly_late_count: int = 0
    relieved_count: int = 0
    newly_late: list[int] = field(default_factory=list)
    relieved: list[int] = field(default_factory=list)
    climbs_before: Counter[str] = field(default_factory=Counter)
    climbs_after: Counter[str] = field(default_factory=Counter)
    clocks: dict[tuple[str, str], Moved] = field(default_factory=dict)
    loads: dict[Party, Load] = field(default_factory=dict)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, case: int, before: Course, after: Course, refused: Iterable[tuple[str, str]], zone: tzinfo) -> None:
        """One case; of an unchanged one both courses may be the same object."""
        self.cases += 1
        self.changed += before is not after and before != after
        self.late_before += before.late
        self.late_after += after.late
        if after.late and not before.late:
            self.newly_late_count += 1
            self.newly_late = [*self.newly_late, case][:NAMED]
        if before.late and not after.late:
            self.relieved_count += 1
            self.relieved = [*self.relieved, case][:NAMED]
        self.climbs_before.update(before.climbs)
        self.climbs_after.update(after.climbs)
        self.refused.update(refused)
        self._add_clocks(before, after)
        self._add_loads(before, after, zone)

    def _add_clocks(self, before: Course, after: Course) -> None:
        for one in before.clocks.values():
            moved = self._moved(one)
            moved.before += 1
            moved.missed_before += one.missed
        for name, one in after.clocks.items():
            moved = self._moved(one)
            moved.after += 1
            moved.missed_after += one.missed
            was = before.clocks.get(name)
            if was is not None and was.tier == one.tier and was.due is not None and one.due is not None:
                moved.earlier += one.due < was.due
                moved.later += one.due > was.due

    def _moved(self, clock: Clocked) -> Moved:
        return self.clocks.setdefault((str(clock.kind), clock.tier), Moved())

    def _add_loads(self, before: Course, after: Course, zone: tzinfo) -> None:
        for course, name in ((before, "before"), (after, "after")):
            for party in {held.party for held in course.held}:
                load = self.loads.setdefault(party, Load())
                setattr(load, f"cases_{name}", getattr(load, f"cases_{name}") + 1)
            for held in course.held:
                days = getattr(self.loads[held.party], f"days_{name}")
                days[held.since.astimezone(zone).toordinal()] += 1
                if held.until is not None:
                    days[held.until.astimezone(zone).toordinal()] -= 1

    def merge(self, other: Tally) -> None:
        """Add what was counted of later cases."""
        for name in ("cases", "changed", "late_before", "late_after", "newly_late_count", "relieved_count"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.newly_late = [*self.newly_late, *other.newly_late][:NAMED]
        self.relieved = [*self.relieved, *other.relieved][:NAMED]
        self.climbs_before.update(other.climbs_before)
        self.climbs_after.update(other.climbs_after)
        self.refused.update(other.refused)
        for key, theirs in other.clocks.items():
            mine = self.clocks.setdefault(key, Moved())
            for name in Moved.__slots__:
                setattr(mine, name, getattr(mine, name) + getattr(theirs, name))
        for party, load in other.loads.items():
            own = self.loads.setdefault(party, Load())
            own.cases_before += load.cases_before
            own.cases_after += load.cases_after
            own.days_before.update(load.days_before)
            own.days_after.update(load.days_after)

    def heaviest(self, most: int) -> list[tuple[Party, Load]]:
        """Whose peak would change the most, the greater one first."""
        changed = [(party, load) for party, load in self.loads.items() if load.peak_after != load.peak_before]
        order = sorted(changed, key=lambda one: (-abs(one[1].peak_after - one[1].peak_before), _place(one[0])))
        return order[:most]

    def ordered_clocks(self, tiers: Iterable[str]) -> list[tuple[str, str, Moved]]:
        """By tier, from the desk up, then in the order of the kinds."""
        rungs = {tier: number for number, tier in enumerate(["", *tiers])}
        kinds = {str(kind): number for number, kind in enumerate(ClockKind)}
        keys = sorted(self.clocks, key=lambda key: (rungs.get(key[1], len(rungs)), key[1], kinds[key[0]]))
        return [(kind, tier, self.clocks[kind, tier]) for kind, tier in keys]

    # To a file and back

    def dump(self) -> dict[str, Any]:
        """JSON; `Tally.load` gives the tally back."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "clocks": [[*key, *(getattr(one, name) for name in Moved.__slots__)] for key, one in self.clocks.items()],
            "loads": [
                [party.unit, party.officer, one.cases_before, one.cases_after,
                 sorted(one.days_before.items()), sorted(one.days_after.items())]
                for party, one in self.loads.items()
            ],
            "refused": [[*key, count] for key, count in self.refused.items()],
        }  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Tally:
        tally = cls(**{name: data[name] for name in _PLAIN})
        tally.climbs_before, tally.climbs_after = Counter(data["climbs_before"]), Counter(data["climbs_after"])
        tally.clocks = {(kind, tier): Moved(*numbers) for kind, tier, *numbers in data["clocks"]}
        tally.loads = {
            Party(unit, officer): Load(before, after, Counter(dict(was)), Counter(dict(now)))
            for unit, officer, before, after, was, now in data["loads"]
        }
        tally.refused = Counter({(verb, code): count for verb, code, count in data["refused"]})
        return tally


_PLAIN = (
    "cases", "changed", "late_before", "late_after", "newly_late_count", "relieved_count", "newly_late", "relieved",
    "climbs_before", "climbs_after",
)  # fmt: skip


def _place(party: Party) -> tuple[int, int]:
    return party.unit, party.officer or 0
