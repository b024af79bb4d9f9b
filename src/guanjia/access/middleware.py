"""Gives each request its moment and its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from guanjia.access import links, sessions
from guanjia.access.actors import actor_for
from guanjia.kernel.actor import PUBLIC, Actor, ActorKind


class ActorMiddleware:
    """Sets `request.at` (one aware moment for the whole request) and `request.actor` (built when first asked for: two queries)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = now()  # type: ignore[attr-defined]
        sessions.end_if_idle(request)
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    contacts = links.remembered(request.session)
    if request.user.is_authenticated:
        return actor_for(
            request.user,
            request.at,  # type: ignore[attr-defined]
            contact_ids=contacts,
            strong=sessions.is_strong(request),
        )
    return Actor(kind=ActorKind.ASKER, label="asker", contact_ids=contacts) if contacts else PUBLIC
