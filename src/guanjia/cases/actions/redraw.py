"""Places are redrawn: the registry changes, stewards follow, open cases follow, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from guanjia.cases.actions.intake import place_columns
from guanjia.cases.actions.succession import follow_places, refresh_paths
from guanjia.cases.models import Case
from guanjia.kernel.actor import Actor
from guanjia.programmes import actions as programmes
from guanjia.registry import actions as registry
from guanjia.registry.actions import GridPart, Succession
from guanjia.registry.models import Place
from guanjia.registry.queries import locate_many


@dataclass(frozen=True, slots=True)
class Redrawn:
    """`assignments` were begun for the new places; `cases` are open ones that changed their place."""

    succession: Succession
    assignments: int
    cases: int


@transaction.atomic
def split_grid(
    actor: Actor, grid_id: int, *, parts: Sequence[GridPart], at: datetime, on: date | None = None
) -> Redrawn:
    """Raises what `registry.actions.split_grid` raises; so do the others here."""
    return _follow(actor, registry.split_grid(actor, grid_id, parts=parts, at=at, on=on), at)


@transaction.atomic
def merge_grids(actor: Actor, grid_ids: Sequence[int], *, name: str, at: datetime, on: date | None = None) -> Redrawn:
    return _follow(actor, registry.merge_grids(actor, grid_ids, name=name, at=at, on=on), at)


@transaction.atomic
def merge_courtyards(
    actor: Actor, courtyard_ids: Sequence[int], *, name: str, at: datetime, on: date | None = None
) -> Redrawn:
    return _follow(actor, registry.merge_courtyards(actor, courtyard_ids, name=name, at=at, on=on), at)


@transaction.atomic
def redraw_grid(
    actor: Actor,
    grid_id: int,
    *,
    at: datetime,
    boundary: Mapping[str, Any] | None = None,
    takes: Sequence[int] = (),
    gives: Mapping[int, int] | None = None,
    on: date | None = None,
) -> Redrawn:
    changed = registry.redraw_grid(actor, grid_id, at=at, boundary=boundary, takes=takes, gives=gives, on=on)
    return _follow(actor, changed, at)


@transaction.atomic
def move_place(actor: Actor, place_id: int, *, parent_id: int, at: datetime, on: date | None = None) -> int:
    """Open cases below go along; how many. Stewards of the place and of those below stay theirs."""
    return refresh_paths(registry.move_place(actor, place_id, parent_id=parent_id, at=at, on=on), at=at)


def _follow(actor: Actor, succession: Succession, at: datetime) -> Redrawn:
    """A case whose place ended goes with its subject, else by its point, else to the heir; one whose place only moved
    stays in it and reads its path anew."""
    begun = programmes.follow_succession(actor, succession, at=at)
    staying = {one.pk for one in succession.new}
    ended = {one.pk for one in succession.old} - staying
    moved = _by_subject_or_point(succession, ended, at)
    moved += follow_places({old: heir for old, heir in succession.heir.items() if old in ended}, at=at)
    for place in Place.objects.filter(pk__in=set(succession.heir) - ended):
        moved += refresh_paths(place, at=at)
    return Redrawn(succession, begun, moved)


def _by_subject_or_point(succession: Succession, ended: set[int], at: datetime) -> int:
    found = list(Case.objects.filter(closed_at__isnull=True, place_id__in=ended))
    gone = {case.pk: case.subject_id for case in found if case.subject_id in succession.subjects}
    target = {case_id: succession.subjects[subject] for case_id, subject in gone.items() if subject is not None}
    points = {
        case.pk: (case.lon, case.lat)
        for case in found
        if case.pk not in target and case.lon is not None and case.lat is not None
    }
    new = {one.pk for one in succession.new}
    located = zip(points, locate_many(list(points.values()), succession.on), strict=True)
    target |= {case_id: place for case_id, place in located if place is not None and place in new}
    places = Place.objects.in_bulk(set(target.values()))
    for case_id, place_id in target.items():
        Case.objects.filter(pk=case_id).update(**place_columns(places[place_id]), updated_at=at)
    return len(target)
