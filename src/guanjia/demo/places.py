"""The tree of places: named, coded, outlined."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shapely.geometry import Polygon

from guanjia.demo.land import Part, lay_out
from guanjia.demo.scale import Size
from guanjia.demo.words import words
from guanjia.kernel.codes import courtyard_code, grid_code
from guanjia.registry.bulk import PlaceRow
from guanjia.registry.geometry import write_outline

#: No province has the number 99.
DISTRICT_CODE = "990102"


@dataclass(frozen=True, slots=True)
class Spot:
    """A courtyard as the rest of the demo uses it. `kind` is "homes", "factory" (an old compound) or "market"; `keys`
    from the street down."""

    key: str
    keys: tuple[str, str, str]
    name: str
    kind: str
    shape: Polygon
    address: str


@dataclass(frozen=True, slots=True)
class Plan:
    rows: list[PlaceRow]
    spots: list[Spot]

    def keys(self, kind: str) -> list[str]:
        return [row.key for row in self.rows if row.kind == kind]


def plan_places(chance: random.Random, size: Size, district: str, edition: str) -> Plan:
    land = lay_out(chance, (size.streets, size.communities, size.grids, size.courtyards))
    names = words("names")
    streets = [f"{name}街道" for name in names["streets"]]
    communities = [f"{name}社区" for name in names["communities"]]
    chance.shuffle(streets)
    chance.shuffle(communities)
    plan = Plan([_row("d", "district", district, None, land, DISTRICT_CODE, edition)], [])
    for number, street in enumerate(land.parts, start=1):
        key, code = f"s{number}", f"{DISTRICT_CODE}{number:03d}"
        plan.rows.append(_row(key, "street", streets[number - 1], "d", street, code, edition))
        for below, community in enumerate(street.parts, start=1):
            _community(
                chance, plan, (key, f"{key}.{below}"), communities.pop(), community, f"{code}{below:03d}", edition
            )
    return plan


def _community(
    chance: random.Random, plan: Plan, keys: tuple[str, str], name: str, land: Part, code: str, edition: str
) -> None:
    plan.rows.append(_row(keys[1], "community", name, keys[0], land, code, edition))
    free = _courtyard_names(chance, name.removesuffix("社区"))
    for number, grid in enumerate(land.parts, start=1):
        key, own = f"{keys[1]}.{number}", grid_code(code, number)
        title = f"{name.removesuffix('社区')}第{_numeral(number)}网格"
        plan.rows.append(_row(key, "grid", title, keys[1], grid, own, edition))
        for below, courtyard in enumerate(grid.parts, start=1):
            _courtyard(chance, plan, (*keys, key), below, next(free), courtyard, courtyard_code(own, below), edition)


def _courtyard(
    chance: random.Random,
    plan: Plan,
    keys: tuple[str, str, str],
    number: int,
    named: tuple[str, str],
    land: Part,
    code: str,
    edition: str,
) -> None:
    name, kind = named
    key = f"{keys[2]}.{number}"
    address = f"{chance.choice(words('names')['roads'])}{chance.randrange(1, 320)}号"
    aliases = [address]
    if kind == "homes" and chance.random() < 0.12:
        aliases.append(f"{chance.choice(words('names')['factories'])}宿舍")
    plan.rows.append(replace(_row(key, "courtyard", name, keys[2], land, code, edition), aliases=tuple(aliases)))
    plan.spots.append(Spot(key, keys, name, kind, land.shape, address))


def _row(key: str, kind: str, name: str, parent: str | None, land: Part, code: str, edition: str) -> PlaceRow:
    return PlaceRow(key, kind, name, parent, write_outline(land.shape), code=(edition, code))


def _courtyard_names(chance: random.Random, community: str) -> Iterator[tuple[str, str]]:
    """Names that no other courtyard of the community has, with what kind of courtyard it is."""
    names, used = words("names"), set()
    while True:
        draw = chance.random()
        if draw < 0.66:
            name, kind = chance.choice(names["courtyards"]) + chance.choice(names["courtyard_ends"]), "homes"
        elif draw < 0.85:
            name, kind = f"{chance.choice(names['factories'])}家属院", "factory"
        else:
            name, kind = community + chance.choice(names["markets"]), "market"
        if name in used:
            name = (
                f"{name}{_numeral(chance.randrange(2, 6))}期"
                if kind == "homes"
                else f"{chance.choice('东西南北')}{name}"
            )
        if name not in used:
            used.add(name)
            yield name, kind


def _numeral(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
