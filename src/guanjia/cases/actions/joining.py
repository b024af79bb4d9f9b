"""Somebody else asks the same: they join the open case instead of opening another, with a follow-up of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.intake import TEXT_LIMIT, NewContact, contact_of
from guanjia.cases.models import Asker, Case, Document
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import MISSING, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.actions import record_contact


@dataclass(frozen=True, slots=True)
class Joined:
    """`known`: these very details ask in the case already, so that nothing was added."""

    case: Case
    contact_id: int
    known: bool


@transaction.atomic
def join_case(
    actor: Actor,
    case_id: int,
    who: NewContact,
    *,
    channel: str,
    text: str = "",
    document_ids: Sequence[int] = (),
    at: datetime,
) -> Joined:
    """Add an asker to a public open case; what they wrote and photographed goes along. Twice is once.

    A phone is needed: without one there is nobody to hear afterwards. Raises not_found where the case is not public or
    not open, field.*.
    """
    ledger = open_ledger(SYSTEM, case_id)
    case = ledger.case
    if not case.public or ledger.state.sealed_to is not None or not ledger.state.open:
        raise Problem(NOT_FOUND, what=_("case"), key="")
    if not who.phone:
        raise Problem(MISSING, field="phone", field_label=_("Phone"))
    contact = record_contact(contact_of(who, at))
    if Asker.objects.filter(case=case, contact=contact).exists():
        return Joined(case, contact.pk, known=True)
    Asker.objects.create(case=case, contact=contact, is_first=False, channel=channel, joined_at=at)
    perform(actor, ledger, "join", {"asker": contact.pk}, at=at)
    _add(actor, case, text, document_ids, at)
    return Joined(case, contact.pk, known=False)


def _add(actor: Actor, case: Case, text: str, document_ids: Sequence[int], at: datetime) -> None:
    text = clean_text(text, field="text", label=_("What it is about"), limit=TEXT_LIMIT, required=False)
    if not text and not document_ids:
        return
    waiting = Document.objects.filter(pk__in=document_ids, case__isnull=True)
    evidence = list(waiting.order_by("pk").values("id", "kind", "sha256"))
    waiting.update(case=case)
    perform(actor, open_ledger(SYSTEM, case.pk), "add", {"text": text, "evidence": evidence}, at=at)
