"""A refusal as JSON: the same sentence as on the page, whatever refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from guanjia.access.problems import BAD_TOKEN
from guanjia.api.problems import BAD_REQUEST
from guanjia.kernel.problems import INVALID, MISSING, TOO_LONG, Problem, Problems
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop as _

#: What a fault of form is called, by the beginning of the validator's own name for it.
WHY = {
    "int": _("this is not a whole number"),
    "float": _("this is not a number"),
    "finite": _("this is not a number"),
    "bool": _("write true or false"),
    "string_too_short": _("it is too short"),
    "string_pattern": _("it has the wrong form"),
    "string": _("this is not a text"),
    "datetime": _("this is not a date; write it as 2026-11-21T14:30:00+08:00"),
    "timezone": _("this moment needs its time zone: 2026-11-21T14:30:00+08:00"),
    "date": _("this is not a date; write it as 2026-11-21"),
    "greater": _("it is too small"),
    "less": _("it is too large"),
    "literal": _("choose one from the list"),
    "enum": _("choose one from the list"),
    "list": _("this is not a list"),
    "too_long": _("there are too many"),
    "extra": _("nobody knows this field"),
}
FORM = _("it has the wrong form")
#: Where a fault is told from: ("body", "new", "text") is the field text.
_WRAPPERS = 2


def answer(problem: Problem) -> HttpResponse:
    return JsonResponse(spoken(problem), status=problem.status, json_dumps_params={"ensure_ascii": False})


def install(api: NinjaAPI) -> None:
    """Teach the API to say no as the rest of the house does."""

    @api.exception_handler(Problem)
    def refused(request: HttpRequest, error: Problem) -> HttpResponse:
        return answer(error)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [_fault(one) for one in error.errors[:50]]
        return answer(faults[0] if len(faults) == 1 else Problems(faults))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(Problem(BAD_TOKEN))

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(Problem(BAD_REQUEST))


def _fault(error: dict[str, Any]) -> Problem:
    place = [str(part) for part in error["loc"]]
    name = ".".join(place[_WRAPPERS:] if place[0] == "body" else place[1:]) or place[-1]
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "missing":
        return Problem(MISSING, field=name, field_label=name)
    if kind == "string_too_long":
        limit = context.get("max_length", 0)
        return Problem(TOO_LONG, field=name, field_label=name, length=f"> {limit}", limit=limit)
    why = next((text for start, text in WHY.items() if kind.startswith(start)), FORM)
    return Problem(INVALID, field=name, field_label=name, why=why)
