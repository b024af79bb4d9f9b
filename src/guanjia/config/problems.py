"""How a refusal looks when a view lets it through: a page for a browser, JSON for a machine."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from guanjia.kernel.problems import TRY_AGAIN, Problem
from guanjia.kernel.spoken import spoken

logger = logging.getLogger(__name__)


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError):
            logger.exception("the database refused")
            error = Problem(TRY_AGAIN)
        return problem_response(request, error) if isinstance(error, Problem) else None


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    words = spoken(problem)
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(words, status=problem.status, json_dumps_params={"ensure_ascii": False})
    return render(request, "ui/problem.html", {"problem": words}, status=problem.status)
