"""The readable list of what the API can do, made of its own description."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.access.rules import SCOPES
from guanjia.api.problems import NO_SUCH_PAGE
from guanjia.api.v1 import api
from guanjia.kernel.problems import Problem


@gate.public
def reference(request: Request) -> HttpResponse:
    """No script and nothing from elsewhere: it opens where there is no network."""
    paths: dict[str, dict[str, Any]] = api.get_openapi_schema()["paths"]
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "description": operation.get("description", ""),
            "scope": operation["x-scope"],
        }
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]
    scopes = [
        (scope, meaning, [one for one in operations if one["scope"] == scope]) for scope, meaning in SCOPES.items()
    ]
    description = reverse("api-1:openapi-json")
    return render(request, "api/reference.html", {"scopes": scopes, "description": description})


@gate.public
def nothing(request: Request, rest: str) -> HttpResponse:
    """Whoever mistypes an address hears so in JSON, as of any other refusal."""
    raise Problem(NO_SUCH_PAGE)
