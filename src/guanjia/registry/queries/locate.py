"""From a point or an address to a place, in memory: a process reads the outlines and names again when the
stamp of the places changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from guanjia.registry import rules
from guanjia.registry.models import Place, PlaceAlias, PlacePeriod
from guanjia.registry.queries.places import known_place, known_places, valid_on
from guanjia.registry.stamps import PLACES, Kept


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """`score` counts the characters of the text that speak of the place; `why` are the words found, from
    the district down.
    """

    place: Place
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Outlines:
    """Sorted so that of the outlines around a point the one with the highest position is the best: the
    deepest, then the smallest.
    """

    tree: shapely.STRtree
    place_ids: np.ndarray[Any, Any]


_outlines: Kept[_Outlines] = Kept(PLACES)
_names: Kept[list[rules.KnownName]] = Kept(PLACES, most=1)


def locate_point(lon: float, lat: float, on: date) -> Place | None:
    """The smallest place that a point (WGS-84) was in on a day; None outside of all. Two queries."""
    known = _outlines.get(on, lambda: _read_outlines(on))
    around = known.tree.query(shapely.points(lon, lat), predicate="intersects")
    return known_place(int(known.place_ids[around.max()])) if around.size else None


def locate_many(points: Sequence[tuple[float, float]], on: date) -> list[int | None]:
    """The place id of each point, as `locate_point`. One query for all of them."""
    known = _outlines.get(on, lambda: _read_outlines(on))
    best = np.full(len(points), -1)
    if len(points):
        pairs = known.tree.query(shapely.points(np.asarray(points, dtype=float)), predicate="intersects")
        np.maximum.at(best, pairs[0], pairs[1])
    return [int(known.place_ids[position]) if position >= 0 else None for position in best]


def locate_address(text: str, *, most: int = 5) -> list[PlaceMatch]:
    """The places that a text speaks of by their names and aliases, best first. No query but those of the stamps."""
    found = rules.find_in_address(text, _names.get("", _read_names), most=most)
    known = known_places()
    return [PlaceMatch(known[one.place_id], one.score, one.words) for one in found if one.place_id in known]


def _read_outlines(on: date) -> _Outlines:
    rows = (
        PlacePeriod.objects.filter(valid_on(on), boundary__isnull=False)
        .order_by("place_id")
        .values_list("place_id", "place__kind", "boundary")
    )
    known = [(rules.level(kind), place_id, shape(boundary)) for place_id, kind, boundary in rows]
    # Rounded: outlines meant to be of one size differ in the last digits.
    known.sort(key=lambda one: (one[0], -round(one[2].area, 12), -one[1]))
    return _Outlines(
        shapely.STRtree([outline for _level, _id, outline in known]),
        np.array([place_id for _level, place_id, _outline in known], dtype=np.int64),
    )


def _read_names() -> list[rules.KnownName]:
    current = Place.objects.filter(valid_to__isnull=True).values_list("pk", "path", "name")
    names = [rules.KnownName(rules.normal_address(rules.normal_name(name)), pk, path) for pk, path, name in current]
    also = PlaceAlias.objects.filter(place__valid_to__isnull=True)
    names += [
        rules.KnownName(normal, pk, path) for pk, path, normal in also.values_list("place_id", "place__path", "normal")
    ]
    return [name for name in names if len(name.normal) > 1]
