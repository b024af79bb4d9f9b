"""How to reach those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.insert import insert
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import rules
from guanjia.registry.actions.organisation import phone_number
from guanjia.registry.models import Contact


def record_contact(contact: Contact) -> Contact:
    """What `contact_with` made, or the contact with exactly these details that is there already. One query.

    Anybody may leave their details; nobody can change another's by giving the same phone. No audit entry: the case that
    the contact belongs to is the record.
    """
    with transaction.atomic(savepoint=False):
        insert([contact], unique=("fingerprint",), update=_seen_again(contact))
    return contact


#: The driver keeps what it made of statements up to this length.
_AT_ONCE = 50


def record_contacts(contacts: Sequence[Contact]) -> list[int]:
    """As `record_contact`, for many: their ids. Must run in a transaction."""
    ways: dict[tuple[str, ...], dict[str, Contact]] = {}
    for contact in contacts:
        ways.setdefault(_seen_again(contact), {})[contact.fingerprint] = contact
    for update, rows in ways.items():
        waiting = iter(rows.values())
        while some := list(islice(waiting, _AT_ONCE)):
            insert(some, unique=("fingerprint",), update=update)
    prints = [contact.fingerprint for contact in contacts]
    known = dict(Contact.objects.filter(fingerprint__in=prints).values_list("fingerprint", "pk"))
    return [known[one] for one in prints]


def contact_with(
    *,
    name: str,
    phone: str,
    at: datetime,
    email: str = "",
    address: str = "",
    wechat_id: str | None = None,
    subject_id: int | None = None,
    consent: bool = False,
) -> Contact:
    """Details as they will be recorded, checked. Raises field.*."""
    name = clean_text(name, field="name", label=_("Full name"), limit=40, required=False, one_line=True)
    phone = phone_number(phone, "phone")
    email = _email(email)
    address = address_text(address)
    details = "\0".join([name, phone, email, address, wechat_id or "", str(subject_id or "")])
    return Contact(
        fingerprint=blind_index(details, rules.CONTACT),
        name=name,
        phone=phone,
        phone_index=phone_index(phone),
        phone_last4_index=blind_index(phone[-4:], rules.PHONE_LAST4) if phone else "",
        email=email,
        address=address,
        wechat_id=wechat_id,
        subject_id=subject_id,
        consent_at=at if consent else None,
        created_at=at,
        seen_at=at,
    )


def _seen_again(contact: Contact) -> tuple[str, ...]:
    return ("seen_at", "consent_at") if contact.consent_at is not None else ("seen_at",)


def phone_index(phone: str) -> str:
    return blind_index(phone, rules.PHONE) if phone else ""


def address_text(text: str) -> str:
    """Raises field.*"""
    return clean_text(text, field="address", label=_("Address"), limit=200, required=False, one_line=True)


def _email(text: str) -> str:
    email = clean_text(text, field="email", label=_("E-mail"), limit=254, required=False, one_line=True)
    local, at_sign, host = email.rpartition("@")
    if email and (not at_sign or not local or "." not in host or " " in email):
        raise Problem(INVALID, field="email", field_label=_("E-mail"), why=_("this is not an e-mail address"))
    return email
