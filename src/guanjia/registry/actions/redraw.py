"""Changes of several places at once: what was one becomes several, or the other way round, and what stands
in them follows.

Each returns a `Succession`, by which the rooms above let open cases and assignments follow in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy
from guanjia.registry.actions import tree
from guanjia.registry.actions.places import CHANGE_PLACES, place_name
from guanjia.registry.models import Place, PlaceKind, Post, PostHolding, Subject, SuccessionKind, Unit
from guanjia.registry.problems import DIFFERENT_PARENTS, NOT_IN_GRIDS
from guanjia.registry.stamps import ORGANISATION, PLACES, bump


@dataclass(frozen=True, slots=True)
class GridPart:
    """One of the grids that a split makes, with the courtyards that it takes."""

    name: str
    courtyard_ids: Sequence[int]
    boundary: Mapping[str, Any] | None = None
    planned_households: int | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """What a redrawing did. `heir` maps each place that ended or moved to what stands for it now: a courtyard that
    moved to its new grid, a place that ended to the one that follows (the first one, after a split). `subjects` maps
    each business or household whose place changed to its new place. `posts` maps each post that ended to its copies."""

    kind: str
    on: date
    old: tuple[Place, ...]
    new: tuple[Place, ...]
    heir: Mapping[int, int]
    subjects: Mapping[int, int] = field(default_factory=dict)
    posts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@transaction.atomic
def split_grid(
    actor: Actor, grid_id: int, *, parts: Sequence[GridPart], at: datetime, on: date | None = None
) -> Succession:
    """Each courtyard of the grid goes to exactly one part. What stands in the grid itself goes by its
    point, or to the first part.
    """
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    grid = _grids([grid_id])[0]
    if len(parts) < 2:
        raise Problem(INVALID, field="parts", field_label=_("Parts of the split"), why=_("a split makes two or more"))
    courtyards = {one.pk: one for one in Place.objects.filter(parent=grid, valid_to__isnull=True)}
    _each_goes_once(courtyards, [id for part in parts for id in part.courtyard_ids])
    day = tree.day_of_change(on, since=_latest([grid, *courtyards.values()]), at=at)
    outlines = _fitting(grid.parent_id, {place_name(part.name): part.boundary for part in parts}, besides=[grid.pk])
    tree.end(grid, on=day)
    made = []
    for part in parts:
        name = place_name(part.name)
        tree.check_name(name, grid.kind, grid.parent)
        new = tree.found(
            grid.kind,
            name,
            grid.parent,
            on=day,
            outline=outlines.get(name),
            planned_households=part.planned_households,
        )
        for courtyard_id in part.courtyard_ids:
            tree.turn(courtyards[courtyard_id], on=day, parent=new)
        made.append(new)
    heir = {id: new.pk for new, part in zip(made, parts, strict=True) for id in part.courtyard_ids}
    return _succeed(actor, SuccessionKind.SPLIT, [grid], made, heir | {grid.pk: made[0].pk}, day, at)


@transaction.atomic
def merge_grids(
    actor: Actor,
    grid_ids: Sequence[int],
    *,
    name: str,
    at: datetime,
    boundary: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Succession:
    """Several grids of one community become one new grid. Without a boundary it gets the union of theirs."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    grids = _grids(grid_ids)
    courtyards = list(Place.objects.filter(parent__in=grids, valid_to__isnull=True))
    return _merge(actor, grids, courtyards, name=name, boundary=boundary, at=at, on=on)


