"""Units, posts, officers: who answers for what, on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import rules
from guanjia.registry.models import Officer, Place, Post, PostHolding, Unit
from guanjia.registry.queries.places import valid_on
from guanjia.registry.stamps import ORGANISATION, Kept

_seats: Kept[list[Seat]] = Kept(ORGANISATION, most=16)
_units: Kept[dict[int, Unit]] = Kept(ORGANISATION, most=1)
_officers: Kept[dict[int, str]] = Kept(ORGANISATION, most=1)


def known_units() -> Mapping[int, Unit]:
    """Every unit that there is or was, by id. No query while nothing changed but that of the stamp."""
    return _units.get("", Unit.objects.in_bulk)


def known_officers() -> Mapping[int, str]:
    """The name of everybody who works or worked here, by id. No query while nothing changed but that of the stamp."""
    return _officers.get("", lambda: dict(Officer.objects.values_list("pk", "name")))


def unit(unit_id: int) -> Unit:
    """Raises not_found."""
    found = Unit.objects.select_related("place", "parent").filter(pk=unit_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("unit"), key=unit_id)
    return found


def post(post_id: int) -> Post:
    """With its unit and place. Raises not_found."""
    found = Post.objects.select_related("unit", "place").defer("place__boundary").filter(pk=post_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("post"), key=post_id)
    return found


def units(*, kind: str | None = None, cursor: str | None = None, size: int = 100) -> Page[Unit]:
    """The units that there are now: public."""
    found = Unit.objects.filter(valid_to__isnull=True).select_related("place").defer("place__boundary")
    if kind is not None:
        found = found.filter(kind=kind)
    return page(found, ["name", "id"], size=size, cursor=cursor)


def search_units(text: str, *, most: int = 20) -> list[Unit]:
    """Units that there are now, by part of the name. Public. One query."""
    found = Unit.objects.filter(valid_to__isnull=True, name__contains=text.strip())
    return list(found.order_by("name", "id")[:most])


def unit_for_place(place: Place, kind: str, on: date) -> Unit | None:
    """The unit of a kind that answers for a place: its own, or that of the nearest place above. One query."""
    above = Unit.objects.filter(valid_on(on), kind=kind, place_id__in=place.path_ids).order_by("id")
    nearest = {unit.place_id: unit for unit in reversed(above)}
    return next((nearest[id] for id in reversed(place.path_ids) if id in nearest), None)


def holders(
    on: date,
    *,
    post_id: int | None = None,
    role: Role | None = None,
    place: Place | None = None,
    unit_id: int | None = None,
) -> list[PostHolding]:
    """Who holds a post, or the posts of a role that cover a place: the nearest place first. One query.

    Each holding comes with its officer, post, unit and place.
    """
    found = PostHolding.objects.filter(held_on(on)).select_related("officer", "post__unit", "post__place")
    if post_id is not None:
        found = found.filter(post_id=post_id)
    if role is not None:
        found = found.filter(post__role=role)
    if place is not None:
        found = found.filter(post__place_id__in=place.path_ids)
    if unit_id is not None:
        found = found.filter(post__unit_id=unit_id)
    return sorted(found, key=lambda one: (-len(rules.path_ids(one.post.place.path)), one.pk))


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as dispatching needs it: who answers for which place, and in which days. `scope` is the place's id."""

    post_id: int
    unit_id: int
    scope: int
    depth: int
    valid_from: date
    valid_to: date | None


def seats(role: Role, on: date) -> list[Seat]:
    """All posts of a role on a day, held or not. No query while nothing changed but that of the stamp."""
    known = _seats.get(role, lambda: _read_seats(role))
    return [one for one in known if one.valid_from <= on and (one.valid_to is None or on < one.valid_to)]


def _read_seats(role: Role) -> list[Seat]:
    rows = Post.objects.filter(role=role).order_by("pk")
    return [
        Seat(pk, unit, scope, len(rules.path_ids(path)), first, last)
        for pk, unit, scope, path, first, last in rows.values_list(
            "pk", "unit_id", "place_id", "place__path", "valid_from", "valid_to"
        )
    ]


def held_on(on: date) -> Q:
    """Which holdings count on a day, by the columns of PostHolding."""
    return (
        Q(valid_from__lte=on, post__valid_from__lte=on, officer__active=True)
        & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        & (Q(post__valid_to__isnull=True) | Q(post__valid_to__gt=on))
    )


def officers(
    actor: Actor,
    *,
    unit_id: int | None = None,
    text: str = "",
    cursor: str | None = None,
    size: int = 50,
) -> Page[Officer]:
    """The staff list, for staff. `text` is part of a name, or a staff number."""
    found = Officer.objects.filter(active=True).select_related("unit").defer("mobile")
    if actor.kind not in (ActorKind.OFFICER, ActorKind.SYSTEM):
        found = found.none()
    if unit_id is not None:
        found = found.filter(unit_id=unit_id)
    if text := text.strip():
        found = found.filter(Q(name__contains=text) | Q(staff_number=text))
    return page(found, ["name", "id"], size=size, cursor=cursor)
