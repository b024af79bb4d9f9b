"""Requests of other systems go straight to the API, past what is there for browsers: session, cookies, forms, frames.
They are in a hurry, and bring a token with each."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.timezone import now

from guanjia.access.requests import Request
from guanjia.api.v1 import api
from guanjia.config.problems import answer_to
from guanjia.kernel.actor import PUBLIC
from guanjia.registry import stamps


class SystemsMiddleware:
    """Stands where the browsers' part of the chain begins, and does for the API what the rest of it would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        match = _of_the_api(request.path_info)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        request.at, request.actor = now(), PUBLIC
        try:
            with stamps.read_once():
                response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            refusal = answer_to(request, error)
            if refusal is None:
                raise
            response = refusal
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def _of_the_api(path: str) -> ResolverMatch | None:
    try:
        match = resolve(path) if path.startswith("/api/") else None
    except Resolver404:
        return None
    return match if match is not None and match.namespaces == [api.urls_namespace] else None
