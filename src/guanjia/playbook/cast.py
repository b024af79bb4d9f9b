"""The people, units and askers of a story: who they are to the case, and who takes it by the playbook's rules.

A small district in memory; the real one answers the same questions in `cases.owners` and `cases.policy`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guanjia.kernel.actor import Role
from guanjia.playbook.lifecycle.states import CaseState, Party
from guanjia.playbook.lifecycle.verbs import Param
from guanjia.playbook.schema import Owner, Playbook
from guanjia.playbook.stories import Person, Story

SYSTEM = "system"


class NoSuchName(LookupError):
    """A story names somebody whom it has not introduced."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the story: an asker, an officer with a unit and posts, or the system."""

    name: str
    kind: str
    id: int | None = None
    unit: int | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def signature(self) -> dict[str, Any]:
        officer = self.id if self.kind == "officer" else None
        return {"kind": self.kind, "account": None, "officer": officer}


class Cast:
    """Numbers for names: askers from 1, units from 101, officers from 1001."""

    def __init__(self, story: Story) -> None:
        names = [body.name for body in story.units] + [person.unit for person in story.people]
        self.units = {name: 101 + index for index, name in enumerate(dict.fromkeys(names))}
        self.askers = {name: 1 + index for index, name in enumerate(story.request.askers)}
        self.officers = {person.name: self._officer(person, index) for index, person in enumerate(story.people)}
        self._story = story

    def _officer(self, person: Person, index: int) -> Member:
        return Member(person.name, "officer", 1001 + index, self.units[person.unit], frozenset(person.roles))

    def member(self, name: str) -> Member:
        """Raises NoSuchName."""
        if name == SYSTEM:
            return Member(name, "system")
        if name in self.askers:
            return Member(name, "asker", self.askers[name])
        if name in self.officers:
            return self.officers[name]
        raise NoSuchName(name)

    @property
    def names(self) -> list[str]:
        return [*self.askers, *self.officers, *self.units, SYSTEM]

    def party(self, name: str) -> Party:
        """Raises NoSuchName."""
        if name in self.officers:
            officer = self.officers[name]
            assert officer.unit is not None
            return Party(officer.unit, officer.id)
        if name in self.units:
            return Party(self.units[name])
        raise NoSuchName(name)

    def name_of(self, party: Party) -> str:
        """The officer who holds it, else the unit."""
        by_id = {officer.id: name for name, officer in self.officers.items()}
        by_unit = {number: name for name, number in self.units.items()}
        return by_id.get(party.officer) if party.officer in by_id else by_unit[party.unit]  # type: ignore[return-value]

    def with_role(self, role: Role) -> Member | None:
        return next((officer for officer in self.officers.values() if role in officer.roles), None)

    def owner(self, owner: Owner, category: str, playbook: Playbook) -> Party | None:
        """Who takes a case by this rule; None where the story has nobody."""
        if owner.steward:
            steward = self.with_role(Role.STEWARD)
            return self.party(steward.name) if steward is not None else None
        if owner.role is not None:
            holder = self.with_role(owner.role)
            return Party(holder.unit) if holder is not None and holder.unit is not None else None
        if owner.unit_kind is not None:
            return self._first(unit.name for unit in self._story.units if unit.kind == owner.unit_kind)
        found = playbook.category(category)
        key = owner.body or (found.duty if found is not None else None)
        return self._first(unit.name for unit in self._story.units if key in unit.duties)

    def _first(self, names: Any) -> Party | None:
        name = next(iter(names), None)
        return self.party(name) if name is not None else None

    def relations(self, member: Member, case: CaseState) -> frozenset[str]:
        """How somebody stands to the case, in the words of `lifecycle.verbs.RELATIONS`."""
        if member.kind == "system":
            return frozenset({SYSTEM})
        if case.sealed_to is not None:
            return frozenset({"receiver"} if member.unit == case.sealed_to else ())
        if member.kind == "asker":
            return frozenset({"asker"} if member.id in case.askers else ())
        found = {str(role) for role in member.roles}
        if Role.DISPATCHER in member.roles:
            found.add("desk")
        ours = case.holder.unit == member.unit and (case.holder.officer is None or Role.HANDLER in member.roles)
        if ours or (case.holder.officer is not None and case.holder.officer == member.id):
            found.add("holder")
        if member.unit in case.assistants:
            found.add("assistant")
        return frozenset(found)

    def value(self, param: Param, given: Any, member: Member, case: CaseState) -> Any:
        """What the rules work with, from what a story writes. Raises NoSuchName."""
        match param.kind:
            case "party":
                return self.party(given).to_data()
            case "unit":
                return self.party(given).unit if given is not None else self._own_part(member, case)
            case "asker":
                return self.member(given).id if given is not None else self._own_voice(member, case)
            case "order":
                return given if given is not None else next(iter(case.orders), None)
            case "evidence" if given is not None:
                return [{"id": index, "kind": kind} for index, kind in enumerate(given, 1)]
        return given

    def _own_part(self, member: Member, case: CaseState) -> int | None:
        return member.unit if member.unit in case.assistants else None

    def _own_voice(self, member: Member, case: CaseState) -> int | None:
        return member.id if member.kind == "asker" else next(iter(case.askers), None)
