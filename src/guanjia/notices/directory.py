"""Who holds which posts on a day: asked of the database as it is needed, or read whole for the telling of many
histories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from guanjia.access.queries import stand_ins_on
from guanjia.kernel.actor import Role
from guanjia.registry.models import Officer, PostHolding, Unit
from guanjia.registry.queries import held_on
from guanjia.registry.rules import path_ids


class Held(NamedTuple):
    """A post held: by whom, as what, in which unit, and for which place."""

    officer: int
    role: Role
    unit: int
    path: str


class Directory(Protocol):
    """What telling needs to know of the registry."""

    def of_unit(self, unit: int) -> list[Held]:
        """The posts of a unit, those of the smallest places first."""

    def nearest(self, role: Role, path: str) -> list[int]:
        """Officers with the posts of a role that cover a place most closely; without a place, the district's."""

    def present(self, officers: Iterable[int]) -> Mapping[int, int]:
        """For each officer, who hears in their stead today: themselves, or while they are away the stand-in."""

    def unit_names(self, ids: Iterable[int]) -> Mapping[int, str]: ...

    def officer_names(self, ids: Iterable[int]) -> Mapping[int, str]: ...


@dataclass(frozen=True, slots=True)
class AsAsked:
    """One query for each unit and role, asked once: for the lines of one message."""

    day: date
    _units: dict[int, list[Held]] = field(default_factory=dict)
    _roles: dict[tuple[Role, str], list[int]] = field(default_factory=dict)

    def of_unit(self, unit: int) -> list[Held]:
        if unit not in self._units:
            self._units[unit] = _held(self.day, post__unit_id=unit)
        return self._units[unit]

    def nearest(self, role: Role, path: str) -> list[int]:
        if (role, path) not in self._roles:
            places = {"post__place_id__in": path_ids(path)} if path else {}
            self._roles[role, path] = _closest(_held(self.day, post__role=role, **places), path)
        return self._roles[role, path]

    def present(self, officers: Iterable[int]) -> Mapping[int, int]:
        ids = once(officers)
        away = stand_ins_on(ids, self.day) if ids else {}
        return {one: away.get(one, one) for one in ids}

    def unit_names(self, ids: Iterable[int]) -> Mapping[int, str]:
        return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))

    def officer_names(self, ids: Iterable[int]) -> Mapping[int, str]:
        return dict(Officer.objects.filter(pk__in=ids).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class Whole:
    """The posts of one day for a whole history, with nobody away. Asks nothing more once it is read."""

    _units: Mapping[int, list[Held]]
    _roles: Mapping[Role, list[Held]]
    _unit_names: Mapping[int, str]
    _officer_names: Mapping[int, str]

    @classmethod
    def read(cls, day: date) -> Whole:
        """Three queries."""
        units: dict[int, list[Held]] = defaultdict(list)
        roles: dict[Role, list[Held]] = defaultdict(list)
        for one in _held(day):
            units[one.unit].append(one)
            roles[one.role].append(one)
        names = dict(Unit.objects.values_list("pk", "name")), dict(Officer.objects.values_list("pk", "name"))
        return cls(dict(units), dict(roles), *names)

    def of_unit(self, unit: int) -> list[Held]:
        return self._units.get(unit, [])

    def nearest(self, role: Role, path: str) -> list[int]:
        return _closest([one for one in self._roles.get(role, ()) if path.startswith(one.path) or not path], path)

    def present(self, officers: Iterable[int]) -> Mapping[int, int]:
        return {one: one for one in officers}

    def unit_names(self, ids: Iterable[int]) -> Mapping[int, str]:
        return self._unit_names

    def officer_names(self, ids: Iterable[int]) -> Mapping[int, str]:
        return self._officer_names


def _held(day: date, **conditions: object) -> list[Held]:
    """Those of the smallest places first. One query."""
    found = PostHolding.objects.filter(held_on(day), **conditions)
    columns = ("post__place__path", "pk", "officer_id", "post__role", "post__unit_id")
    rows = sorted(found.values_list(*columns), key=lambda row: (-len(path_ids(row[0])), row[1]))
    return [Held(officer, Role(role), unit, path) for path, _pk, officer, role, unit in rows]


def _closest(held: list[Held], path: str) -> list[int]:
    depths = [len(path_ids(one.path)) for one in held]
    wanted = max(depths, default=0) if path else 1
    return once(one.officer for one, depth in zip(held, depths, strict=True) if depth == wanted)


def once(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))
