"""Changes of one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy
from guanjia.registry.actions import tree
from guanjia.registry.models import Place, PlaceCode, SubjectKind, SuccessionKind
from guanjia.registry.problems import CODE_TAKEN, HAS_CHILDREN, INTO_ITSELF
from guanjia.registry.stamps import PLACES, bump

CHANGE_PLACES = _("change places")


def place_name(name: object) -> str:
    return clean_text(name, field="name", label=_("Name"), limit=80, one_line=True)


@transaction.atomic
def create_place(
    actor: Actor,
    kind: str,
    *,
    name: str,
    parent_id: int | None,
    at: datetime,
    on: date | None = None,
    boundary: Mapping[str, Any] | None = None,
    planned_households: int | None = None,
    aliases: Sequence[str] = (),
) -> Place:
    """`boundary` is GeoJSON in WGS-84. Raises not_allowed, place.wrong_level, place.name_taken,
    place.bad_boundary, place.overlap.
    """
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    name = place_name(name)
    parent = tree.locked(parent_id) if parent_id is not None else None
    tree.check_level(kind, parent)
    tree.check_name(name, kind, parent)
    day = tree.day_of_change(on, since=parent.valid_from if parent else date.min, at=at)
    outline = tree.read_boundary(boundary, name)
    if outline is not None:
        tree.check_overlap({name: outline, **tree.outlines_beside(parent_id, kind)})
    place = tree.found(kind, name, parent, on=day, outline=outline, planned_households=planned_households)
    for alias in aliases:
        tree.add_alias(place, alias)
    _written(actor, "place.create", place, at, kind=kind, name=name, on=str(day))
    return place


@transaction.atomic
def rename_place(actor: Actor, place_id: int, *, name: str, at: datetime, on: date | None = None) -> Place:
    """The former name stays as an alias, so that old addresses are still found."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place = tree.locked(place_id)
    name = place_name(name)
    if name == place.name:
        return place
    tree.check_name(name, place.kind, place.parent, besides=place.pk)
    day = tree.day_of_change(on, since=tree.current_period(place).valid_from, at=at)
    former = place.name
    tree.turn(place, on=day, name=name)
    tree.add_alias(place, former)
    tree.note_succession(SuccessionKind.RENAME, [place], [place], day)
    _written(actor, "place.rename", place, at, old=former, new=name, on=str(day))
    return place


@transaction.atomic
def set_boundary(
    actor: Actor, place_id: int, *, boundary: Mapping[str, Any] | None, at: datetime, on: date | None = None
) -> Place:
    """Raises place.bad_boundary, place.overlap (with a neighbour under the same parent)."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place = tree.locked(place_id)
    outline = tree.read_boundary(boundary, place.name)
    if outline is not None:
        beside = tree.outlines_beside(place.parent_id, place.kind, besides=[place.pk])
        tree.check_overlap({place.name: outline, **beside})
    day = tree.day_of_change(on, since=tree.current_period(place).valid_from, at=at)
    tree.turn(place, on=day, boundary=tree.outline_columns(outline)["boundary"])
    _written(actor, "place.set_boundary", place, at, on=str(day))
    return place


@transaction.atomic
def move_place(actor: Actor, place_id: int, *, parent_id: int, at: datetime, on: date | None = None) -> Place:
    """Put a place with all below it under another one of the same level as before."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place, parent = tree.locked_all([place_id, parent_id])
    if parent.path.startswith(place.path):
        raise Problem(INTO_ITSELF, field="parent", name=place.name)
    tree.check_level(place.kind, parent)
    tree.check_name(place.name, place.kind, parent, besides=place.pk)
    since = max(tree.current_period(place).valid_from, parent.valid_from)
    day = tree.day_of_change(on, since=since, at=at)
    former = place.parent_id
    tree.turn(place, on=day, parent=parent)
    _written(actor, "place.move", place, at, old=former, new=parent_id, on=str(day))
    return place


@transaction.atomic
def close_place(actor: Actor, place_id: int, *, at: datetime, on: date | None = None) -> Place:
    """For a place that nothing follows. Raises place.has_children; a merge or split says who follows."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place = tree.locked(place_id)
    count = Place.objects.filter(parent=place, valid_to__isnull=True).count()
    count += place.subjects.filter(valid_to__isnull=True).exclude(kind=SubjectKind.UNIT).count()
    if count:
        raise Problem(HAS_CHILDREN, name=place.name, count=count)
    day = tree.day_of_change(on, since=tree.current_period(place).valid_from, at=at)
    tree.end(place, on=day)
    _written(actor, "place.close", place, at, on=str(day))
    return place


@transaction.atomic
def recode_place(
    actor: Actor, place_id: int, *, edition: str, code: str, at: datetime, on: date | None = None
) -> PlaceCode:
    """The place's code in one edition of the official list. Raises place.code_taken."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place = tree.locked(place_id)
    code = clean_text(code, field="code", label=_("Code"), limit=24, one_line=True)
    edition = clean_text(edition, field="edition", label=_("Edition"), limit=16, one_line=True)
    day = tree.day_of_change(on, since=place.valid_from, at=at)
    taken = PlaceCode.objects.filter(edition=edition, code=code).exclude(place=place).first()
    if taken is not None:
        raise Problem(CODE_TAKEN, field="code", edition=edition, code=code, name=taken.place.name)
    before = PlaceCode.objects.filter(place=place, valid_to__isnull=True).exclude(edition=edition).last()
    given, _created = PlaceCode.objects.update_or_create(
        place=place, edition=edition, defaults={"code": code, "valid_from": day}
    )
    if before is not None:
        PlaceCode.objects.filter(pk=before.pk).update(valid_to=day)
        if before.code != code:
            tree.note_succession(SuccessionKind.RECODE, [place], [place], day)
    _written(actor, "place.recode", place, at, edition=edition, code=code, on=str(day))
    return given


@transaction.atomic
def add_alias(actor: Actor, place_id: int, *, text: str, at: datetime) -> None:
    """Something else that people call the place: a nickname, a road with its house number."""
    policy.demand(policy.may_change_places(actor), CHANGE_PLACES)
    place = tree.locked(place_id)
    text = clean_text(text, field="alias", label=_("Also called"), limit=80, one_line=True)
    tree.add_alias(place, text)
    _written(actor, "place.add_alias", place, at, text=text)


def _written(actor: Actor, verb: str, place: Place, at: datetime, **data: Any) -> None:
    bump(PLACES)
    audit.record(actor, verb, place, at=at, **data)
    outbox.publish("place.changed", {"verb": verb, "place": place.pk, "path": place.path}, at=at)
