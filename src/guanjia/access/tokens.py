"""How another system shows who it is to the API."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import get_default_timezone, localdate
from ninja.security import HttpBearer

from guanjia.access.gate import Entry, Gate
from guanjia.access.models import ApiToken
from guanjia.access.problems import BAD_TOKEN, SCOPE_MISSING
from guanjia.access.requests import Request
from guanjia.access.rules import SCOPES
from guanjia.kernel.actor import Actor, ActorKind, HeldPost, Role
from guanjia.kernel.problems import Problem
from guanjia.registry.stamps import ORGANISATION, Kept

_PREFIX = "gj_"
#: Bumped by whatever issues or revokes a token (`actions`).
TOKENS = "tokens"
_tokens: Kept[ApiToken | None] = Kept(TOKENS, ORGANISATION, most=64)


def new_token() -> str:
    """32 random bytes; the prefix lets scanners find one that leaked."""
    return _PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def service_for(token: str, at: datetime) -> Actor:
    """No query while neither tokens nor posts change but that of their stamps, and a write on the first use of a day.
    Raises access.bad_token."""
    hashed = token_hash(token)
    found = _tokens.get(hashed, lambda: _read_token(hashed))
    day = localdate(at, get_default_timezone())
    if found is None or found.expires_at <= at or (found.post and found.post.valid_to and found.post.valid_to <= day):
        raise Problem(BAD_TOKEN)
    if found.last_used is None or found.last_used < day:
        ApiToken.objects.filter(Q(last_used__isnull=True) | Q(last_used__lt=day), pk=found.pk).update(last_used=day)
        found.last_used = day
    post = found.post
    held = (HeldPost(post.pk, Role(post.role), post.unit_id, post.place.path),) if post else ()
    scopes = frozenset(found.scopes)
    return Actor(kind=ActorKind.SERVICE, label=found.name, token_id=found.pk, posts=held, scopes=scopes)


def _read_token(hashed: str) -> ApiToken | None:
    return ApiToken.objects.select_related("post__place").filter(token_hash=hashed, revoked_at__isnull=True).first()


class TokenAuth(HttpBearer):
    """`@api.get(..., auth=TokenAuth("cases:read"))`; the actor is in `request.auth` and `request.actor`."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        unknown = set(scopes) - set(SCOPES)
        if unknown or not scopes:
            raise ValueError(f"no such scope: {', '.join(sorted(unknown)) or 'none named'}")
        self.gate = Gate(Entry.TOKEN, scopes=frozenset(scopes))

    def authenticate(self, request: Request, token: str) -> Actor:  # type: ignore[override]
        """Raises access.bad_token and access.scope_missing."""
        actor = service_for(token, request.at)
        if not self.gate.admits(actor):
            raise Problem(SCOPE_MISSING, scope=", ".join(sorted(self.gate.scopes - actor.scopes)))
        request.actor = actor
        return actor
