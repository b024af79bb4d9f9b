"""Every route of the site with the gate that it declares, found by walking the URL patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation, PathView

from guanjia.access.gate import Gate
from guanjia.access.problems import NO_PAGE, PROVE_IT_IS_YOURS
from guanjia.kernel.problems import SIGN_IN

#: Views without a gate of ours, by the start of their module, and why they need none.
EXCEPTED = {
    "allauth.": "sign-in itself; each view asks for the step of signing in that it needs",
    "django.views.i18n": "the choice of a language",
    "django.views.static": "files that anybody may have",
    "guanjia.config.health": "asked by load balancers",
    "guanjia.ui.views": "display settings in a cookie and the sample page of the kit: no record is read",
    "ninja.openapi": "the API describes itself to anybody",
}
#: What a gate says when it turns somebody away.
TURNED_AWAY = {kind.code for kind in (NO_PAGE, PROVE_IT_IS_YOURS, SIGN_IN)}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One method of one URL pattern, and the gate before it (None: it declares none)."""

    pattern: str
    method: str
    gate: Gate | None

    def url(self, samples: Mapping[str, Callable[[Any], object]], district: Any) -> str:
        """Raises KeyError with the name of an argument that has no sample."""
        return "/" + _ARGUMENT.sub(lambda found: str(samples[found[1]](district)), self.pattern)

    def __str__(self) -> str:
        return f"{self.method} /{self.pattern}"


def routes(urlconf: str | None = None) -> list[Route]:
    return [
        route
        for pattern, view in _walk(get_resolver(urlconf).url_patterns, "")
        if not _is_excepted(view)
        for route in _routes_of(pattern, view)
    ]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        else:
            yield path, one.callback


def _is_excepted(view: Callable[..., Any]) -> bool:
    inner = getattr(view, "func", view)  # a partial hides its module
    return inner.__module__.startswith(tuple(EXCEPTED))


def _routes_of(pattern: str, view: Callable[..., Any]) -> Iterator[Route]:
    operations = _operations(view)
    if operations is None:
        yield Route(pattern, "GET", getattr(view, "gate", None))
        return
    for operation in operations:
        for method in operation.methods:
            yield Route(pattern, method, _gate_of(operation))


def _operations(view: Callable[..., Any]) -> list[Operation] | None:
    """Those of a django-ninja path, which keeps them in the closure of its view."""
    cells = getattr(view, "__closure__", None) or ()
    found = [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, PathView)]
    return found[0].operations if found else None


def _gate_of(operation: Operation) -> Gate | None:
    """The gate of its one way to authenticate, or of its function where it has none."""
    ways = operation.auth_callbacks
    if len(ways) > 1:
        return None
    return getattr(ways[0] if ways else operation.view_func, "gate", None)


def was_turned_away(response: HttpResponse) -> bool:
    """Whether a gate refused; what a record's own policy refuses is another matter."""
    if response.status_code == 401:
        return True
    if response.status_code != 403 or not response["Content-Type"].startswith("application/json"):
        return False
    return response.json().get("code") in TURNED_AWAY | {"access.scope_missing"}


def ask(client: Client, url: str, **headers: str) -> HttpResponse:
    """By GET, and so that a refusal comes as a Problem rather than as a redirect."""
    client.raise_request_exception = False
    return client.get(url, headers={"Accept": "application/json", **headers})
