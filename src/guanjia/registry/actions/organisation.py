"""Units, posts, officers, and who holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from guanjia.registry.models import Officer, Place, Post, PostHolding, Subject, SubjectKind, Unit, UnitKind
from guanjia.registry.problems import (
    ALREADY_HOLDS,
    BELOW_ITSELF,
    CLOSED_PLACE,
    CLOSED_POST,
    CLOSED_UNIT,
    DOES_NOT_HOLD,
    HOLDS_POSTS,
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
    unit = Unit(
        kind=_unit_kind(kind),
        name=_unit_name(name),
        parent=_found(Unit, parent_id, _("unit")) if parent_id is not None else None,
        place=_open_place(place_id) if place_id is not None else None,
        valid_from=day_of_change(on, since=date.min, at=at),
    )
    _describe(unit, {"short_name": short_name, "phone": phone, "duties": duties})
    unit.save(force_insert=True)
    _follow(unit)
    _written(actor, "unit.create", unit, at, kind=kind, name=unit.name)
    return unit


@transaction.atomic
def update_unit(actor: Actor, unit_id: int, *, at: datetime, **changes: Any) -> Unit:
    """Any of kind, name, short_name, parent_id, place_id, phone, duties. What was written down of it before goes by its
    new name from now on; the audit entry keeps the former one. Raises unit.name_taken, unit.below_itself, unit.closed.
    """
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    unit = _open_unit(unit_id)
    former = unit.name
    if "kind" in changes:
        unit.kind = _unit_kind(changes["kind"])
    if "name" in changes:
        unit.name = _unit_name(changes["name"], besides=unit_id)
    if "parent_id" in changes:
        unit.parent = _above(unit, changes["parent_id"])
    if "place_id" in changes:
        unit.place = _open_place(changes["place_id"]) if changes["place_id"] is not None else None
    _describe(unit, changes)
    unit.save()
    _follow(unit)
    renamed = {"old": former, "new": unit.name} if unit.name != former else {}
    _written(actor, "unit.update", unit, at, columns=sorted(changes), **renamed)
    return unit


@transaction.atomic
def close_unit(actor: Actor, unit_id: int, *, at: datetime, on: date | None = None) -> Unit:
    """Raises unit.in_use while it has posts, officers or units; unit.closed."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    unit = _open_unit(unit_id)
    posts = Post.objects.filter(unit=unit, valid_to__isnull=True).count()
    officers = Officer.objects.filter(unit=unit, active=True).count()
    units = Unit.objects.filter(parent=unit, valid_to__isnull=True).count()
    if posts or officers or units:
        raise Problem(UNIT_BUSY, name=unit.name, posts=posts, officers=officers, units=units)
    unit.valid_to = day_of_change(on, since=_next_day(unit.valid_from), at=at)
    Unit.objects.filter(pk=unit.pk).update(valid_to=unit.valid_to)
    _follow(unit)
    _written(actor, "unit.close", unit, at, on=str(unit.valid_to))
    return unit


@transaction.atomic
def create_post(
    actor: Actor, unit_id: int, *, role: Role, place_id: int, title: str, at: datetime, on: date | None = None
) -> Post:
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    unit, place = _open_unit(unit_id), _open_place(place_id)
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
    """Whoever holds it holds it no longer. Raises post.closed."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    post = _open_post(post_id)
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
    """Raises officer.staff_number_taken, unit.closed."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    number = clean_text(staff_number, field="staff_number", label=_("Staff number"), limit=32, one_line=True)
    if (taken := Officer.objects.filter(staff_number=number).first()) is not None:
        raise Problem(STAFF_NUMBER_TAKEN, field="staff_number", number=number, officer=taken.name)
    mobile = phone_number(mobile, "mobile")
    officer = Officer.objects.create(
        name=clean_text(name, field="name", label=_("Full name"), limit=40, one_line=True),
        staff_number=number,
        unit=_open_unit(unit_id),
        work_phone=phone_number(work_phone, "work_phone"),
        mobile=mobile,
        mobile_index=blind_index(mobile, rules.PHONE) if mobile else "",
    )
    _written(actor, "officer.create", officer, at, unit=unit_id)
    return officer


