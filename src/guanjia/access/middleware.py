"""Gives each request its moment and its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from guanjia.access import links, sessions
from guanjia.access.actors import actor_for
from guanjia.access.requests import Request
from guanjia.kernel.actor import PUBLIC, Actor, ActorKind
from guanjia.registry import stamps


class ActorMiddleware:
    """Sets `request.at`, and `request.actor`: built when first asked for, by two queries."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.at = now()
        sessions.end_if_idle(request)
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[assignment]
        with stamps.read_once():
            return self.get_response(request)


def actor_of(request: Request) -> Actor:
    contacts = links.remembered(request.session)
    if request.user.is_authenticated:
        return actor_for(
            request.user,
            request.at,
            contact_ids=contacts,
            strong=sessions.is_strong(request),
        )
    return Actor(kind=ActorKind.ASKER, label="asker", contact_ids=contacts) if contacts else PUBLIC
