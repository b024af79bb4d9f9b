"""Units, posts, officers, and who holds what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.timezone import localdate

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.codes import normal_phone
from guanjia.kernel.problems import INVALID, NOT_FOUND, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy, rules
from guanjia.registry.actions.tree import day_of_change
from guanjia.registry.models import Officer, Place, Post, PostHolding, Unit, UnitKind
from guanjia.registry.problems import (
    ALREADY_HOLDS,
    CLOSED_PLACE,
    DOES_NOT_HOLD,
    INACTIVE_OFFICER,
    STAFF_NUMBER_TAKEN,
    UNIT_BUSY,
    UNIT_TAKEN,
)
from guanjia.registry.stamps import ORGANISATION, bump

CHANGE_ORGANISATION = _("change units, posts and officers")


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who follows whom in which posts, for the rooms that hold work in an officer's name."""

    old: Officer
    new: Officer
    posts: tuple[Post, ...]
    on: date


@transaction.atomic
def create_unit(
    actor: Actor,
    kind: str,
    *,
    name: str,
    at: datetime,
    short_name: str = "",
    parent_id: int | None = None,
    place_id: int | None = None,
    phone: str = "",
    duties: str = "",
    on: date | None = None,
) -> Unit:
    """Raises unit.name_taken."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    if kind not in UnitKind.values:
        raise Problem(INVALID, field="kind", field_label=_("Kind of unit"), why=kind)
    name = clean_text(name, field="name", label=_("Name"), limit=80, one_line=True)
    if Unit.objects.filter(name=name, valid_to__isnull=True).exists():
        raise Problem(UNIT_TAKEN, field="name", name=name)
    unit = Unit.objects.create(
        kind=kind,
        name=name,
        short_name=clean_text(
            short_name, field="short_name", label=_("Short name"), limit=40, required=False, one_line=True
        ),
        parent=_found(Unit, parent_id, _("unit")) if parent_id is not None else None,
        place=_open_place(place_id) if place_id is not None else None,
        phone=phone_number(phone, "phone"),
        duties=clean_text(duties, field="duties", label=_("Duties"), limit=10_000, required=False),
        valid_from=day_of_change(on, since=date.min, at=at),
    )
    _written(actor, "unit.create", unit, at, kind=kind, name=name)
    return unit


@transaction.atomic
def close_unit(actor: Actor, unit_id: int, *, at: datetime, on: date | None = None) -> Unit:
    """Raises unit.in_use while it has posts or units."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    unit = _found(Unit, unit_id, _("unit"))
    posts = Post.objects.filter(unit=unit, valid_to__isnull=True).count()
    units = Unit.objects.filter(parent=unit, valid_to__isnull=True).count()
    if posts or units:
        raise Problem(UNIT_BUSY, name=unit.name, posts=posts, units=units)
    unit.valid_to = day_of_change(on, since=_next_day(unit.valid_from), at=at)
    Unit.objects.filter(pk=unit.pk).update(valid_to=unit.valid_to)
    _written(actor, "unit.close", unit, at, on=str(unit.valid_to))
    return unit


@transaction.atomic
def create_post(
    actor: Actor, unit_id: int, *, role: Role, place_id: int, title: str, at: datetime, on: date | None = None
) -> Post:
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    unit, place = _found(Unit, unit_id, _("unit")), _open_place(place_id)
    post = Post.objects.create(
        unit=unit,
        role=Role(role).value,
        place=place,
        title=clean_text(title, field="title", label=_("Post title"), limit=80, one_line=True),
        valid_from=day_of_change(on, since=unit.valid_from, at=at),
    )
    _written(actor, "post.create", post, at, role=post.role, unit=unit_id, place=place_id)
    return post


@transaction.atomic
def close_post(actor: Actor, post_id: int, *, at: datetime, on: date | None = None) -> Post:
    """Whoever holds it holds it no longer."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    post = _found(Post, post_id, _("post"))
    day = day_of_change(on, since=_next_day(post.valid_from), at=at)
    for holding in PostHolding.objects.filter(post=post, valid_to__isnull=True):
        _end_holding(holding, day)
    post.valid_to = day
    Post.objects.filter(pk=post.pk).update(valid_to=day)
    _written(actor, "post.close", post, at, on=str(day))
    return post


@transaction.atomic
def create_officer(
    actor: Actor,
    unit_id: int,
    *,
    name: str,
    staff_number: str,
    at: datetime,
    work_phone: str = "",
    mobile: str = "",
) -> Officer:
    """Raises officer.staff_number_taken."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    number = clean_text(staff_number, field="staff_number", label=_("Staff number"), limit=32, one_line=True)
    if (taken := Officer.objects.filter(staff_number=number).first()) is not None:
        raise Problem(STAFF_NUMBER_TAKEN, field="staff_number", number=number, officer=taken.name)
    mobile = phone_number(mobile, "mobile")
    officer = Officer.objects.create(
        name=clean_text(name, field="name", label=_("Full name"), limit=40, one_line=True),
        staff_number=number,
        unit=_found(Unit, unit_id, _("unit")),
        work_phone=phone_number(work_phone, "work_phone"),
        mobile=mobile,
        mobile_index=blind_index(mobile, rules.PHONE) if mobile else "",
    )
    _written(actor, "officer.create", officer, at, unit=unit_id)
    return officer


