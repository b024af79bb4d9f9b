"""How often one address may do what costs us or could be guessed. Counted in the shared cache, forgotten by itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache

from guanjia.access.requests import Request
from guanjia.kernel.problems import TOO_MANY, Problem


@dataclass(frozen=True, slots=True)
class Limit:
    """`times` in each stretch of `minutes`. Whole offices share one address: keep them generous."""

    name: str
    times: int
    minutes: int


ASKING = Limit("ask", 40, 10)
UPLOADING = Limit("upload", 60, 10)
SUGGESTING = Limit("suggest", 200, 10)
FINDING = Limit("find", 60, 10)
#: Wrong codes of cards.
GUESSING_CARDS = Limit("guess_card", 30, 10)
#: Four digits of a phone are few: an address may miss so often, and so may everybody together on one number.
GUESSING = Limit("guess", 15, 15)
GUESSING_ONE = Limit("guess_one", 6, 60)


def spend(request: Request, limit: Limit, of: str = "") -> None:
    """Count one try, of this address or of a named thing. Raises too_many_requests."""
    _count(request, limit, of, add=1)


def check(request: Request, limit: Limit, of: str = "") -> None:
    """Only look. Raises too_many_requests where the tries are used up."""
    _count(request, limit, of, add=0)


def _count(request: Request, limit: Limit, of: str, *, add: int) -> None:
    seconds = limit.minutes * 60
    stretch = int(request.at.timestamp()) // seconds
    # Hashed: neither addresses nor numbers lie about in the cache.
    who = hashlib.sha256((of or get_adapter().get_client_ip(request)).encode()).hexdigest()[:24]
    key = f"portal:{limit.name}:{who}:{stretch}"
    spent = int(cache.get(key, 0))
    if spent >= limit.times:
        raise Problem(TOO_MANY, minutes=limit.minutes)
    if add:
        cache.set(key, spent + add, timeout=seconds)
