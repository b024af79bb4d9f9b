"""The gate that every route passes. A view says who may enter by one decorator above it; a test reads it back.

    @gate.public
    @gate.signed_in
    @gate.asker
    @gate.roles(Role.STEWARD, Role.CLERK)

What may be done to a single record is the affair of that record's `policy`; a gate knows only posts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from guanjia.access.problems import (
    NO_PAGE,
    PASSWORD_CHANGE_NEEDED,
    PROVE_IT_IS_YOURS,
    SECOND_FACTOR_NEEDED,
)
from guanjia.access.requests import Request
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.kernel.problems import SIGN_IN, Problem

View = Callable[..., HttpResponseBase]


class Entry(StrEnum):
    PUBLIC = "public"  # anybody
    ASKER = "asker"  # whoever has proven a contact in this browser
    SIGNED_IN = "signed_in"  # any account
    ROLES = "roles"  # an officer holding one of the roles, also as a stand-in
    TOKEN = "token"  # another system whose token has the scopes
    DEVICE = "device"  # an officer's field app with its own password (`devices`)


@dataclass(frozen=True, slots=True)
class Gate:
    entry: Entry
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = frozenset()
    #: Shows people's data: asks for the second factor where the district demands one.
    people: bool = False

    def admits(self, actor: Actor) -> bool:
        match self.entry:
            case Entry.PUBLIC:
                return True
            case Entry.ASKER:
                return bool(actor.contact_ids)
            case Entry.SIGNED_IN:
                return actor.account_id is not None
            case Entry.ROLES:
                return actor.kind is ActorKind.OFFICER and actor.holds(*self.roles)
            case Entry.TOKEN:
                return actor.kind is ActorKind.SERVICE and self.scopes <= actor.scopes
            case Entry.DEVICE:
                return actor.kind is ActorKind.OFFICER and self.scopes <= actor.scopes


def public(view: View) -> View:
    return _guard(Gate(Entry.PUBLIC), view)


def asker(view: View) -> View:
    return _guard(Gate(Entry.ASKER), view)


def signed_in(view: View) -> View:
    return _guard(Gate(Entry.SIGNED_IN), view)


def roles(*allowed: Role, people: bool = True) -> Callable[[View], View]:
    """`people=False` for the few staff pages that show nothing of a person, not even masked."""
    if not allowed:
        raise ValueError("name the roles")
    return lambda view: _guard(Gate(Entry.ROLES, roles=frozenset(allowed), people=people), view)


def _guard(gate: Gate, view: View) -> View:
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _turned_away(gate, request) or view(request, *args, **kwargs)

    guarded.gate = gate  # type: ignore[attr-defined]
    return guarded


def _turned_away(gate: Gate, request: Request) -> HttpResponse | None:
    """A redirect to where a page's reader can mend it, a Problem for everything else, None where they may enter."""
    if gate.entry is Entry.PUBLIC:
        return None
    actor = request.actor
    is_page = _is_page(request)
    if not gate.admits(actor):
        if gate.entry is Entry.ASKER:
            raise Problem(PROVE_IT_IS_YOURS)
        if actor.account_id is not None:
            raise Problem(NO_PAGE)
        if is_page:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        raise Problem(SIGN_IN)
    if actor.account_id is not None and request.user.must_change_password:  # type: ignore[union-attr]
        if is_page:
            return redirect("account_change_password")
        raise Problem(PASSWORD_CHANGE_NEEDED)
    if gate.people and settings.GUANJIA_STAFF_MFA and not actor.strong:
        if is_page:
            return _to_second_factor(request)
        raise Problem(SECOND_FACTOR_NEEDED)
    return None


def _to_second_factor(request: Request) -> HttpResponse:
    """To show it, or to set one up where there is none yet."""
    page = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "mfa_index"
    return redirect_to_login(request.get_full_path(), resolve_url(page))


def _is_page(request: Request) -> bool:
    """Whether a person's browser waits for a whole page, so that a redirect helps."""
    return (
        request.method in ("GET", "HEAD")
        and "HX-Request" not in request.headers
        and not request.headers.get("Accept", "").startswith("application/json")
    )