@transaction.atomic
def appoint_officer(
    actor: Actor, officer_id: int, *, post_id: int, at: datetime, on: date | None = None
) -> PostHolding:
    """Raises officer.inactive, post.already_held."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    officer, post = _working(officer_id), _found(Post, post_id, _("post"))
    if PostHolding.objects.filter(officer=officer, post=post, valid_to__isnull=True).exists():
        raise Problem(ALREADY_HOLDS, officer=officer.name, post=post.title)
    day = day_of_change(on, since=post.valid_from, at=at)
    holding = PostHolding.objects.create(officer=officer, post=post, valid_from=day)
    _written(actor, "officer.appoint", officer, at, post=post_id, on=str(day))
    return holding


@transaction.atomic
def relieve_officer(
    actor: Actor, officer_id: int, *, post_id: int, at: datetime, on: date | None = None
) -> PostHolding:
    """Raises post.not_held."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    officer, post = _found(Officer, officer_id, _("officer")), _found(Post, post_id, _("post"))
    holding = PostHolding.objects.filter(officer=officer, post=post, valid_to__isnull=True).first()
    if holding is None:
        raise Problem(DOES_NOT_HOLD, officer=officer.name, post=post.title)
    day = day_of_change(on, since=holding.valid_from, at=at)
    _end_holding(holding, day)
    _written(actor, "officer.relieve", officer, at, post=post_id, on=str(day))
    return holding


@transaction.atomic
def replace_officer(
    actor: Actor,
    old_id: int,
    new_id: int,
    *,
    at: datetime,
    post_ids: Sequence[int] | None = None,
    leaves: bool = False,
    on: date | None = None,
) -> Replacement:
    """The new officer takes over the posts named, or all that the old one holds. `leaves`: the old one no
    longer works here.
    """
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    old, new = _found(Officer, old_id, _("officer")), _working(new_id)
    if old == new:
        raise Problem(ALREADY_HOLDS, officer=old.name, post="")
    held = PostHolding.objects.filter(officer=old, valid_to__isnull=True).select_related("post").order_by("pk")
    holdings = [one for one in held if post_ids is None or one.post_id in post_ids]
    day = day_of_change(on, since=max([one.valid_from for one in holdings], default=date.min), at=at)
    already = set(PostHolding.objects.filter(officer=new, valid_to__isnull=True).values_list("post_id", flat=True))
    for holding in holdings:
        _end_holding(holding, day)
    PostHolding.objects.bulk_create(
        [
            PostHolding(officer=new, post_id=one.post_id, valid_from=day)
            for one in holdings
            if one.post_id not in already
        ]
    )
    if leaves:
        old.active = False
        Officer.objects.filter(pk=old.pk).update(active=False)
    posts = tuple(one.post for one in holdings)
    facts = {"old": old.pk, "new": new.pk, "posts": [one.pk for one in posts], "on": str(day)}
    bump(ORGANISATION)
    audit.record(actor, "officer.replace", old, at=at, **facts, leaves=leaves)
    outbox.publish("officer.replaced", facts, at=at)
    return Replacement(old, new, posts, day)


def phone_number(text: str, name: str) -> str:
    """Normal digits, or "" where nothing was given. Raises field.invalid."""
    if not text.strip():
        return ""
    number = normal_phone(text)
    if number is None:
        raise Problem(INVALID, field=name, field_label=_("Phone"), why=_("this is not a phone number"))
    return number


def _end_holding(holding: PostHolding, on: date) -> None:
    holding.valid_to = on
    holding.save(update_fields=["valid_to"])


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _found(model: type[Any], pk: int, what: str) -> Any:
    row = model.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Problem(NOT_FOUND, what=what, key=pk)
    return row


def _open_place(place_id: int) -> Place:
    place: Place = _found(Place, place_id, _("place"))
    if place.valid_to is not None:
        raise Problem(CLOSED_PLACE, name=place.name, on=place.valid_to)
    return place


def _working(officer_id: int) -> Officer:
    officer: Officer = _found(Officer, officer_id, _("officer"))
    if not officer.active:
        raise Problem(INACTIVE_OFFICER, officer=officer.name)
    return officer


def _written(actor: Actor, verb: str, row: Model, at: datetime, **data: Any) -> None:
    bump(ORGANISATION)
    audit.record(actor, verb, row, at=at, **data)
    outbox.publish("organisation.changed", {"verb": verb, "id": row.pk, "on": str(localdate(at))}, at=at)
