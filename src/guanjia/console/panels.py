"""Views that answer one address in several ways: a page, a fragment for the dialog or the drawer of the page that
asked, or data for a script that sends a form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from guanjia.access.requests import Request
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken

View = Callable[..., HttpResponseBase]


def is_part(request: Request) -> bool:
    """Whether htmx asks for a fragment."""
    return "HX-Request" in request.headers


def wants_json(request: Request) -> bool:
    """Whether a script sends what a form holds, and shows the answer itself."""
    return request.headers.get("Accept", "").startswith("application/json")


def tells_in_place(view: View) -> View:
    """A refusal of a fragment is a fragment too, shown where the answer was expected. Put it below the gate."""

    @wraps(view)
    def told(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            if not is_part(request):
                raise
            return render(request, "console/refused.html", {"problem": spoken(problem)}, status=problem.status)

    return told


def came_from(request: Request) -> str:
    """The page of the desk that somebody stood on when they opened a panel: where they go on afterwards."""
    given = request.POST.get("next", "") or request.headers.get("HX-Current-URL", "")
    parts = urlsplit(given)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    safe = url_has_allowed_host_and_scheme(path, None) and path.startswith(reverse("console:work"))
    return path if safe else ""


def go(request: Request, url: str) -> HttpResponse:
    """After success: to another page, whoever asked."""
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
