"""How to reach those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.pour import plain
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.kernel.together import Part, part, way, write_returning
from guanjia.registry import rules
from guanjia.registry.actions.organisation import phone_number
from guanjia.registry.models import Contact

_COLUMNS = tuple(field.attname for field in Contact._meta.local_concrete_fields)
_SEEN_AGAIN = (
    "ON CONFLICT (fingerprint) DO UPDATE SET seen_at = EXCLUDED.seen_at,"
    f" consent_at = COALESCE(EXCLUDED.consent_at, {Contact._meta.db_table}.consent_at)"
)


def record_contact(contact: Contact) -> Contact:
    """What `contact_with` made, or the contact with exactly these details that is there already. One query.

    Anybody may leave their details; nobody can change another's by giving the same phone. No audit entry: the case that
    the contact belongs to is the record.
    """
    with transaction.atomic(savepoint=False):
        record_contacts([contact])
    return contact


def record_contacts(contacts: Sequence[Contact]) -> None:
    """As `record_contact`, for many. Must run in a transaction."""
    each = {contact.fingerprint: contact for contact in contacts}
    stored = _part(list(each.values()), [name for name in _COLUMNS if name != "id"])
    for fingerprint, contact_id in write_returning(stored, "fingerprint, id"):
        each[fingerprint].pk = contact_id
    for contact in contacts:
        contact.pk = each[contact.fingerprint].pk
        contact._state.adding = False


def contact_part(contacts: Sequence[Contact]) -> Part:
    """As `record_contacts`, to be written together with what names them by their ids (`together.find_or_reserve` by
    `fingerprint`). Of two who are recorded at the same moment one then finds its id to be nobody's: IntegrityError."""
    return _part(contacts, _COLUMNS)


def _part(contacts: Sequence[Contact], names: Sequence[str]) -> Part:
    rows = ([getattr(contact, name) for name in names] for contact in contacts)
    return part(Contact, names, plain(Contact, names, rows, way=way()), conflict=_SEEN_AGAIN)


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