@transaction.atomic
def merge_courtyards(
    actor: Actor,
    courtyard_ids: Sequence[int],
    *,
    name: str,
    at: datetime,
    boundary: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Succession:
    """Several courtyards of one grid become one new courtyard; their households and businesses are in it."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    courtyards = _of_kind(courtyard_ids, PlaceKind.COURTYARD)
    return _merge(actor, courtyards, [], name=name, boundary=boundary, at=at, on=on)


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
) -> Succession:
    """New lines for a grid that stays. `takes` are courtyards of other grids of the community that come to it;
    `gives` maps its own courtyards that leave to the grids that get them. A neighbour that must make room has its own
    lines redrawn first.
    """
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    gives = gives or {}
    grids = {one.pk: one for one in _grids([grid_id, *gives.values()])}
    grid = grids[grid_id]
    movers = {one.pk: one for one in _of_kind([*takes, *gives], PlaceKind.COURTYARD)}
    _same_parent([*grids.values(), *(one for id in takes if (one := movers[id].parent))])
    if strangers := [movers[id].name for id in gives if movers[id].parent_id != grid_id]:
        raise Problem(DIFFERENT_PARENTS, names="、".join(strangers))
    day = tree.day_of_change(on, since=_latest([*grids.values(), *movers.values()]), at=at)
    outlines = _fitting(grid.parent_id, {grid.name: boundary}, besides=[grid_id])
    if boundary is not None:
        tree.turn(grid, on=day, boundary=tree.outline_columns(outlines[grid.name])["boundary"])
    heir = {**dict.fromkeys(takes, grid_id), **gives}
    for courtyard_id, new_grid_id in heir.items():
        tree.check_name(movers[courtyard_id].name, PlaceKind.COURTYARD, grids[new_grid_id])
        tree.turn(movers[courtyard_id], on=day, parent=grids[new_grid_id])
    return _succeed(actor, SuccessionKind.REDRAW, [grid], [grid], heir, day, at)


def _merge(
    actor: Actor,
    old: Sequence[Place],
    below: Sequence[Place],
    *,
    name: str,
    boundary: Mapping[str, Any] | None,
    at: datetime,
    on: date | None,
) -> Succession:
    if len({one.pk for one in old}) < 2:
        raise Problem(INVALID, field="places", field_label=_("Places to merge"), why=_("a merge needs two or more"))
    _same_parent(old)
    name = place_name(name)
    day = tree.day_of_change(on, since=_latest([*old, *below]), at=at)
    outlines = _fitting(old[0].parent_id, {name: boundary}, besides=[one.pk for one in old])
    planned = [one.planned_households for one in old if one.planned_households is not None]
    for one in old:
        tree.end(one, on=day)
    tree.check_name(name, old[0].kind, old[0].parent)
    new = tree.found(
        old[0].kind,
        name,
        old[0].parent,
        on=day,
        outline=outlines.get(name) or _union(old),
        planned_households=sum(planned) if planned else None,
    )
    for one in below:
        tree.turn(one, on=day, parent=new)
    if new.kind == PlaceKind.COURTYARD:
        for one in old:
            tree.add_alias(new, one.name)
    heir = {one.pk: new.pk for one in [*old, *below]}
    return _succeed(actor, SuccessionKind.MERGE, old, [new], heir, day, at)


def _succeed(
    actor: Actor,
    kind: SuccessionKind,
    old: Sequence[Place],
    new: Sequence[Place],
    heir: Mapping[int, int],
    on: date,
    at: datetime,
) -> Succession:
    """Let subjects, posts and units follow, and write it all down."""
    tree.note_succession(kind, old, new, on)
    posts: Mapping[int, tuple[int, ...]] = {}
    if kind == SuccessionKind.REDRAW:
        beside = Place.objects.filter(parent=new[0].parent, kind=new[0].kind, valid_to__isnull=True)
        subjects = _subjects_follow(list(beside), list(beside), stay=True)
    else:
        subjects = _subjects_follow(old, new, stay=False)
        posts = _posts_follow(old, new, on)
        Unit.objects.filter(place__in=old, valid_to__isnull=True).update(place=new[0])
    bump(PLACES)
    bump(ORGANISATION)
    facts = {
        "old": [one.pk for one in old],
        "new": [one.pk for one in new],
        "heir": {str(id): heir[id] for id in heir},
        "on": str(on),
    }
    audit.record(actor, f"place.{kind}", old[0], at=at, **facts, subjects=len(subjects))
    outbox.publish("place.succeeded", {"kind": str(kind), **facts}, at=at)
    return Succession(str(kind), on, tuple(old), tuple(new), dict(heir), subjects, posts)


def _subjects_follow(old: Sequence[Place], new: Sequence[Place], *, stay: bool) -> dict[int, int]:
    """What stands in the old places themselves goes where its point lies now. Without a point within the new lines it
    stays, or goes to the first where its place ended. Returns those that changed; one update per new place."""
    shapes = dict(_shapes(new))
    target: dict[int, int] = {}
    standing = Subject.objects.filter(place__in=old, valid_to__isnull=True).order_by("pk")
    for pk, place_id, lon, lat in standing.values_list("pk", "place_id", "lon", "lat"):
        point = shapely.Point(lon, lat) if lon is not None and lat is not None else None
        own = shapes.get(place_id)
        if stay and (point is None or (own is not None and own.covers(point))):
            continue
        holding = (id for id, outline in shapes.items() if point is not None and outline.covers(point))
        target[pk] = next(holding, place_id if stay else new[0].pk)
    for place in new:
        ids = [pk for pk, place_id in target.items() if place_id == place.pk]
        for start in range(0, len(ids), 1000):
            Subject.objects.filter(pk__in=ids[start : start + 1000]).update(place=place)
    return target


def _posts_follow(old: Sequence[Place], new: Sequence[Place], on: date) -> dict[int, tuple[int, ...]]:
    """A post for an old place ends; its holders hold the same post for each new one, so that nobody loses
    sight of what they answer for.
    """
    copies: dict[tuple[int, str, str, int], Post] = {}
    became: dict[int, tuple[int, ...]] = {}
    held: set[tuple[int, int]] = set()
    for post in Post.objects.filter(place__in=old, valid_to__isnull=True).order_by("pk"):
        own = []
        for place in new:
            key = (post.unit_id, post.role, post.title, place.pk)
            if key not in copies:
                copies[key] = Post.objects.create(
                    unit_id=post.unit_id, role=post.role, title=post.title, place=place, valid_from=on
                )
            own.append(copies[key])
        current = PostHolding.objects.filter(post=post, valid_to__isnull=True)
        pairs = {(holding.officer_id, copy.pk) for holding in current for copy in own} - held
        PostHolding.objects.bulk_create(
            [PostHolding(officer_id=officer, post_id=copy, valid_from=on) for officer, copy in sorted(pairs)]
        )
        held |= pairs
        # A holding or post that began on the very day has never had a day of its own.
        current.filter(valid_from__gte=on).update(valid_to=on, valid_from=on)
        current.update(valid_to=on)
        if post.valid_from < on:
            Post.objects.filter(pk=post.pk).update(valid_to=on)
        became[post.pk] = tuple(copy.pk for copy in own)
    return became


def _grids(ids: Sequence[int]) -> list[Place]:
    return _of_kind(ids, PlaceKind.GRID)


def _of_kind(ids: Sequence[int], kind: PlaceKind) -> list[Place]:
    places = tree.locked_all(ids)
    if wrong := [one.name for one in places if one.kind != kind]:
        raise Problem(INVALID, field="places", field_label=kind.label, why="、".join(wrong))
    return places


def _same_parent(places: Sequence[Place]) -> None:
    if len({one.parent_id for one in places}) > 1:
        raise Problem(DIFFERENT_PARENTS, names="、".join(one.name for one in places))


def _each_goes_once(courtyards: Mapping[int, Place], given: Sequence[int]) -> None:
    missing = [one.name for id, one in courtyards.items() if given.count(id) != 1]
    strange = [str(id) for id in given if id not in courtyards]
    if missing or strange:
        raise Problem(NOT_IN_GRIDS, field="parts", names="、".join(missing + strange))


def _latest(places: Sequence[Place]) -> date:
    return max(tree.current_period(one).valid_from for one in places)


def _fitting(
    parent_id: int | None, boundaries: Mapping[str, Mapping[str, Any] | None], *, besides: Sequence[int]
) -> dict[str, BaseGeometry]:
    """The given outlines, which cover neither each other nor what stays beside them."""
    read = {name: tree.read_boundary(data, name) for name, data in boundaries.items()}
    given = {name: outline for name, outline in read.items() if outline is not None}
    if given:
        tree.check_overlap({**tree.outlines_beside(parent_id, PlaceKind.GRID, besides=besides), **given})
    return given


def _shapes(places: Sequence[Place]) -> list[tuple[int, BaseGeometry]]:
    return [(one.pk, shape(one.boundary)) for one in places if one.boundary]


def _union(places: Sequence[Place]) -> BaseGeometry | None:
    shapes = [outline for _id, outline in _shapes(places)]
    return shapely.union_all(shapes) if len(shapes) == len(places) else None
