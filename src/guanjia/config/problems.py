"""How a refusal looks when a view lets it through: a page in the reader's own frame, a part of one, or JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.console import navigation as desk
from guanjia.kernel.actor import ActorKind, Role
from guanjia.kernel.problems import CONTROL_CHARACTERS, NO_SUCH_PAGE, NOT_ALLOWED, PRESS_AGAIN, TRY_AGAIN, Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.portal import pages as portal
from guanjia.registry import queries as registry

logger = logging.getLogger(__name__)

#: Whom an officer rings, by who can mend it.
_COLLEAGUES = {"dispatcher": Role.DISPATCHER, "supervisor": Role.SUPERVISOR}


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer_to(request, error)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """None where it is no refusal but a mistake of ours."""
    if isinstance(error, OperationalError):
        logger.exception("the database refused")
        error = Problem(TRY_AGAIN)
    if isinstance(error, DataError) and _has_nul(request):
        error = Problem(CONTROL_CHARACTERS, field_label=gettext_noop("What was sent"))
    return problem_response(request, error) if isinstance(error, Problem) else None


def _has_nul(request: HttpRequest) -> bool:
    """The one sign that no text has. Where nothing else took offence, PostgreSQL refuses even to look for it."""
    sent = [
        request.path,
        *(one for values in (request.GET, request.POST) for _n, all_ in values.lists() for one in all_),
    ]
    return any("\0" in text for text in sent)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, Problem(NO_SUCH_PAGE))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(request, Problem(NOT_ALLOWED, verb=gettext_noop("open this page")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_response(request, Problem(PRESS_AGAIN))


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    words = spoken(problem)
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(words, status=problem.status, json_dumps_params={"ensure_ascii": False})
    context = {"problem": words, "mender": problem.kind.mender, **_around(request, problem)}
    return render(request, "ui/problem.html", context, status=problem.status)


def _around(request: HttpRequest, problem: Problem) -> dict[str, Any]:
    """The frame, the ways on and whom to ring: of the desk for officers, else of the public pages.

    Where the database refuses nothing may be asked of it: not who is signed in, nor what waits for them.
    """
    base = {"base": "ui/part.html"} if "HX-Request" in request.headers else {}
    line = {"name": _("the service line"), "phone": settings.GUANJIA_HELP_LINE}
    public = {**portal.frame(request), "ways": portal.ways_on(), "help_line": line, **base}
    if problem.kind is TRY_AGAIN:
        return {**public, "messages": ()}
    actor = getattr(request, "actor", None)
    if actor is None or actor.kind is not ActorKind.OFFICER:
        return public
    colleague = _colleague(problem.kind.mender, localdate(request.at))  # type: ignore[attr-defined]
    return {**desk.desk(request), "ways": desk.ways_on(actor), "help_line": colleague, **base}  # type: ignore[arg-type]


def _colleague(mender: str, day: date) -> dict[str, str] | None:
    """Somebody of the district who can help today. Two queries."""
    held = registry.holders(day, role=_COLLEAGUES.get(mender, Role.ADMINISTRATOR))
    cards = registry.service_cards([one.officer_id for one in held])
    found = next((card for one in held if (card := cards.get(one.officer_id))), None)
    return {"name": f"{found.name} · {found.unit}", "phone": found.phone} if found else None
