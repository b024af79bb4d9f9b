"""Who answers for what, held in memory: the rules of `cases.owners` without a query for each case. A test compares the
two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from guanjia.access.models import Account
from guanjia.cases.models import Duty
from guanjia.kernel.actor import ActorKind, Role
from guanjia.playbook.lifecycle.states import Party
from guanjia.playbook.schema import Owner, Playbook
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Officer, PostHolding, Unit

#: Who acts for a unit, those whose daily work it is first.
HANDS = (Role.HANDLER, Role.LEAD_OFFICE, Role.DISCIPLINE, Role.DISPATCHER, Role.LEADER, Role.CLERK)


@dataclass(frozen=True, slots=True)
class Roster:
    officer_unit: Mapping[int, int]
    accounts: Mapping[int, int]
    #: Subject or place id → steward.
    of_subject: Mapping[int, int]
    of_place: Mapping[int, int]
    duties: Mapping[str, int]
    #: Role → (place path, unit, post).
    posts: Mapping[str, list[tuple[str, int, int]]]
    #: (unit, role) → officers.
    holders: Mapping[tuple[int, str], list[int]]
    #: Role → officers anywhere.
    by_role: Mapping[str, list[int]]
    #: Community id → its clerks.
    clerks: Mapping[int, list[int]]
    unit_names: Mapping[int, str]
    #: Those in which somebody handles cases.
    departments: list[int] = field(default_factory=list)

    def owner(self, owner: Owner, category: str, subject_id: int | None, path: str, playbook: Playbook) -> Party | None:
        if owner.steward:
            return self.steward(subject_id, path)
        if owner.duty:
            found = playbook.category(category)
            return self._duty(found.duty) if found is not None and found.duty else None
        if owner.body:
            return self._duty(owner.body)
        return self.post(str(owner.role), path) if owner.role else None

    def steward(self, subject_id: int | None, path: str) -> Party | None:
        officer = self.of_subject.get(subject_id) if subject_id is not None else None
        if officer is None:
            above = reversed([int(part) for part in path.split("/") if part])
            officer = next((self.of_place[place] for place in above if place in self.of_place), None)
        return Party(self.officer_unit[officer], officer) if officer is not None else None

    def _duty(self, key: str) -> Party | None:
        return Party(self.duties[key]) if key in self.duties else None

    def post(self, role: str, path: str) -> Party | None:
        """The unit whose post covers the place most closely; without a place, the one with the widest scope."""
        covering = [row for row in self.posts.get(role, ()) if not path or path.startswith(row[0])]
        pick = max if path else min
        best = pick(covering, key=lambda row: (row[0].count("/"), -row[2]), default=None)
        return Party(best[1]) if best is not None else None

    def hands(self, unit: int) -> list[int]:
        """The officers who act for a unit."""
        return next((found for role in HANDS if (found := self.holders.get((unit, str(role))))), [])

    def signature(self, officer: int) -> dict[str, object]:
        return {"kind": str(ActorKind.OFFICER), "account": self.accounts.get(officer), "officer": officer}


def read(programme_id: int) -> Roster:
    """Seven queries."""
    of_subject: dict[int, int] = {}
    of_place: dict[int, int] = {}
    open_rows = Assignment.objects.filter(programme_id=programme_id, role="steward", until__isnull=True)
    for subject, place, officer in open_rows.values_list("subject_id", "place_id", "officer_id"):
        if subject is not None:
            of_subject[subject] = officer
        else:
            of_place[place] = officer
    posts: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    holders: dict[tuple[int, str], list[int]] = defaultdict(list)
    by_role: dict[str, list[int]] = defaultdict(list)
    clerks: dict[int, list[int]] = defaultdict(list)
    columns = ("post_id", "post__role", "post__unit_id", "post__place_id", "post__place__path", "officer_id")
    held = PostHolding.objects.filter(valid_to__isnull=True).order_by("officer_id", "post_id")
    for post, role, unit, place, path, officer in held.values_list(*columns):
        posts[role].append((path, unit, post))
        holders[unit, role].append(officer)
        by_role[role].append(officer)
        if role == Role.CLERK:
            clerks[place].append(officer)
    return Roster(
        officer_unit=dict(Officer.objects.values_list("pk", "unit_id")),
        accounts=dict(Account.objects.filter(officer__isnull=False).values_list("officer_id", "pk")),
        of_subject=of_subject,
        of_place=of_place,
        duties=dict(Duty.objects.filter(place__isnull=True).values_list("key", "unit_id")),
        posts=dict(posts),
        holders=dict(holders),
        by_role=dict(by_role),
        clerks=dict(clerks),
        unit_names={pk: short or name for pk, name, short in Unit.objects.values_list("pk", "name", "short_name")},
        departments=[
            unit
            for unit in Unit.objects.filter(kind="department").order_by("pk").values_list("pk", flat=True)
            if holders.get((unit, Role.HANDLER))
        ],
    )
