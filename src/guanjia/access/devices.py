"""How an officer's field app shows whose it is: HTTP digest or, over a safe line, basic (RFC 7617, RFC 2617 as OpenRosa
asks for it), with a password of its own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.timezone import localdate

from guanjia.access.actors import actor_for
from guanjia.access.gate import Entry, Gate
from guanjia.access.models import DevicePassword
from guanjia.access.requests import Request
from guanjia.kernel.actor import Actor

REALM = "guanjia"
#: What an actor who came by a device password may do: no page, no other part of the API.
SCOPE = "forms"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
#: Seconds for which a challenge holds; afterwards the app is asked anew, without asking the person.
_NONCE_LIFE = 900
_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')

View = Callable[..., HttpResponseBase]


def new_password() -> str:
    """Twenty letters in fives, without those that look alike: nearly a hundred bits, typed once."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def secret_of(username: str, password: str) -> str:
    """HA1 of RFC 2617. MD5 is what the protocol knows; the password is random, so nothing can be looked up."""
    return _md5(f"{username}:{REALM}:{password}")


def gate(view: View) -> View:
    """`@devices.gate` above a view: 401 with a challenge, or the officer as `request.actor`."""
    entry = Gate(Entry.DEVICE, scopes=frozenset({SCOPE}))

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = _actor_of(request)
        if actor is None or not entry.admits(actor):
            return _challenge(request)
        request.actor = actor
        return view(request, *args, **kwargs)

    guarded.gate = entry  # type: ignore[attr-defined]
    return guarded


def _challenge(request: Request) -> HttpResponse:
    nonce = _signer().sign(secrets.token_hex(8))
    ways = [f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}"']
    if _safe(request):
        ways.append(f'Basic realm="{REALM}", charset="UTF-8"')
    return HttpResponse(status=401, headers={"WWW-Authenticate": ", ".join(ways)})


def _safe(request: Request) -> bool:
    """Whether a password may cross the line in clear."""
    return request.is_secure() or settings.DEMO


def _actor_of(request: Request) -> Actor | None:
    way, _space, rest = request.headers.get("Authorization", "").partition(" ")
    found = None
    if way.lower() == "digest":
        found = _by_digest(request, {name: quoted or bare for name, quoted, bare in _PAIR.findall(rest)})
    elif way.lower() == "basic" and _safe(request):
        found = _by_basic(rest)
    if found is None or not found.account.is_active or found.account.officer_id is None:
        return None
    _used(found, localdate(request.at))
    return replace(actor_for(found.account, request.at), scopes=frozenset({SCOPE}))


def _by_digest(request: Request, given: Mapping[str, str]) -> DevicePassword | None:
    if given.get("uri") != request.get_full_path() or given.get("realm") != REALM:
        return None
    try:
        _signer().unsign(given.get("nonce", ""), max_age=_NONCE_LIFE)
    except BadSignature:
        return None
    found = _of(given.get("username", ""))
    if found is None:
        return None
    asked = _md5(f"{request.method}:{given['uri']}")
    between = [given["nonce"]]
    if given.get("qop"):
        between += [given.get("nc", ""), given.get("cnonce", ""), given["qop"]]
    expected = _md5(":".join([found.secret, *between, asked]))
    return found if hmac.compare_digest(expected.encode(), given.get("response", "").encode()) else None


def _by_basic(encoded: str) -> DevicePassword | None:
    try:
        username, _colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    found = _of(username)
    if found is None:
        return None
    given = secret_of(found.account.username, password)
    return found if hmac.compare_digest(found.secret, given) else None


def _of(username: str) -> DevicePassword | None:
    name = username.strip().lower()
    if not name or "\0" in name:
        return None
    return DevicePassword.objects.select_related("account").filter(account__username=name).first()


def _used(password: DevicePassword, day: date) -> None:
    """The day alone, written once a day."""
    if password.last_used is None or password.last_used < day:
        unused = Q(last_used__isnull=True) | Q(last_used__lt=day)
        DevicePassword.objects.filter(unused, pk=password.pk).update(last_used=day)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="guanjia.device")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
