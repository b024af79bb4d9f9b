"""What the district is made of: programmes and their categories, places, units."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from ninja import Query, Router

from guanjia.access.requests import Request
from guanjia.api import shapes
from guanjia.api.operations import answers, needs, page_of
from guanjia.api.schemas import answers as out
from guanjia.api.schemas.given import Id, PlacesIn, UnitsIn, WhereIn, Word
from guanjia.programmes import queries as programmes
from guanjia.registry import queries

router = Router(tags=["registry"])
READ = needs("registry:read")
SENDS_IN = needs("cases:create")


@router.get("/programmes", **SENDS_IN, response=answers(200, list[out.ProgrammeOut]), summary="Running programmes")
def running(request: Request) -> Any:
    found = [programmes.current_playbook(one.pk) for one in programmes.running()]
    return [{"key": one.key, "name": shapes.said(one.playbook.name), "channels": list(one.channels)} for one in found]


@router.get(
    "/programmes/{programme}/categories",
    **SENDS_IN,
    response=answers(200, list[out.CategoryOut]),
    summary="Categories of a programme",
)
def categories(request: Request, programme: Word) -> Any:
    playbook = programmes.current_playbook(programmes.programme(programme).pk)
    return [
        {
            "key": one.key,
            "name": shapes.said(one.name),
            "kind": one.kind,
            "public": one.public,
            "asks_for_place": one.ask_location,
        }
        for one in playbook.categories
    ]


@router.get("/places", **READ, response=answers(200, out.PlacesPage), summary="Places directly below one")
def places(request: Request, wanted: Query[PlacesIn]) -> Any:
    district = queries.district()
    parent = wanted.parent or (district.pk if district is not None else 0)
    found = queries.children(parent, on=wanted.on, cursor=wanted.cursor, size=wanted.limit)
    return page_of(found, shapes.place)


@router.get(
    "/places/locate", **READ, response=answers(200, list[out.MatchOut]), summary="The place of a point or address"
)
def locate(request: Request, where: Query[WhereIn]) -> Any:
    """Best first. A point has one place at most, the smallest around it; an address is searched for names of places."""
    if where.lon is not None and where.lat is not None:
        found = queries.locate_point(where.lon, where.lat, localdate(request.at))
        return [{"place": shapes.place(found), "names": []}] if found is not None else []
    matches = queries.locate_address(where.address) if where.address.strip() else []
    return [{"place": shapes.place(one.place), "names": list(one.why)} for one in matches]


@router.get("/places/codes/{code}", **READ, response=answers(200, list[out.CodeOut]), summary="Who had this code when")
def codes(request: Request, code: Word) -> Any:
    """Every place that ever had an official code, edition by edition: a code is used again for another place."""
    return [_code(one) for one in queries.code_history(code)]


@router.get("/places/{place_id}", **READ, response=answers(200, out.PlaceCard), summary="One place")
def place(request: Request, place_id: Id) -> Any:
    found = queries.place(place_id)
    return {
        **shapes.place_columns(found),
        "names": [one.name for one in queries.ancestors(found)],
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "codes": [_code(one) for one in queries.codes_of(found.pk)],
    }


def _code(one: Any) -> dict[str, Any]:
    return {
        "edition": one.edition,
        "code": one.code,
        "place": shapes.named(one.place),
        "called": "".join(queries.place_as_of(one.place_id, one.valid_from).names),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


@router.get("/units", **READ, response=answers(200, out.UnitsPage), summary="Units")
def units(request: Request, wanted: Query[UnitsIn]) -> Any:
    found = queries.units(kind=wanted.kind or None, cursor=wanted.cursor, size=wanted.limit)
    return page_of(found, shapes.unit)
