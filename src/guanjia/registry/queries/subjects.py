"""Businesses, households and persons, narrowed to the actor; people's values leave here masked."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from guanjia.kernel.actor import Actor
from guanjia.kernel.codes import normal_credit_code, normal_id_number, normal_phone
from guanjia.kernel.masking import mask_address, mask_id_number, mask_name, mask_phone
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy, rules
from guanjia.registry.models import (
    Business,
    Contact,
    Household,
    PastStay,
    Person,
    Place,
    Subject,
    SubjectKind,
)
from guanjia.registry.queries.places import ancestors, within

_MOST_SHOWN = 50
#: What a card is read with.
_CARD = ("place", "business", "household", "person__household__subject")


@dataclass(frozen=True, slots=True)
class PersonLine:
    subject_id: int
    name: str
    phone: str
    id_number: str


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """What stands on the card. Names, phones, ID numbers and home addresses are masked; `access` reveals,
    and logs it.
    """

    subject: Subject
    #: From the district down.
    places: list[Place] = field(default_factory=list)
    business: Business | None = None
    household: Household | None = None
    contact_name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    persons: list[PersonLine] = field(default_factory=list)
    past_stays: list[PastStay] = field(default_factory=list)


def readable(actor: Actor) -> QuerySet[Subject]:
    """The subjects whose cards the actor may open, closed ones too."""
    condition = Q(pk__in=[])
    for kind in SubjectKind.values:
        scopes = policy.scopes(actor, kind)
        if any(policy.is_everywhere(scope) for scope in scopes):
            condition |= Q(kind=kind)
        elif scopes:
            condition |= Q(kind=kind, place__in=Place.objects.filter(within(scopes)).values("pk"))
    return Subject.objects.filter(condition)


def subjects(
    actor: Actor,
    *,
    kind: str,
    place: Place | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Subject]:
    """Registered now; `place` narrows to it and all below. One query."""
    found = readable(actor).filter(kind=kind, valid_to__isnull=True).select_related("place")
    if place is not None:
        found = found.filter(place__in=Place.objects.filter(path__startswith=place.path).values("pk"))
    return page(found.defer("place__boundary"), ["id"], size=size, cursor=cursor)


def search_subjects(
    actor: Actor, text: str, *, kind: str | None = None, cursor: str | None = None, size: int = 20
) -> Page[Subject]:
    """By credit code, phone or ID number where the text is one, else by part of the name; by a code or an ID number
    also those whose registration has ended. One query."""
    found = readable(actor).filter(Q(valid_to__isnull=True) | _numbered(text.strip())).select_related("place")
    found = found.defer("place__boundary")
    if kind is not None:
        found = found.filter(kind=kind)
    return page(found.filter(asked_for(text)), ["id"], size=size, cursor=cursor)


def subject_card(actor: Actor, subject_id: int) -> SubjectCard:
    """Four queries at most. Raises not_found."""
    subject = readable(actor).filter(pk=subject_id).select_related(*_CARD).first()
    if subject is None:
        raise Problem(NOT_FOUND, what=_("subject"), key=subject_id)
    places = ancestors(subject.place) if subject.place else []
    if subject.kind == SubjectKind.BUSINESS:
        return _business_card(subject, places)
    if subject.kind == SubjectKind.HOUSEHOLD:
        return _household_card(subject, places)
    if subject.kind == SubjectKind.PERSON:
        line = _line(subject.person)
        return SubjectCard(subject, places, contact_name=line.name, phone=line.phone, id_number=line.id_number)
    return SubjectCard(subject, places)


def household_at(actor: Actor, place_id: int, door: str) -> Subject | None:
    """Who is registered at a door now, as lists call it. One query."""
    there = readable(actor).filter(kind=SubjectKind.HOUSEHOLD, place_id=place_id, name=door, valid_to__isnull=True)
    return there.first()


def subjects_of_phone(phone: str) -> list[Subject]:
    """Whom the district knows under a phone: for the actions of the rooms above, not for a face."""
    number = normal_phone(phone)
    if number is None:
        return []
    index = blind_index(number, rules.PHONE)
    return list(Subject.objects.filter(phone_index=index, valid_to__isnull=True).select_related("place")[:20])


def contacts_of_phone(phone: str) -> list[Contact]:
    number = normal_phone(phone)
    if number is None:
        return []
    return list(Contact.objects.filter(phone_index=blind_index(number, rules.PHONE)).order_by("-id")[:20])


def last4_matches(contact: Contact, last4: str) -> bool:
    """Whether these are the last four digits of the contact's phone."""
    return bool(contact.phone_last4_index) and contact.phone_last4_index == blind_index(last4, rules.PHONE_LAST4)


def asked_for(text: str) -> Q:
    """The subjects that a text in a search box means: by credit code, phone or ID number where it is one, else by part
    of the name."""
    text = text.strip()
    if not text:
        return Q()
    condition = Q(name__contains=text) | _numbered(text)
    if (phone := normal_phone(text)) is not None:
        condition |= Q(phone_index=blind_index(phone, rules.PHONE))
    return condition


def _numbered(text: str) -> Q:
    """By a number that is one subject's alone."""
    condition = Q(pk__in=[])
    if (code := normal_credit_code(text)) is not None:
        condition |= Q(business__credit_code=code)
    if (number := normal_id_number(text)) is not None:
        condition |= Q(person__id_number_index=blind_index(number, rules.ID_NUMBER))
    return condition


def _business_card(subject: Subject, places: list[Place]) -> SubjectCard:
    business = subject.business
    return SubjectCard(
        subject,
        places,
        business=business,
        contact_name=mask_name(business.contact_name),
        phone=mask_phone(business.contact_phone),
        address=business.address,
    )


def _household_card(subject: Subject, places: list[Place]) -> SubjectCard:
    household = subject.household
    persons = Person.objects.filter(household=household, subject__valid_to__isnull=True).order_by("pk")
    stays = PastStay.objects.filter(subject=subject).select_related("place").defer("address").order_by("valid_from")
    return SubjectCard(
        subject,
        places,
        household=household,
        address=mask_address(household.address),
        persons=[_line(person) for person in persons[:_MOST_SHOWN]],
        past_stays=list(stays[:_MOST_SHOWN]),
    )


def _line(person: Person) -> PersonLine:
    return PersonLine(person.pk, mask_name(person.name), mask_phone(person.phone), mask_id_number(person.id_number))
