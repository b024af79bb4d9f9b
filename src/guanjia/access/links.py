"""Signed links for people without an account: each proves one contact, for one purpose, for some days."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer

from guanjia.kernel.problems import EXPIRED_LINK, UNKNOWN_LINK, Problem

LIFETIME = timedelta(days=30)
#: The session's list of contacts that were proven in it.
SESSION_KEY = "asker_contacts"
_MOST_CONTACTS = 20
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class AskerLink:
    purpose: str
    id: int
    contact_id: int


def sign(purpose: str, id: int, contact_id: int, *, at: datetime, lifetime: timedelta = LIFETIME) -> str:
    """A token for a URL path, valid from `at` for `lifetime`. `purpose` keeps kinds of links apart."""
    until = int((at + lifetime).timestamp()) // _MINUTE
    return _signer(purpose).sign(f"{id:x}.{contact_id:x}.{until:x}")


def read(purpose: str, token: str, *, at: datetime) -> AskerLink:
    """Raises link.unknown where the token is not ours or made for another purpose, link.expired where its time is
    over."""
    try:
        id, contact_id, until = (int(part, 16) for part in _signer(purpose).unsign(token).split("."))
    except (BadSignature, ValueError) as error:
        raise Problem(UNKNOWN_LINK) from error
    if at.timestamp() >= until * _MINUTE:
        raise Problem(EXPIRED_LINK)
    return AskerLink(purpose, id, contact_id)


def remember(session: MutableMapping[str, Any], contact_id: int) -> None:
    """From now on this browser session acts for the contact too."""
    known = [one for one in session.get(SESSION_KEY, []) if one != contact_id]
    session[SESSION_KEY] = [*known, contact_id][-_MOST_CONTACTS:]


def remembered(session: MutableMapping[str, Any]) -> frozenset[int]:
    return frozenset(session.get(SESSION_KEY, ()))


def _signer(purpose: str) -> Signer:
    return Signer(sep="~", salt=f"guanjia.asker.{purpose}")
