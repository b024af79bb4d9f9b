"""Enter once: what a card says already is filled in beforehand, and another answer is proposed as a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from guanjia.kernel.actor import Actor
from guanjia.kernel.masking import mask_address, mask_id_number, mask_name, mask_phone
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.facts import FACTS
from guanjia.registry.actions import create_person, update_business, update_household, update_person
from guanjia.registry.models import Person, Subject

_MASKS: dict[str, Callable[[str], str]] = {
    "contact.name": mask_name,
    "contact.phone": mask_phone,
    "subject.address": mask_address,
    "household.room": lambda room: "*" * len(room),
    "person.id_number": mask_id_number,
}
#: The column of the card that a correction writes, by kind of subject. What is not here is changed by other means: a
#: household that is at another door has moved.
COLUMNS: dict[str, dict[str, str]] = {
    "business": {
        "subject.name": "name",
        "subject.address": "address",
        "contact.name": "contact_name",
        "contact.phone": "contact_phone",
        "business.credit_code": "credit_code",
        "business.industry": "industry",
        "business.employees": "employees",
    },
    "household": {
        "subject.address": "address",
        "contact.name": "name",
        "contact.phone": "phone",
        "household.members": "members",
    },
    "person": {"contact.name": "name", "contact.phone": "phone", "person.id_number": "id_number"},
}
_COUNTS = frozenset({"business.employees", "household.members"})


def known(subject: Subject) -> dict[str, str]:
    """What the card says, in clear, by fact; empty facts are left out. Two queries where they are not joined."""
    read = {"business": _of_business, "household": _of_household, "person": _of_person}.get(subject.kind)
    found: dict[str, Any] = {"subject.place": subject.place.name if subject.place else ""}
    if subject.kind not in ("household", "person"):
        found["subject.name"] = subject.name
    if read is not None:
        found |= read(subject)
    return {fact: str(value) for fact, value in found.items() if value not in (None, "")}


def _of_business(subject: Subject) -> dict[str, Any]:
    card = subject.business
    return {
        "subject.address": card.address,
        "contact.name": card.contact_name,
        "contact.phone": card.contact_phone,
        "business.credit_code": card.credit_code,
        "business.industry": card.industry,
        "business.employees": card.employees,
    }


def _of_household(subject: Subject) -> dict[str, Any]:
    card, person = subject.household, _first_person(subject)
    return {
        "subject.address": card.address,
        "contact.name": person.name if person else "",
        "contact.phone": person.phone if person else "",
        "household.building": card.building,
        "household.unit_no": card.unit_no,
        "household.room": card.room,
        "household.members": card.members,
    }


def _of_person(subject: Subject) -> dict[str, Any]:
    card = subject.person
    return {"contact.name": card.name, "contact.phone": card.phone, "person.id_number": card.id_number}


def _first_person(subject: Subject) -> Person | None:
    """Whom to ask for in a household: who was entered first."""
    living = Person.objects.filter(household_id=subject.pk, subject__valid_to__isnull=True)
    return living.order_by("pk").first()


def masked(fact: str, text: str) -> str:
    """As a page may show it."""
    return _MASKS[fact](text) if FACTS[fact].personal and fact in _MASKS else text


def differing(subject: Subject, answered: Mapping[str, str]) -> dict[str, str]:
    """Which of the answered facts the card would have to be corrected by."""
    columns, card = COLUMNS.get(subject.kind, {}), known(subject)
    return {fact: text for fact, text in answered.items() if fact in columns and text and text != card.get(fact, "")}


def correct(actor: Actor, subject: Subject, values: Mapping[str, str], *, at: datetime) -> None:
    """Write them onto the card. Raises not_allowed and what the registry refuses."""
    columns = {COLUMNS[subject.kind][fact]: _read(fact, text) for fact, text in values.items()}
    if subject.kind == "business":
        update_business(actor, subject.pk, at=at, **columns)
    elif subject.kind == "person":
        update_person(actor, subject.pk, at=at, **columns)
    else:
        _correct_household(actor, subject, columns, at)


def _correct_household(actor: Actor, subject: Subject, columns: dict[str, Any], at: datetime) -> None:
    of_person = {name: columns.pop(name) for name in ("name", "phone") if name in columns}
    if columns:
        update_household(actor, subject.pk, at=at, **columns)
    person = _first_person(subject)
    if of_person and person is not None:
        update_person(actor, person.pk, at=at, **of_person)
    elif of_person.get("name"):
        create_person(actor, household_id=subject.pk, at=at, **of_person)
    elif of_person:
        raise Problem(INVALID, field_label=_("Phone"), why=_("nobody of this household is known by name yet"))


def _read(fact: str, text: str) -> Any:
    if fact not in _COUNTS:
        return text
    if not text.isdigit() or len(text) > 6:
        raise Problem(INVALID, field_label=FACTS[fact].name, why=_("this is not a whole number"))
    return int(text)
