"""Who asked before: for the clerk who has somebody on the telephone, and for opening an asker's details."""

from __future__ import annotations

from dataclasses import dataclass, field

from guanjia.cases.actions.act import open_ledger
from guanjia.cases.models import Asker, Case
from guanjia.cases.policy import visible
from guanjia.kernel.actor import Actor
from guanjia.kernel.masking import mask_name
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import queries as registry
from guanjia.registry.models import Contact, Subject

#: Of a caller's open cases, so many are listed.
LISTED = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """What may be said of a phone before a purpose was given: counts, masked names, the cases one may see anyway."""

    names: tuple[str, ...] = ()
    cases: int = 0
    open: tuple[Case, ...] = ()
    subjects: tuple[Subject, ...] = field(default_factory=tuple)


def caller(actor: Actor, phone: str) -> Caller:
    """By the blind index of the phone. Four queries, none where it is no phone number."""
    contacts = registry.contacts_of_phone(phone)
    subjects = tuple(registry.subjects_of_phone(phone))
    asked = Case.objects.filter(askers__contact__in=[contact.pk for contact in contacts])
    return Caller(
        names=tuple(dict.fromkeys(mask_name(contact.name) for contact in contacts if contact.name)),
        cases=asked.count() if contacts else 0,
        open=tuple(asked.filter(visible(actor), closed_at__isnull=True).order_by("-id")[:LISTED]) if contacts else (),
        subjects=subjects,
    )


def asker(actor: Actor, case_id: int, contact_id: int) -> Contact:
    """The contact of somebody who asked in a case that the actor may see. Raises not_found."""
    open_ledger(actor, case_id)
    found = Asker.objects.filter(case_id=case_id, contact_id=contact_id).select_related("contact").first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("asker"), key=contact_id)
    return found.contact
