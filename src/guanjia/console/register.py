"""Registering for somebody on the telephone, at the counter, at the gate or during a visit: one form, by keyboard."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions.intake import NewContact
from guanjia.cases.actions.intake import register as take_down
from guanjia.cases.actions.joining import join_case
from guanjia.cases.queries.callers import caller as known_as
from guanjia.cases.uploads import take_in
from guanjia.console.navigation import REGISTERS
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import forms, intake
from guanjia.console.viewmodels.case import find, shown
from guanjia.kernel.problems import Problem


@gate.roles(*REGISTERS)
def register(request: Request) -> HttpResponse:
    """The form; POST registers, or with `join=NUMBER` adds the caller to an open case."""
    programme, playbook, programmes = intake.playbook_for(
        request.POST.get("programme", request.GET.get("programme", ""))
    )
    sent = request.POST if request.method == "POST" else None
    form = intake.intake_form(playbook, sent)
    status = 200
    if sent is not None:
        try:
            return _taken_down(request, programme)
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    context = {
        "form": form,
        "programme": programme,
        "programmes": programmes,
        "categories": intake.categories(playbook, request.POST),
        "places_found": intake.place_choices(request.actor, request.POST.get("address", "")),
        "place_id": request.POST.get("place_id", ""),
        "key": request.POST.get("key") or forms.fresh_key(),
    }
    return render(request, "console/register.html", context, status=status)


def _taken_down(request: Request, programme: str) -> HttpResponse:
    files = request.FILES.getlist("photos")
    documents = take_in(request.actor, files, case=None, at=request.at) if files else []
    ids = [document.pk for document in documents]
    if number := request.POST.get("join"):
        page = find(request.actor, number, at=request.at)
        who = NewContact(name=request.POST.get("name", ""), phone=request.POST.get("phone", ""))
        joined = join_case(
            request.actor,
            page.case.pk,
            who,
            channel=request.POST.get("channel") or "hotline",
            text=request.POST.get("text", ""),
            document_ids=ids,
            at=request.at,
        )
        return redirect("console:registered", joined.case.number)
    case = take_down(request.actor, intake.new_case(programme, request.POST, ids), at=request.at)
    return redirect("console:registered", case.number)


@gate.roles(*REGISTERS)
def registered(request: Request, number: str) -> HttpResponse:
    """Number, owner, due moment, and why it went there."""
    page = find(request.actor, number, at=request.at)
    context = {
        "done": intake.registered(page),
        "shown": shown(page, at=request.at),
        "again": reverse("console:register"),
    }
    return render(request, "console/registered.html", context)


@gate.roles(*REGISTERS)
@tells_in_place
def caller(request: Request) -> HttpResponse:
    """Who that phone is known as: counts and masked names."""
    return render(
        request, "console/register_caller.html", {"caller": known_as(request.actor, request.GET.get("phone", ""))}
    )


@gate.roles(*REGISTERS)
@tells_in_place
def suggest(request: Request) -> HttpResponse:
    """Categories for the text so far."""
    _programme, playbook, _all = intake.playbook_for(request.GET.get("programme", ""))
    context = {"categories": intake.categories(playbook, request.GET)}
    return render(request, "console/register_categories.html", context)


@gate.roles(*REGISTERS)
@tells_in_place
def similar(request: Request) -> HttpResponse:
    """Open cases that may be about the same thing."""
    _programme, playbook, _all = intake.playbook_for(request.GET.get("programme", ""))
    found = intake.alike(playbook, request.GET, at=request.at)
    return render(request, "console/register_similar.html", {"alike": found})


@gate.roles(*REGISTERS)
@tells_in_place
def places(request: Request) -> HttpResponse:
    """Places that the address speaks of."""
    found = intake.place_choices(request.actor, request.GET.get("address", ""))
    return render(request, "console/register_places.html", {"places_found": found, "searched": True})


urlpatterns = [
    path("register/", register, name="register"),
    path("register/caller/", caller, name="caller"),
    path("register/suggest/", suggest, name="suggest"),
    path("register/similar/", similar, name="similar"),
    path("register/places/", places, name="located"),
    path("registered/<str:number>/", registered, name="registered"),
]
