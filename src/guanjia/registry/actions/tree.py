"""How the place tree is written: founding, turning and ending a place, each with its period, its path and its stamp.

The actions on places stand on these; nothing else writes the tree (bulk loading in `registry.bulk` excepted).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.timezone import localdate
from shapely.geometry.base import BaseGeometry

from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import geometry, rules
from guanjia.registry.models import Place, PlaceAlias, PlaceKind, PlacePeriod, PlaceSuccession
from guanjia.registry.problems import (
    BAD_BOUNDARY,
    BAD_DAY,
    CLOSED_PLACE,
    NAME_TAKEN,
    OVERLAP,
    WRONG_LEVEL,
)

#: Lines drawn by hand never meet exactly; more than this share of the smaller place is an error.
OVERLAP_ALLOWED = 0.02


def locked(place_id: int) -> Place:
    """The place, held for this transaction. Raises not_found, place.closed."""
    place = Place.objects.select_for_update().filter(pk=place_id).first()
    if place is None:
        raise Problem(NOT_FOUND, what=_("place"), key=place_id)
    if place.valid_to is not None:
        raise Problem(CLOSED_PLACE, name=place.name, on=place.valid_to)
    return place


def locked_all(place_ids: Iterable[int]) -> list[Place]:
    """In the order given; one by one in the order of ids, so that two changes cannot wait for each other."""
    wanted = list(place_ids)
    held = {place_id: locked(place_id) for place_id in sorted(set(wanted))}
    return [held[place_id] for place_id in wanted]


def day_of_change(on: date | None, *, since: date, at: datetime) -> date:
    """The day a change takes effect. Raises registry.bad_day."""
    today = localdate(at)
    day = on or today
    if not rules.is_day_of_change(day, since=since, today=today):
        raise Problem(BAD_DAY, field="on", on=day, first=since, last=today)
    return day


def current_period(place: Place) -> PlacePeriod:
    return PlacePeriod.objects.get(place=place, valid_to__isnull=True)


def kind_name(kind: str | None) -> Any:
    """For a sentence, in the language of its reader."""
    return PlaceKind(kind).label if kind else "–"


def check_level(kind: str, parent: Place | None) -> None:
    parent_kind = parent.kind if parent else None
    if not rules.fits_under(kind, parent_kind):
        raise Problem(WRONG_LEVEL, field="parent", kind=kind_name(kind), parent_kind=kind_name(parent_kind))


def check_name(name: str, kind: str, parent: Place | None, *, besides: int | None = None) -> None:
    taken = Place.objects.filter(parent=parent, kind=kind, name=name, valid_to__isnull=True)
    if taken.exclude(pk=besides or 0).exists():
        raise Problem(NAME_TAKEN, field="name", name=name)


def read_boundary(data: Mapping[str, Any] | None, name: str) -> BaseGeometry | None:
    """Raises place.bad_boundary."""
    if data is None:
        return None
    try:
        return geometry.read_outline(data)
    except geometry.BadOutline as error:
        raise Problem(BAD_BOUNDARY, field="boundary", name=name, why=error.message) from error


def check_overlap(outlines: Mapping[str, BaseGeometry]) -> None:
    """Raises place.overlap for the first two that cover the same ground."""
    names = list(outlines)
    for left, right, share in geometry.overlapping(list(outlines.values()), tolerance=OVERLAP_ALLOWED):
        raise Problem(OVERLAP, field="boundary", name=names[left], other=names[right], percent=round(share * 100))


def outlines_beside(parent_id: int | None, kind: str, *, besides: Iterable[int] = ()) -> dict[str, BaseGeometry]:
    beside = Place.objects.filter(parent_id=parent_id, kind=kind, valid_to__isnull=True, boundary__isnull=False)
    return {place.name: geometry.read_outline(place.boundary or {}) for place in beside.exclude(pk__in=list(besides))}


def outline_columns(outline: BaseGeometry | None) -> dict[str, Any]:
    if outline is None:
        return {"boundary": None, **dict.fromkeys(geometry.Extent.__slots__)}
    return {"boundary": geometry.write_outline(outline), **geometry.extent(outline).as_columns()}


def found(
    kind: str,
    name: str,
    parent: Place | None,
    *,
    on: date,
    outline: BaseGeometry | None = None,
    planned_households: int | None = None,
) -> Place:
    """A new place with its first period. Three queries."""
    place = Place.objects.create(
        kind=kind,
        name=name,
        parent=parent,
        valid_from=on,
        planned_households=planned_households,
        **outline_columns(outline),
    )
    place.path = rules.child_path(parent.path if parent else "", place.pk)
    Place.objects.filter(pk=place.pk).update(path=place.path)
    PlacePeriod.objects.create(place=place, name=name, parent=parent, boundary=place.boundary, valid_from=on)
    return place


def turn(place: Place, *, on: date, **changes: Any) -> Place:
    """Change the name, the parent or the boundary (GeoJSON) of a place from `on`: the period ends and
    another begins.
    """
    period = current_period(place)
    if period.valid_from < on:
        PlacePeriod.objects.filter(pk=period.pk).update(valid_to=on)
        period.pk, period.valid_from = None, on
        period._state.adding = True
    for column, value in changes.items():
        setattr(period, column, value)
        setattr(place, column, value)
    period.save()
    if "boundary" in changes:
        outline = geometry.read_outline(place.boundary) if place.boundary else None
        for column, value in outline_columns(outline).items():
            setattr(place, column, value)
    if "parent" in changes:
        _follow(place)
    place.save()
    return place


def _follow(place: Place) -> None:
    """The paths of all that is or was below move along, closed places too: whoever answers for the place
    answers for its past.
    """
    old = place.path
    place.path = rules.child_path(place.parent.path if place.parent else "", place.pk)
    Place.objects.filter(path__startswith=old).exclude(pk=place.pk).update(
        path=Concat(Value(place.path), Substr("path", len(old) + 1))
    )


def end(place: Place, *, on: date) -> Place:
    """The place is no more from `on`. Raises registry.bad_day for the day on which it began."""
    if on <= place.valid_from:
        first = place.valid_from + timedelta(days=1)
        raise Problem(BAD_DAY, field="on", on=on, first=first, last=max(on, first))
    period = current_period(place)
    if period.valid_from < on:
        PlacePeriod.objects.filter(pk=period.pk).update(valid_to=on)
    else:
        period.delete()
    place.valid_to = on
    Place.objects.filter(pk=place.pk).update(valid_to=on)
    return place


def add_alias(place: Place, text: str) -> None:
    PlaceAlias.objects.get_or_create(place=place, normal=rules.normal_address(text)[:80], defaults={"text": text[:80]})


def note_succession(kind: str, old: Iterable[Place], new: Iterable[Place], on: date) -> None:
    heirs = list(new)
    PlaceSuccession.objects.bulk_create(
        [PlaceSuccession(old=one, new=heir, kind=kind, on=on) for one in old for heir in heirs],
        ignore_conflicts=True,
    )
