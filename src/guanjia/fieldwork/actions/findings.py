"""What is asked for or found out of doors becomes a case, with one tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from guanjia.cases.actions.intake import NewCase, NewContact, register_once
from guanjia.cases.models import Case
from guanjia.kernel.actor import Actor
from guanjia.registry.models import Subject

CHANNEL = "visit"


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody at the door asks for, or what was found. Without `name` and `phone` a business asks as its card
    says; anybody else then stays unnamed."""

    text: str
    category: str
    name: str = ""
    phone: str = ""
    document_ids: Sequence[int] = field(default=())


def raise_case(
    actor: Actor,
    programme: str,
    matter: Matter,
    *,
    key: str,
    subject: Subject | None = None,
    place_id: int | None = None,
    at: datetime,
    **extra: object,
) -> Case:
    """The same `key` twice gives the same case. `extra` stands in the case's first line. Raises as `register` does."""
    case, _fresh = register_once(
        actor,
        NewCase(
            programme=programme,
            text=matter.text,
            channel=CHANNEL,
            category=matter.category,
            asker=_asker(matter, subject),
            subject_id=subject.pk if subject is not None else None,
            place_id=place_id,
            document_ids=matter.document_ids,
            key=key,
            extra=dict(extra),
        ),
        at=at,
    )
    return case


def _asker(matter: Matter, subject: Subject | None) -> NewContact | None:
    name, phone = matter.name, matter.phone
    if not (name or phone) and subject is not None and subject.kind == "business":
        name, phone = subject.business.contact_name, subject.business.contact_phone
    if not (name or phone):
        return None
    return NewContact(name=name, phone=phone, subject_id=subject.pk if subject is not None else None)
