"""Who takes a case at a tier: the playbook's rule, looked up in the registry and the assignments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import get_default_timezone, localdate

from guanjia.cases.models import Case, Duty
from guanjia.kernel.actor import Role
from guanjia.playbook.lifecycle.states import Party
from guanjia.playbook.schema import Owner, Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.models import Place, Unit
from guanjia.registry.stamps import Kept

#: Bumped by each change of who answers for what (`actions.duties`).
DUTIES = "duties"
_duties: Kept[dict[str, list[tuple[int | None, int]]]] = Kept(DUTIES, most=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides the owner of a case."""

    programme_id: int
    category: str
    subject_id: int | None
    place: Place | None

    @property
    def path_ids(self) -> list[int]:
        return self.place.path_ids if self.place is not None else []


def matter_of(case: Case) -> Matter:
    programme = programmes.programme_of(case.version_id)
    return Matter(programme.pk, case.category, case.subject_id, registry.known_place(case.place_id or 0))


def owner_of(owner: Owner, matter: Matter, playbook: Playbook, at: datetime) -> Party | None:
    """None where nobody holds what the rule names: the caller keeps the case at the desk and says so."""
    if owner.steward:
        return _steward(matter, at)
    if owner.duty:
        category = playbook.category(matter.category)
        return duty_party(category.duty, matter.path_ids) if category is not None and category.duty else None
    if owner.body:
        return duty_party(owner.body, matter.path_ids)
    if owner.role:
        return post_party(owner.role, matter.path_ids, at)
    return _unit_of_kind(str(owner.unit_kind), matter, at)


def named(owner: Owner) -> str:
    """How a problem names an owner that is missing."""
    return str(owner.role or owner.body or owner.unit_kind or ("steward" if owner.steward else "duty"))


def _steward(matter: Matter, at: datetime) -> Party | None:
    found = programmes.steward_for(matter.programme_id, subject_id=matter.subject_id, place=matter.place, at=at)
    if found.acting_officer_id is None or found.acting_unit_id is None:
        return None
    return Party(found.acting_unit_id, found.acting_officer_id)


def duty_party(key: str, path_ids: list[int]) -> Party | None:
    """The unit that took a duty on nearest to the end of the path, the district's last."""
    taken = _duties.get("", _read_duties).get(key, ())
    return nearest([row for row in taken if row[0] is None or row[0] in path_ids], path_ids)


def _read_duties() -> dict[str, list[tuple[int | None, int]]]:
    """By the duty's key, (place or None, unit)."""
    taken: dict[str, list[tuple[int | None, int]]] = {}
    for key, place, unit in Duty.objects.order_by("pk").values_list("key", "place_id", "unit_id"):
        taken.setdefault(key, []).append((place, unit))
    return taken


def nearest(rows: Iterable[tuple[int | None, int]], path_ids: list[int]) -> Party | None:
    """Of (place, unit), the unit whose place lies deepest on the path; one without a place last."""
    found = max(rows, key=lambda row: path_ids.index(row[0]) if row[0] in path_ids else -1, default=None)
    return Party(found[1]) if found is not None else None


def post_party(role: Role, path_ids: list[int], at: datetime) -> Party | None:
    """The unit whose post with this role covers the place most closely; without a place, the one with the
    widest scope."""
    return closest(registry.seats(role, localdate(at, get_default_timezone())), path_ids)


def closest(seats: Iterable[registry.Seat], path_ids: list[int]) -> Party | None:
    covering = [seat for seat in seats if not path_ids or seat.scope in path_ids]
    if not covering:
        return None
    pick = max if path_ids else min
    best = pick(covering, key=lambda seat: (seat.depth, -seat.post_id))
    return Party(best.unit_id)


def _unit_of_kind(kind: str, matter: Matter, at: datetime) -> Party | None:
    day = localdate(at, get_default_timezone())
    units = Unit.objects.filter(kind=kind, place_id__in=matter.path_ids, valid_from__lte=day)
    units = units.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    return nearest(units.values_list("place_id", "id"), matter.path_ids)
