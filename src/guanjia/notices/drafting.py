"""What is said of the lines of one act, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from guanjia.cases.deadlines import Timekeeper, deadlines
from guanjia.cases.models import Case
from guanjia.cases.projection import next_due
from guanjia.notices.audience import Audience, Step, askers_of
from guanjia.notices.directory import Directory
from guanjia.notices.rules.targets import Telling, clocks_of, tellings
from guanjia.notices.writing import Draft
from guanjia.playbook.lifecycle.decide import apply
from guanjia.playbook.lifecycle.states import CaseState, Event
from guanjia.playbook.schema import Playbook

#: The timekeeper of a unit.
Keeper = Callable[[int], Timekeeper]


def steps_of(lines: Iterable[Event], first: int) -> list[Step]:
    """The lines from number `first` on, each between the states that it lies between; `lines` begin with the case."""
    state: CaseState | None = None
    steps = []
    for line in lines:
        before, state = state, apply(state, line)
        if line.seq >= first:
            steps.append(Step(line, before, state))
    return steps


def drafts_of(case: Case, steps: list[Step], playbook: Playbook, directory: Directory, keeper: Keeper) -> list[Draft]:
    """For the lines of one act, in order."""
    audience = Audience(case, playbook, directory)
    final = steps[-1].after
    told: list[tuple[Step, Telling, list[int]]] = []
    for step in steps:
        for telling in tellings(step.line, step.after, final, playbook):
            asking = telling.to == "asker"
            who = askers_of(step) if asking else audience.officers(telling.to, step)
            told.append((step, telling, who))
    staff = directory.present([one for _step, telling, who in told if telling.to != "asker" for one in who])
    facts = Facts.of(case, playbook, steps, directory, keeper)
    drafts: dict[tuple[int, str, int], Draft] = {}
    for step, telling, who in told:
        kind_of_reader = "contact" if telling.to == "asker" else "officer"
        params = facts.params(step, telling, final)
        for one in who:
            reader = one if kind_of_reader == "contact" else staff[one]
            if kind_of_reader == "officer" and reader == step.line.by.get("officer"):
                continue  # nobody is told what they did themselves
            draft = Draft(
                event_seq=step.line.seq,
                verb=step.line.verb,
                kind=telling.kind,
                urgency=telling.urgency,
                params=params,
                **{f"{kind_of_reader}_id": reader},
            )
            drafts.setdefault((step.line.seq, kind_of_reader, reader), draft)
    return list(drafts.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts speak of. Names are those of units and public servants, never of those who asked."""

    case: Case
    playbook: Playbook
    units: Mapping[int, str]
    officers: Mapping[int, str]
    keeper: Keeper

    @classmethod
    def of(cls, case: Case, playbook: Playbook, steps: list[Step], directory: Directory, keeper: Keeper) -> Facts:
        holders = [step.holder for step in steps]
        units = directory.unit_names({one.unit for one in holders})
        officers = directory.officer_names({one.officer for one in holders if one.officer is not None})
        return cls(case, playbook, units, officers, keeper)

    def params(self, step: Step, telling: Telling, final: CaseState) -> dict[str, Any]:
        if step.after.sealed_to is not None:
            return {"number": self.case.number, "district": settings.GUANJIA_DISTRICT_NAME}
        # What was promised to the asker is told as it stands when the whole act is done.
        state = final if telling.to == "asker" else step.after
        due = self._due(state, clocks_of(step.line, telling.to))
        unit = self.units.get(step.holder.unit, "")
        officer = self.officers.get(step.holder.officer or 0, "")
        return {
            "number": self.case.number,
            "title": self.case.title,
            "due": due.isoformat() if due else None,
            "unit": unit,
            "holder": f"{unit} · {officer}" if officer else unit,
            "district": settings.GUANJIA_DISTRICT_NAME,
        }

    def _due(self, state: CaseState, keys: tuple[str, ...]) -> datetime | None:
        keeper = self.keeper(state.holder.unit)
        if not keys:
            due, kind, _estimated = next_due(state, deadlines(state, keeper, self.playbook))
            return due if kind else None
        clocks = [state.clocks[key] for key in keys if key in state.clocks]
        return min((moment for clock in clocks if (moment := keeper.due(clock)) is not None), default=None)
