"""Keying in a page of a gate book or hall book: a grid of lines, by keyboard, sent at once, answered line by line."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.navigation import REGISTERS
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import choices, forms, intake
from guanjia.console.viewmodels import gatebook as books
from guanjia.kernel.cleaning import number_in

#: Lines that "more" adds below.
MORE = 10


@gate.roles(*REGISTERS)
def book(request: Request) -> HttpResponse:
    """GET an empty page; POST registers each line that is right and shows the others with what is wrong, or with `more`
    only adds lines."""
    given = request.POST if request.method == "POST" else request.GET
    page = _book(request, given)
    adding = "more" in request.POST
    lines = books.read_lines(given, more=MORE if adding else 0)
    done: list[Any] = []
    if request.method == "POST" and not adding:
        done, lines = books.send(request.actor, page, lines)
    context = {
        **_frame(request, page),
        "lines": lines,
        "done": done,
        "before": books.done_before(request.POST.getlist("done")),
        "sent": request.method == "POST" and not adding,
    }
    status = 422 if any(line.problems for line in lines) else 200
    return render(request, "console/gatebook/page.html", context, status=status)


def _book(request: Request, given: Any) -> books.Book:
    programme, playbook, _all = intake.playbook_for(given.get("programme", ""))
    place = given.get("place", "")
    own = books.places_of(request.actor)
    place_id = number_in(place) or (own[0].pk if own else None)
    return books.Book(given.get("page", "")[:40] or forms.fresh_key(), programme, playbook, place_id, request.at)


def _frame(request: Request, page: books.Book) -> dict[str, Any]:
    _key, _playbook, programmes = intake.playbook_for(page.programme)
    return {
        "page": page,
        "programmes": programmes,
        "categories": books.categories(page.playbook),
        "areas": choices.places(page.place_id),
        "names": books.names_within(request.actor, page.place_id),
    }


@gate.roles(*REGISTERS)
@require_POST
@tells_in_place
def hint(request: Request) -> HttpResponse:
    """What one line would become, while it is written: kind of matter, place, what is known already."""
    number = request.POST.get("line", "")
    lines = books.read_lines(request.POST)
    line = next((one for one in lines if str(one.number) == number), lines[0])
    told = books.hint(_book(request, request.POST), line, at=request.at)
    return render(request, "console/gatebook/hint.html", {"hint": told, "line": line})


urlpatterns = [
    path("gate-book/", book, name="gate_book"),
    path("gate-book/hint/", hint, name="gate_book_hint"),
]
