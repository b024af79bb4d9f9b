"""Contact cards to print: of a place, a unit or one steward, at once or by the worker."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import read_id
from guanjia.console.panels import is_part
from guanjia.console.viewmodels import cards as shown
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.spoken import spoken
from guanjia.programmes import actions, sheets
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions.cards import part_file
from guanjia.programmes.policy import PRINTERS
from guanjia.programmes.rules import CARDS_AT_ONCE

COPIES = gettext_noop("Copies of each")


@gate.roles(*PRINTERS)
def cards(request: Request, key: str) -> HttpResponseBase:
    """`?place=`, `?unit=` or `?officer=` whose. POST prints at once, or lets the worker print what is more than a page
    can wait for."""
    given = request.POST if request.method == "POST" else request.GET
    page = shown.printing(request.actor, key, given, request.GET.get("cursor"), at=request.at)
    context: dict[str, Any] = {"page": page}
    status = 200
    if request.method == "POST":
        try:
            return _printed(request, page)
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
    part = is_part(request) and request.method == "GET"
    template = "console/printing/orders.html" if part else "console/printing/cards.html"
    return render(request, template, context, status=status)


def _printed(request: Request, page: shown.Printing) -> HttpResponseBase:
    copies = read_id(request.POST, "copies", COPIES)
    actions.check_copies(copies)
    codes = actions.issue_cards(request.actor, page.programme.pk, at=request.at, **page.whose.narrow)
    if len(codes) * copies > CARDS_AT_ONCE:
        actions.order_cards(
            request.actor, page.programme.pk, codes, title=page.whose.name, copies=copies, at=request.at
        )
        messages.success(request, _("The worker makes them now; the parts appear below one by one."))
        return redirect(reverse("console:cards", args=[page.programme.key]))
    made = sheets.cards_pdf([code for code in codes for _copy in range(copies)], at=request.at)
    name = _("Contact cards %(of)s.pdf") % {"of": page.whose.name}
    return FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type="application/pdf")


@gate.roles(*PRINTERS)
def card_part(request: Request, order_id: int, part: int) -> FileResponse:
    """One part of an order, once it is made. Raises not_found."""
    order = programmes.card_order(request.actor, order_id)
    if not 1 <= part <= order.done:
        raise Problem(NOT_FOUND, what=gettext_noop("part of the cards"), key=part)
    name = _("Contact cards %(of)s %(number)s.pdf") % {"of": order.title, "number": part}
    file = default_storage.open(part_file(order.pk, part - 1))
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")


urlpatterns = [
    path("programmes/<slug:key>/cards/", cards, name="cards"),
    path("cards/<int:order_id>/<int:part>.pdf", card_part, name="card_part"),
]