@transaction.atomic
def update_officer(actor: Actor, officer_id: int, *, at: datetime, **changes: Any) -> Officer:
    """Any of unit_id, work_phone, mobile; posts are given by `appoint_officer`. The audit entry names the columns, no
    number. Raises officer.inactive, unit.closed, field.invalid."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    officer = _working(officer_id)
    if "unit_id" in changes:
        officer.unit = _open_unit(changes["unit_id"])
    if "work_phone" in changes:
        officer.work_phone = phone_number(changes["work_phone"], "work_phone")
    if "mobile" in changes:
        officer.mobile = phone_number(changes["mobile"], "mobile")
        officer.mobile_index = blind_index(officer.mobile, rules.PHONE) if officer.mobile else ""
    officer.save()
    _written(actor, "officer.update", officer, at, columns=sorted(changes))
    return officer


@transaction.atomic
def appoint_officer(
    actor: Actor, officer_id: int, *, post_id: int, at: datetime, on: date | None = None
) -> PostHolding:
    """Raises officer.inactive, post.already_held, post.closed."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    officer, post = _working(officer_id), _open_post(post_id)
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
def retire_officer(actor: Actor, officer_id: int, *, at: datetime) -> Officer:
    """Somebody leaves whom nobody has to follow. Raises officer.inactive, officer.holds_posts."""
    policy.demand(policy.may_change_organisation(actor), CHANGE_ORGANISATION)
    officer = _working(officer_id)
    held = PostHolding.objects.filter(officer=officer, valid_to__isnull=True).count()
    if held:
        raise Problem(HOLDS_POSTS, officer=officer.name, count=held)
    officer.active = False
    officer.save(update_fields=["active"])
    _written(actor, "officer.retire", officer, at)
    return officer


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


def _unit_kind(kind: str) -> str:
    if kind not in UnitKind.values:
        raise Problem(INVALID, field="kind", field_label=_("Kind of unit"), why=kind)
    return kind


def _unit_name(text: str, *, besides: int = 0) -> str:
    name = clean_text(text, field="name", label=_("Name"), limit=80, one_line=True)
    if Unit.objects.filter(name=name, valid_to__isnull=True).exclude(pk=besides).exists():
        raise Problem(UNIT_TAKEN, field="name", name=name)
    return name


def _describe(unit: Unit, given: Mapping[str, Any]) -> None:
    if "short_name" in given:
        unit.short_name = clean_text(
            given["short_name"], field="short_name", label=_("Short name"), limit=40, required=False, one_line=True
        )
    if "phone" in given:
        unit.phone = phone_number(given["phone"], "phone")
    if "duties" in given:
        unit.duties = clean_text(given["duties"], field="duties", label=_("Duties"), limit=10_000, required=False)


def _above(unit: Unit, parent_id: int | None) -> Unit | None:
    """One query for each unit above, of which there are a few."""
    parent: Unit | None = _open_unit(parent_id) if parent_id is not None else None
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise Problem(BELOW_ITSELF, field="parent_id", name=unit.name)
        above = above.parent
    return parent


def _follow(unit: Unit) -> None:
    """Its card, under which programmes serve it."""
    card = {"name": unit.name, "place": unit.place, "valid_from": unit.valid_from, "valid_to": unit.valid_to}
    Subject.objects.update_or_create(kind=SubjectKind.UNIT, unit=unit, defaults=card)


def _open_unit(unit_id: int) -> Unit:
    unit: Unit = _found(Unit, unit_id, _("unit"))
    if unit.valid_to is not None:
        raise Problem(CLOSED_UNIT, name=unit.name, on=unit.valid_to)
    return unit


def _open_post(post_id: int) -> Post:
    post: Post = _found(Post, post_id, _("post"))
    if post.valid_to is not None:
        raise Problem(CLOSED_POST, post=post.title, on=post.valid_to)
    return post


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
