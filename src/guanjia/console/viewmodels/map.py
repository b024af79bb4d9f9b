"""Open cases on the map of the district, and the same as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.queries import lists
from guanjia.cases.queries.points import Placed, Point, how_many_points, points
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.rows import Row, rows
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.registry import geometry, rules
from guanjia.registry import queries as registry
from guanjia.registry.queries.drawing import courtyards_in, read_box
from guanjia.ui.format import count, moment

SIZE = 20
FILTERS = ("place", "category", "unit")
URGENCY = (
    ("overdue", gettext_noop("Overdue now")),
    ("due", gettext_noop("Due within a day")),
    ("emergency", gettext_noop("Emergency")),
)
#: What is drawn below a place, and how far a drawn line may be from the true one, in metres.
DRAWN = {
    "district": ("grid", 12.0),
    "street": ("grid", 5.0),
    "community": ("courtyard", 2.0),
    "grid": ("courtyard", 1.0),
    "courtyard": ("courtyard", 0.0),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`areas_url`, `closer_url`, `points_url`: GeoJSON of what is drawn. `said`: how many are on the map, and how
    many not."""

    areas_url: str
    closer_url: str
    points_url: str
    selects: Sequence[tuple[str, str, Sequence[choices.Option]]]
    rows: Sequence[Row]
    page: Page[Any]
    place: Any
    said: str


def cleaned(query: QueryDict) -> QueryDict:
    """Only what the map knows, so that its points have one address."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "only"):
        kept.setlist(name, [one for one in query.getlist(name) if one.strip()])
    return QueryDict(kept.urlencode())


def read(query: QueryDict) -> lists.Filters:
    """Raises field.invalid."""
    return lists.read_filters(query, ["open", *query.getlist("only")])


def shown(actor: Actor, query: QueryDict, cursor: str | None, *, at: datetime) -> Shown:
    """Raises field.invalid, page.bad_cursor, not_found."""
    filters = read(query)
    page = lists.ledger_page(actor, filters, at=at, sort="due", cursor=cursor, size=SIZE)
    place = registry.place(filters.place) if filters.place else None
    area = f"?place={filters.place}" if filters.place else "?"
    return Shown(
        areas_url=f"{reverse('console:areas')}{area}&to=map",
        closer_url=f"{reverse('console:areas')}?to=map",
        points_url=f"{reverse('console:points')}?{query.urlencode()}",
        selects=[
            ("place", _("All places"), choices.places(filters.place)),
            ("category", _("All categories"), choices.categories(filters.category)),
            ("unit", _("All units"), choices.units(filters.unit)),
            ("only", _("All open cases"), choices.of(URGENCY, query.get("only", ""))),
        ],
        rows=rows(page.rows, at),
        page=page,
        place=place,
        said=_said(how_many_points(actor, filters, at=at)),
    )


def features(actor: Actor, query: QueryDict, *, at: datetime) -> dict[str, Any]:
    """The points as GeoJSON. One query."""
    found = points(actor, read(query), at=at)
    return {"type": "FeatureCollection", "features": [_feature(one, at) for one in found]}


def _said(found: Placed) -> str:
    parts = [_("%(shown)s cases on the map") % {"shown": count(found.shown)}]
    if found.left_out:
        parts.append(_("%(left)s less urgent ones left out") % {"left": count(found.left_out)})
    if found.nowhere:
        parts.append(_("%(left)s without a place") % {"left": count(found.nowhere)})
    return _(", ").join(parts)


def _feature(point: Point, at: datetime) -> dict[str, Any]:
    note = [point.place] if point.place else []
    if point.due is not None:
        note.append(_("due %(moment)s") % {"moment": moment(point.due, at)})
    if not point.exact:
        note.append(_("the middle of its place"))
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(point.lon, 6), round(point.lat, 6)]},
        "properties": {
            "name": point.title,
            "url": reverse("console:case", args=[point.number]),
            "level": point.level,
            "note": " · ".join(note),
        },
    }


def areas(place_id: int | None, *, to_map: bool, of: str = "") -> dict[str, Any]:
    """The outlines of a place and of what it is made of, as GeoJSON; `of`: down to another level than is usual for it.
    Two queries. Raises not_found."""
    root = registry.place(place_id) if place_id else registry.district()
    if root is None:
        return {"type": "FeatureCollection", "features": []}
    kind, metres = DRAWN[root.kind]
    if of in rules.LEVELS and rules.level(of) > rules.level(root.kind):
        kind = of
    below = registry.outlines(kind=kind, root=root)
    drawn = [_area(one, metres, to_map=to_map) for one in below if one.pk != root.pk]
    if root.boundary and place_id:
        drawn.insert(0, _area(root, metres, to_map=to_map, here=True))
    return {"type": "FeatureCollection", "features": drawn}


def areas_in(box: str, *, to_map: bool) -> dict[str, Any]:
    """The courtyards of a part of the map. One query. Raises field.invalid."""
    drawn = [_area(one, DRAWN["community"][1], to_map=to_map) for one in courtyards_in(read_box(box))]
    return {"type": "FeatureCollection", "features": drawn}


def _area(place: Any, metres: float, *, to_map: bool, here: bool = False) -> dict[str, Any]:
    outline = geometry.simplified(place.boundary, metres) if metres else place.boundary
    properties: dict[str, Any] = {"id": place.pk, "name": place.name}
    if here:
        properties["here"] = True
    elif to_map and rules.level(place.kind) < rules.level("courtyard"):
        properties["url"] = f"{reverse('console:map')}?place={place.pk}"
    elif not to_map:
        properties["url"] = reverse("console:place", args=[place.pk])
    return {"type": "Feature", "geometry": outline, "properties": properties}
