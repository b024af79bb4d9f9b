"""The place tree, now and on any day. Places are public: nothing here is narrowed to an actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import rules
from guanjia.registry.models import Place, PlaceCode, PlaceKind, PlacePeriod, PlaceSuccession
from guanjia.registry.problems import UNKNOWN_CODE
from guanjia.registry.stamps import PLACES, Kept

_known: Kept[dict[int, Place]] = Kept(PLACES, most=1)


@dataclass(slots=True)
class Node:
    place: Place
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlaceAsOf:
    """A place as it was called on a day, and whom it belonged to. `names` from the district down, itself last."""

    place_id: int
    kind: str
    name: str
    parent_id: int | None
    path: str
    names: tuple[str, ...]


def valid_on(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def within(paths: Iterable[str], prefix: str = "") -> Q:
    """Places below these paths, themselves included; `prefix` reaches them from another table ("place__")."""
    condition = Q(pk__in=[])
    for path in rules.widest(paths):
        condition |= Q(**{f"{prefix}path__startswith": path})
    return condition


def known_places() -> Mapping[int, Place]:
    """Every place that there is or was, by id, without outlines. No query but that of the stamp while nothing
    changed."""
    return _known.get("", lambda: Place.objects.defer("boundary").in_bulk())


def known_place(place_id: int) -> Place | None:
    return known_places().get(place_id)


def place(place_id: int) -> Place:
    """Raises not_found."""
    found = Place.objects.filter(pk=place_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("place"), key=place_id)
    return found


def district() -> Place | None:
    return Place.objects.filter(kind=PlaceKind.DISTRICT, valid_to__isnull=True).first()


def children(place_id: int, *, on: date | None = None, cursor: str | None = None, size: int = 100) -> Page[Place]:
    """Those directly below now, or on a day, with their outlines left out."""
    below: QuerySet[Place] = Place.objects.filter(parent_id=place_id, valid_to__isnull=True)
    if on is not None:
        ids = PlacePeriod.objects.filter(valid_on(on), parent_id=place_id).values("place_id")
        below = Place.objects.filter(pk__in=ids)
    return page(below.defer("boundary"), ["name", "id"], size=size, cursor=cursor)


def ancestors(of: Place) -> list[Place]:
    """From the district down, itself last."""
    known = known_places()
    return [known[id] for id in of.path_ids if id in known]


def place_tree(root: Place | None = None, *, down_to: str = PlaceKind.COMMUNITY) -> list[Node]:
    """The current places below `root` (or the whole district's) as a tree, down to a level, without outlines.

    The levels above the courtyards are some hundred places; name a root when going down to them.
    """
    kinds = rules.LEVELS[: rules.level(down_to) + 1]
    top = root.path if root is not None else ""
    places = [
        one
        for one in known_places().values()
        if one.valid_to is None and one.kind in kinds and one.path.startswith(top)
    ]
    nodes = {one.pk: Node(one) for one in sorted(places, key=lambda one: (one.name, one.pk))}
    tops: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.place.parent_id or 0)
        (above.children if above else tops).append(node)
    return tops


def outlines(
    *,
    kind: str,
    root: Place | None = None,
    box: tuple[float, float, float, float] | None = None,
    most: int = 2000,
) -> QuerySet[Place]:
    """Current places of a kind that have an outline, for a map; `box` is (west, south, east, north)."""
    found = Place.objects.filter(kind=kind, valid_to__isnull=True, boundary__isnull=False)
    if root is not None:
        found = found.filter(path__startswith=root.path)
    if box is not None:
        west, south, east, north = box
        found = found.filter(min_lon__lte=east, max_lon__gte=west, min_lat__lte=north, max_lat__gte=south)
    return found.order_by("id")[:most]


def places_as_of(on: date) -> list[PlaceAsOf]:
    """Every place that there was on a day, as it was then. One query."""
    rows = {
        place_id: (kind, name, parent_id)
        for place_id, kind, name, parent_id in PlacePeriod.objects.filter(valid_on(on)).values_list(
            "place_id", "place__kind", "name", "parent_id"
        )
    }
    return [_as_of(place_id, rows) for place_id in sorted(rows)]


def place_as_of(place_id: int, on: date) -> PlaceAsOf:
    """One query for each level. Raises not_found where the place did not exist on the day."""
    rows: dict[int, tuple[str, str, int | None]] = {}
    wanted: int | None = place_id
    while wanted is not None:
        period = PlacePeriod.objects.filter(valid_on(on), place_id=wanted).select_related("place").first()
        if period is None:
            if not rows:
                raise Problem(NOT_FOUND, what=_("place"), key=place_id)
            break
        rows[wanted] = (period.place.kind, period.name, period.parent_id)
        wanted = period.parent_id
    return _as_of(place_id, rows)


def _as_of(place_id: int, rows: Mapping[int, tuple[str, str, int | None]]) -> PlaceAsOf:
    chain = [place_id]
    while (above := rows[chain[-1]][2]) is not None and above in rows:
        chain.append(above)
    chain.reverse()
    kind, name, parent_id = rows[place_id]
    path = "".join(f"/{id}" for id in chain) + "/"
    return PlaceAsOf(place_id, kind, name, parent_id, path, tuple(rows[id][1] for id in chain))


def code_as_of(code: str, edition: str) -> Place:
    """Which place had this code in that edition; `place_as_of` tells what it was called then. Raises
    place.unknown_code.
    """
    found = PlaceCode.objects.filter(code=code, edition=edition).select_related("place").first()
    if found is None:
        raise Problem(UNKNOWN_CODE, code=code, edition=edition)
    return found.place


def code_history(code: str, *, on: date | None = None) -> list[PlaceCode]:
    """Every place that ever had this code, by edition; or those that had it on a day and were there."""
    found = PlaceCode.objects.filter(code=code)
    if on is not None:
        found = found.filter(valid_on(on), Q(place__valid_to__isnull=True) | Q(place__valid_to__gt=on))
    return list(found.select_related("place").defer("place__boundary").order_by("valid_from", "edition"))


def codes_of(place_id: int) -> list[PlaceCode]:
    return list(PlaceCode.objects.filter(place_id=place_id).order_by("valid_from", "edition"))


def heirs(place_id: int) -> list[Place]:
    """The places that follow one that ended, down to those that exist now. One query for each generation."""
    now: list[Place] = []
    asked: set[int] = set()
    wanted = {place_id}
    while wanted:
        asked |= wanted
        rows = PlaceSuccession.objects.filter(old_id__in=wanted).exclude(new_id__in=asked).select_related("new")
        followers = {row.new_id: row.new for row in rows}
        now += [one for one in followers.values() if one.valid_to is None]
        wanted = {pk for pk, one in followers.items() if one.valid_to is not None}
    return sorted(now, key=lambda one: one.pk)
