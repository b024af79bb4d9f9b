"""Opening an asker's name or phone: for a purpose, and written down where the person can read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from guanjia.access import actions, gate
from guanjia.access.requests import Request
from guanjia.access.rules import PURPOSES
from guanjia.cases.queries.callers import asker
from guanjia.console.navigation import SEES_CASES
from guanjia.console.panels import is_part, tells_in_place
from guanjia.console.viewmodels.case import find
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken

#: What may be opened of an asker.
FIELDS = ("name", "phone", "address", "email")


@gate.roles(*SEES_CASES)
@tells_in_place
def reveal(request: Request, number: str, contact_id: int, what: str) -> HttpResponse:
    """First the purpose, then the value: in place of the masked one, or as a page."""
    page = find(request.actor, number, at=request.at)
    contact = asker(request.actor, page.case.pk, contact_id)
    field = what if what in FIELDS else "name"
    context: dict[str, Any] = {
        "number": number,
        "field": field,
        "url": reverse("console:reveal", args=[number, contact_id, field]),
        "purposes": [(key, _(label)) for key, label in PURPOSES.items() if key != "visit"],
    }
    if request.method == "POST":
        try:
            context["value"] = actions.reveal(
                request.actor,
                contact,
                field=field,
                purpose=request.POST.get("purpose", ""),
                case_number=page.case.number,
                at=request.at,
            )
        except Problem as problem:
            context["problem"] = spoken(problem)
    status = context["problem"]["status"] if "problem" in context else 200
    template = "console/reveal_part.html" if is_part(request) else "console/reveal.html"
    return render(request, template, context, status=status)


urlpatterns = [path("case/<str:number>/asker/<int:contact_id>/<slug:what>/", reveal, name="reveal")]
