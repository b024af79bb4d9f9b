"""Loading a whole district at once: the same rows as the actions write, a few queries for each level or thousand.

For a first filling (a demo, an import by the administrator). Whoever calls it has checked who may, holds the
transaction, and writes the audit entry. Rows are taken to be clean: names cut to length, phones and codes normal,
outlines valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from django.db.models import CharField, Model, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from guanjia.kernel.pour import plain, pour, reserve_ids
from guanjia.kernel.secrets import blind_index
from guanjia.registry import geometry, rules
from guanjia.registry.models import (
    Business,
    Household,
    Place,
    PlaceAlias,
    PlaceCode,
    PlacePeriod,
    Subject,
    SubjectKind,
    Unit,
)
from guanjia.registry.stamps import PLACES, bump

R = TypeVar("R")
#: Attribute name of a column → what stands in it.
Columns = dict[str, Any]
#: A batch small enough to build in little memory, large enough that its query is cheap.
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """`key` names the place among the rows; `parent` is the key of a row, or the id of a place that there
    is already.
    """

    key: str
    kind: str
    name: str
    parent: str | int | None = None
    boundary: Mapping[str, Any] | None = None
    planned_households: int | None = None
    aliases: Sequence[str] = ()
    #: (edition, code)
    code: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BusinessRow:
    name: str
    place_id: int | None
    lon: float | None = None
    lat: float | None = None
    credit_code: str | None = None
    industry: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    employees: int | None = None
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    place_id: int
    building: str = ""
    unit_no: str = ""
    room: str = ""
    address: str = ""
    members: int | None = None
    phone: str = ""
    lon: float | None = None
    lat: float | None = None


def load_places(rows: Iterable[PlaceRow], *, on: date) -> dict[str, Place]:
    """Key → place, with paths, extents, first periods, aliases and codes. About five queries for each level."""
    by_level: dict[int, list[PlaceRow]] = {}
    for row in rows:
        by_level.setdefault(rules.level(row.kind), []).append(row)
    made: dict[str, Place] = {}
    for level in sorted(by_level):
        made |= _load_level(by_level[level], made, on)
    bump(PLACES)
    return made


def _load_level(rows: Sequence[PlaceRow], made: Mapping[str, Place], on: date) -> dict[str, Place]:
    places = [
        Place(
            kind=row.kind,
            name=row.name,
            parent_id=made[row.parent].pk if isinstance(row.parent, str) else row.parent,
            valid_from=on,
            planned_households=row.planned_households,
            **_outline(row.boundary),
        )
        for row in rows
    ]
    Place.objects.bulk_create(places, batch_size=BATCH)
    above = Place.objects.filter(pk=OuterRef("parent_id")).values("path")
    Place.objects.filter(path="").update(
        path=Concat(Coalesce(Subquery(above), Value("/")), Cast("pk", CharField()), Value("/"))
    )
    paths = dict(Place.objects.filter(pk__in=[one.pk for one in places]).values_list("pk", "path"))
    for place in places:
        place.path = paths[place.pk]
    PlacePeriod.objects.bulk_create(
        [
            PlacePeriod(place=one, name=one.name, parent_id=one.parent_id, boundary=one.boundary, valid_from=on)
            for one in places
        ],
        batch_size=BATCH,
    )
    level = {row.key: place for row, place in zip(rows, places, strict=True)}
    PlaceAlias.objects.bulk_create(
        [
            PlaceAlias(place=level[row.key], text=alias, normal=rules.normal_address(alias))
            for row in rows
            for alias in row.aliases
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    PlaceCode.objects.bulk_create(
        [
            PlaceCode(place=level[row.key], edition=row.code[0], code=row.code[1], valid_from=on)
            for row in rows
            if row.code
        ],
        batch_size=BATCH,
    )
    return level


def _outline(boundary: Mapping[str, Any] | None) -> dict[str, Any]:
    if boundary is None:
        return {}
    outline = geometry.read_outline(boundary)
    return {"boundary": boundary, **geometry.extent(outline).as_columns()}


def load_businesses(
    rows: Iterable[BusinessRow], *, on: date, progress: Callable[[int], None] = lambda done: None
) -> list[int]:
    """The new subjects' ids in the order of the rows. `progress(done)` after each batch."""

    def subject(row: BusinessRow) -> Columns:
        return {
            "kind": SubjectKind.BUSINESS,
            "name": row.name,
            "place_id": row.place_id,
            "lon": row.lon,
            "lat": row.lat,
            "phone_index": _index(row.contact_phone),
            "valid_from": on,
        }

    def card(row: BusinessRow) -> Columns:
        return {
            "credit_code": row.credit_code,
            "industry": row.industry,
            "address": row.address,
            "contact_name": row.contact_name,
            "contact_phone": row.contact_phone,
            "employees": row.employees,
            "is_key": row.is_key,
        }

    return _load_subjects(rows, subject, Business, card, progress)


def load_households(
    rows: Iterable[HouseholdRow], *, on: date, progress: Callable[[int], None] = lambda done: None
) -> list[int]:
    """The new subjects' ids in the order of the rows."""

    def subject(row: HouseholdRow) -> Columns:
        return {
            "kind": SubjectKind.HOUSEHOLD,
            "name": rules.household_label(row.building, row.unit_no, row.room) or row.address[:120],
            "place_id": row.place_id,
            "lon": row.lon,
            "lat": row.lat,
            "phone_index": _index(row.phone),
            "valid_from": on,
        }

    def card(row: HouseholdRow) -> Columns:
        return {
            "building": row.building,
            "unit_no": row.unit_no,
            "room": row.room,
            "address": row.address,
            "members": row.members,
        }

    return _load_subjects(rows, subject, Household, card, progress)


def load_unit_cards(units: Iterable[Unit]) -> None:
    """The cards under which programmes serve the units."""
    cards = [
        Subject(kind=SubjectKind.UNIT, unit=unit, name=unit.name, place_id=unit.place_id, valid_from=unit.valid_from)
        for unit in units
    ]
    Subject.objects.bulk_create(cards, batch_size=BATCH)


def _load_subjects(
    rows: Iterable[R],
    subject: Callable[[R], Columns],
    model: type[Model],
    card: Callable[[R], Columns],
    progress: Callable[[int], None],
) -> list[int]:
    ids: list[int] = []
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        new = reserve_ids(Subject, len(batch))
        _pour(Subject, [{"id": pk, **subject(row)} for row, pk in zip(batch, new, strict=True)])
        _pour(model, [{"subject_id": pk, **card(row)} for row, pk in zip(batch, new, strict=True)])
        ids += new
        progress(len(ids))
    return ids


def _pour(model: type[Model], rows: Sequence[Columns]) -> None:
    """What a row does not say has the model's default."""
    blank = model()
    defaults = {field.attname: getattr(blank, field.attname) for field in model._meta.local_concrete_fields}
    names = list(defaults)
    pour(model, names, plain(model, names, ([*{**defaults, **row}.values()] for row in rows)))


def _index(phone: str) -> str:
    return blind_index(phone, rules.PHONE) if phone else ""
