"""Businesses, households and persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.codes import normal_credit_code, normal_id_number
from guanjia.kernel.masking import mask_name
from guanjia.kernel.problems import INVALID, NOT_FOUND, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy, rules
from guanjia.registry.actions.contacts import address_text, phone_index
from guanjia.registry.actions.organisation import phone_number
from guanjia.registry.actions.tree import day_of_change
from guanjia.registry.models import (
    Business,
    Household,
    PastStay,
    Person,
    Place,
    Subject,
    SubjectKind,
)
from guanjia.registry.problems import (
    CLOSED_PLACE,
    CLOSED_SUBJECT,
    CREDIT_CODE_TAKEN,
    DOOR_TAKEN,
    PERSON_KNOWN,
    TOO_NEW,
)

CHANGE_SUBJECTS = _("change the cards of businesses and households")

#: What may be changed on a card, and how it is cleaned: (label, longest text).
_BUSINESS_TEXTS = {
    "industry": (_("Industry"), 5),
    "address": (_("Address"), 200),
    "contact_name": (_("Contact person"), 40),
}


@transaction.atomic
def create_business(
    actor: Actor,
    *,
    name: str,
    place_id: int | None,
    at: datetime,
    credit_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    contact_phone: str = "",
    employees: int | None = None,
    is_key: bool = False,
    on: date | None = None,
    **texts: str,
) -> Subject:
    """`texts`: industry, address, contact_name. Raises business.credit_code_taken, field.*."""
    place = _place_for(actor, place_id)
    phone = phone_number(contact_phone, "contact_phone")
    code = _credit_code(credit_code)
    subject = Subject.objects.create(
        kind=SubjectKind.BUSINESS,
        name=_label(name),
        place=place,
        lon=lon,
        lat=lat,
        phone_index=phone_index(phone),
        valid_from=day_of_change(on, since=date.min, at=at),
    )
    Business.objects.create(
        subject=subject,
        credit_code=code,
        contact_phone=phone,
        employees=employees,
        is_key=is_key,
        **_business_texts(texts),
    )
    _written(actor, "business.create", subject, at)
    return subject


@transaction.atomic
def update_business(actor: Actor, subject_id: int, *, at: datetime, **changes: Any) -> Subject:
    """Any of name, place_id, lon, lat, credit_code, industry, address, contact_name, contact_phone, employees, is_key.

    The audit entry names the columns, never their content.
    """
    subject = _changeable(actor, subject_id, SubjectKind.BUSINESS)
    business = Business.objects.select_for_update().get(pk=subject_id)
    if "place_id" in changes:
        subject.place = _place_for(actor, changes["place_id"])
    if "name" in changes:
        subject.name = _label(changes["name"])
    for column in {"lon", "lat"} & changes.keys():
        setattr(subject, column, changes[column])
    if "credit_code" in changes:
        business.credit_code = _credit_code(changes["credit_code"], besides=subject_id)
    if "contact_phone" in changes:
        business.contact_phone = phone_number(changes["contact_phone"], "contact_phone")
        subject.phone_index = phone_index(business.contact_phone)
    for column in {"employees", "is_key"} & changes.keys():
        setattr(business, column, changes[column])
    for column, value in _business_texts({k: v for k, v in changes.items() if k in _BUSINESS_TEXTS}).items():
        setattr(business, column, value)
    subject.save()
    business.save()
    _written(actor, "business.update", subject, at, columns=sorted(changes))
    return subject


@transaction.atomic
def create_household(
    actor: Actor,
    *,
    place_id: int,
    at: datetime,
    building: str = "",
    unit_no: str = "",
    room: str = "",
    address: str = "",
    members: int | None = None,
    lon: float | None = None,
    lat: float | None = None,
    on: date | None = None,
) -> Subject:
    """Raises household.door_taken."""
    place = _open_place(place_id)
    policy.demand(policy.may_change_subject(actor, place.path), CHANGE_SUBJECTS)
    door = _door(building, unit_no, room)
    label = _free_label(place, door, address)
    subject = Subject.objects.create(
        kind=SubjectKind.HOUSEHOLD,
        name=label,
        place=place,
        lon=lon,
        lat=lat,
        valid_from=day_of_change(on, since=date.min, at=at),
    )
    Household.objects.create(subject=subject, address=address_text(address), members=members, **door)
    _written(actor, "household.create", subject, at)
    return subject


@transaction.atomic
def update_household(actor: Actor, subject_id: int, *, at: datetime, **changes: Any) -> Subject:
    """members, address. A household that is at another door has moved: `move_household`."""
    subject = _changeable(actor, subject_id, SubjectKind.HOUSEHOLD)
    household = Household.objects.select_for_update().get(pk=subject_id)
    if "members" in changes:
        household.members = changes["members"]
    if "address" in changes:
        household.address = address_text(changes["address"])
    household.save()
    _written(actor, "household.update", subject, at, columns=sorted(changes))
    return subject


@transaction.atomic
def move_household(
    actor: Actor,
    subject_id: int,
    *,
    place_id: int,
    at: datetime,
    building: str = "",
    unit_no: str = "",
    room: str = "",
    address: str = "",
    on: date | None = None,
) -> PastStay:
    """To another door. Returns the stay that ended; the subject keeps its number, and so its cases and its card. Who
    lives in it goes along.

    Whoever answers for the old home or for the new one may do it.
    """
    subject = _open_subject(subject_id, SubjectKind.HOUSEHOLD)
    new = _open_place(place_id)
    old_path = subject.place.path if subject.place else ""
    policy.demand(
        policy.may_change_subject(actor, old_path) or policy.may_change_subject(actor, new.path),
        CHANGE_SUBJECTS,
    )
    household = Household.objects.select_for_update().get(pk=subject_id)
    door = _door(building, unit_no, room)
    label = _free_label(new, door, address)
    last = PastStay.objects.filter(subject=subject).order_by("-valid_to").first()
    since = last.valid_to if last else subject.valid_from
    day = day_of_change(on, since=since, at=at)
    stay = PastStay.objects.create(
        subject=subject,
        place=subject.place,
        name=subject.name,
        address=household.address,
        valid_from=since,
        valid_to=day,
    )
    subject.place, subject.name, subject.lon, subject.lat = new, label, None, None
    subject.save()
    for column, value in {**door, "address": address_text(address)}.items():
        setattr(household, column, value)
    household.save()
    Subject.objects.filter(person__household=household, valid_to__isnull=True).update(place=new)
    _written(actor, "household.move", subject, at, old=stay.place_id, new=place_id, on=str(day))
    return stay


@transaction.atomic
def create_person(
    actor: Actor,
    *,
    name: str,
    at: datetime,
    household_id: int | None = None,
    place_id: int | None = None,
    phone: str = "",
    id_number: str = "",
    on: date | None = None,
) -> Subject:
    """Somebody of a household, or somebody without one at a place. Raises person.known."""
    home = _open_subject(household_id, SubjectKind.HOUSEHOLD) if household_id is not None else None
    place = _place_for(actor, home.place_id if home else place_id)
    name = _full_name(name)
    phone = phone_number(phone, "phone")
    number, number_index = _id_number(id_number)
    subject = Subject.objects.create(
        kind=SubjectKind.PERSON,
        name=mask_name(name),
        place=place,
        phone_index=phone_index(phone),
        valid_from=day_of_change(on, since=date.min, at=at),
    )
    Person.objects.create(
        subject=subject,
        household_id=household_id,
        name=name,
        phone=phone,
        id_number=number,
        id_number_index=number_index,
    )
    _written(actor, "person.create", subject, at)
    return subject


@transaction.atomic
def update_person(actor: Actor, subject_id: int, *, at: datetime, **changes: Any) -> Subject:
    """Any of name, phone, id_number, household_id; place_id of somebody who lives in no household (any more)."""
    subject = _changeable(actor, subject_id, SubjectKind.PERSON)
    person = Person.objects.select_for_update().get(pk=subject_id)
    if "name" in changes:
        person.name = _full_name(changes["name"])
        subject.name = mask_name(person.name)
    if "phone" in changes:
        person.phone = phone_number(changes["phone"], "phone")
        subject.phone_index = phone_index(person.phone)
    if "id_number" in changes:
        person.id_number, person.id_number_index = _id_number(changes["id_number"], besides=subject_id)
    if "household_id" in changes:
        home = _changeable(actor, changes["household_id"], SubjectKind.HOUSEHOLD)
        person.household_id, subject.place = home.pk, home.place
    elif "place_id" in changes:
        person.household_id, subject.place = None, _place_for(actor, changes["place_id"])
    subject.save()
    person.save()
    _written(actor, "person.update", subject, at, columns=sorted(changes))
    return subject


@transaction.atomic
def close_subject(actor: Actor, subject_id: int, *, at: datetime, on: date | None = None) -> Subject:
    """A business that shut, a household or person that left the district. The card stays, for its history. Raises
    subject.too_new, registry.bad_day; the rooms above let go of it (`fieldwork.actions.ending`)."""
    subject = _changeable(actor, subject_id, None)
    first = date.fromordinal(subject.valid_from.toordinal() + 1)
    if first > localdate(at):
        raise Problem(TOO_NEW, field="on", name=subject.name, on=subject.valid_from)
    subject.valid_to = day_of_change(on, since=first, at=at)
    Subject.objects.filter(pk=subject_id).update(valid_to=subject.valid_to)
    _written(actor, f"{subject.kind}.close", subject, at, on=str(subject.valid_to))
    return subject


@transaction.atomic
def reopen_subject(actor: Actor, subject_id: int, *, at: datetime) -> Subject:
    """Ended by mistake, or there again: the registration goes on as if it had not ended, and the record keeps both. One
    that has not ended stays as it is. Raises place.closed, household.door_taken."""
    subject = _found(subject_id, None)
    _demand_change(actor, subject, None)
    if subject.valid_to is None:
        return subject
    if subject.kind == SubjectKind.UNIT:
        raise Problem(CLOSED_SUBJECT, name=subject.name, on=subject.valid_to)
    if subject.place_id is not None:
        place = _open_place(subject.place_id)
        if subject.kind == SubjectKind.HOUSEHOLD:
            _demand_free(place, subject.name)
    Subject.objects.filter(pk=subject_id).update(valid_to=None)
    _written(actor, f"{subject.kind}.reopen", subject, at, ended=str(subject.valid_to))
    subject.valid_to = None
    return subject


def _label(text: object) -> str:
    return clean_text(text, field="name", label=_("Name"), limit=120, one_line=True)


def _full_name(text: object) -> str:
    return clean_text(text, field="name", label=_("Full name"), limit=40, one_line=True)


def _credit_code(text: str | None, *, besides: int | None = None) -> str | None:
    if not text or not text.strip():
        return None
    code = normal_credit_code(text)
    if code is None:
        why = _("its check digit does not fit")
        raise Problem(INVALID, field="credit_code", field_label=_("Credit code"), why=why)
    taken = Business.objects.filter(credit_code=code).exclude(pk=besides or 0).select_related("subject").first()
    if taken is not None:
        raise Problem(CREDIT_CODE_TAKEN, field="credit_code", code=code, name=taken.subject.name)
    return code


def _id_number(text: str, *, besides: int | None = None) -> tuple[str, str | None]:
    if not text.strip():
        return "", None
    number = normal_id_number(text)
    if number is None:
        why = _("its check digit does not fit")
        raise Problem(INVALID, field="id_number", field_label=_("ID number"), why=why)
    index = blind_index(number, rules.ID_NUMBER)
    if Person.objects.filter(id_number_index=index).exclude(pk=besides or 0).exists():
        raise Problem(PERSON_KNOWN, field="id_number")
    return number, index


def _business_texts(texts: Mapping[str, str]) -> dict[str, str]:
    if unknown := texts.keys() - _BUSINESS_TEXTS.keys():
        raise TypeError(f"a business has no {sorted(unknown)}")
    return {
        name: clean_text(
            value,
            field=name,
            label=_BUSINESS_TEXTS[name][0],
            limit=_BUSINESS_TEXTS[name][1],
            required=False,
            one_line=True,
        )
        for name, value in texts.items()
    }


def _door(building: str, unit_no: str, room: str) -> dict[str, str]:
    given = {
        "building": (building, _("Building")),
        "unit_no": (unit_no, _("Entrance")),
        "room": (room, _("Room")),
    }
    return {
        name: clean_text(text, field=name, label=label, limit=24, required=False, one_line=True)
        for name, (text, label) in given.items()
    }


def _free_label(place: Place, door: Mapping[str, str], address: str) -> str:
    label = rules.household_label(**door)
    if not label:
        label = clean_text(address, field="address", label=_("Door or address"), limit=120, one_line=True)
    _demand_free(place, label)
    return label


def _demand_free(place: Place, label: str) -> None:
    taken = Subject.objects.filter(kind=SubjectKind.HOUSEHOLD, place=place, name=label, valid_to__isnull=True)
    if taken.exists():
        raise Problem(DOOR_TAKEN, field="room", name=label)


def _place_for(actor: Actor, place_id: int | None) -> Place | None:
    """The place where the actor may put a subject."""
    place = _open_place(place_id) if place_id is not None else None
    policy.demand(policy.may_change_subject(actor, place.path if place else ""), CHANGE_SUBJECTS)
    return place


def _open_place(place_id: int) -> Place:
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise Problem(NOT_FOUND, what=_("place"), key=place_id)
    if place.valid_to is not None:
        raise Problem(CLOSED_PLACE, name=place.name, on=place.valid_to)
    return place


def _found(subject_id: int, kind: SubjectKind | None) -> Subject:
    wanted = Subject.objects.filter(pk=subject_id)
    subject = (wanted.filter(kind=kind) if kind else wanted).select_for_update().first()
    if subject is None:
        raise Problem(NOT_FOUND, what=kind.label if kind else _("subject"), key=subject_id)
    return subject


def _open_subject(subject_id: int, kind: SubjectKind | None) -> Subject:
    subject = _found(subject_id, kind)
    if subject.valid_to is not None:
        raise Problem(CLOSED_SUBJECT, name=subject.name, on=subject.valid_to)
    return subject


def _changeable(actor: Actor, subject_id: int, kind: SubjectKind | None) -> Subject:
    """Not found and not yours look the same to somebody who may not read the card."""
    subject = _open_subject(subject_id, kind)
    _demand_change(actor, subject, kind)
    return subject


def _demand_change(actor: Actor, subject: Subject, kind: SubjectKind | None) -> None:
    path = subject.place.path if subject.place else ""
    if not policy.may_change_subject(actor, path):
        if not policy.may_read_subject(actor, subject.kind, path):
            raise Problem(NOT_FOUND, what=kind.label if kind else _("subject"), key=subject.pk)
        policy.demand(False, CHANGE_SUBJECTS)


def _written(actor: Actor, verb: str, subject: Subject, at: datetime, **data: Any) -> None:
    audit.record(actor, verb, subject, at=at, **data)
    outbox.publish("subject.changed", {"verb": verb, "subject": subject.pk, "kind": subject.kind}, at=at)
