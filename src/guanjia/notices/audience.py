"""Who that is, today: the officers behind "holder", "desk", "approver" and so on, and the people who asked."""

from __future__ import annotations

from dataclasses import dataclass

from guanjia.cases.models import Case
from guanjia.kernel.actor import Role
from guanjia.notices.directory import Directory, once
from guanjia.notices.rules.targets import CALL_CHAIN, deciding_roles
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, Event, Party
from guanjia.playbook.schema import Playbook

#: Who acts for a unit that holds a case without naming an officer; the first group that the unit has.
_HANDS = (
    {Role.HANDLER},
    {Role.CLERK, Role.DISPATCHER, Role.LEAD_OFFICE, Role.DISCIPLINE},
    {Role.LEADER, Role.STEWARD},
)
#: Who may open what was handed over sealed (`cases.policy`).
_RECEIVERS = ({Role.DISCIPLINE, Role.HANDLER},)
_DESK = ({Role.DISPATCHER}, {Role.CLERK, Role.HANDLER})


#: Verbs after which somebody else may hold the case than they speak of.
_LEAVING = frozenset({"return", "rule_return"})


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the ledger between the states that it lies between."""

    line: Event
    before: CaseState | None
    after: CaseState

    @property
    def holder(self) -> Party:
        """Whom the line concerns as holder: of a return, who wants to return it."""
        if self.before is not None and self.line.verb in _LEAVING:
            return self.before.holder
        return self.after.holder


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is behind each relation to a case, as the directory of the day has it."""

    case: Case
    playbook: Playbook
    directory: Directory

    def officers(self, to: str, step: Step) -> list[int]:
        """In the order in which they are told. What nobody holds falls to the desk, so that it is heard."""
        found = self._named(to, step)
        if not found and to in ("holder", "approver"):
            found = self._party(step.after.desk, _DESK)
        return [one for one in found if one != _barred(step)]

    def _named(self, to: str, step: Step) -> list[int]:
        match to:
            case "holder":
                return self._party(step.holder, _HANDS)
            case "desk":
                return self._party(step.after.desk, _DESK)
            case "receiver":
                return self._receiver(step)
            case "supervisor":
                return self._nearest(Role.SUPERVISOR)
            case "approver":
                return self._approvers(step)
        lane = self.playbook.ladder.emergency
        chain = lane.call_chain if to == CALL_CHAIN and lane is not None else ()
        return once(one for role in chain for one in self._nearest(role))

    def _approvers(self, step: Step) -> list[int]:
        """The first of the posts named that anybody holds: of what everybody is told nobody feels meant."""
        for role in deciding_roles(step.line, self.playbook):
            if found := [one for one in self._nearest(role) if one != _barred(step)]:
                return found
        return []

    def _receiver(self, step: Step) -> list[int]:
        if step.after.sealed_to is not None:
            return self._party(Party(step.after.sealed_to), _RECEIVERS)
        unit = step.line.data.get("unit")
        return self._party(Party(unit), _HANDS) if unit else []

    def _party(self, party: Party, groups: tuple[set[Role], ...]) -> list[int]:
        if party.officer is not None:
            return [party.officer]
        held = self.directory.of_unit(party.unit)
        for roles in groups:
            if found := once(one.officer for one in held if one.role in roles):
                return found
        return []

    def _nearest(self, role: Role) -> list[int]:
        return self.directory.nearest(role, self.case.place_path)


def _barred(step: Step) -> int | None:
    """Nobody is asked to follow up what they handled themselves."""
    return step.after.handler if step.line.data.get("key") == ClockKind.FOLLOW_UP else None


def askers_of(step: Step) -> list[int]:
    """A line about one asker is told to that one; a reminder, to those who have not answered."""
    one = step.line.data.get("asker")
    if one is not None:
        return [one]
    if step.line.verb == "warn":
        return [asker for asker, answer in step.after.askers.items() if answer is None]
    return list(step.after.askers)
