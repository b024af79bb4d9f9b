"""Businesses, households and persons: masked cards, opened for a purpose and written down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.access import actions as access
from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.access.rules import PURPOSES, READERS
from guanjia.console.asking import Asking, answer, id_asked, read_day, read_id, sent
from guanjia.console.panels import is_part, tells_in_place
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels import subjects as shown
from guanjia.console.viewmodels.place_forms import Dated
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.spoken import spoken
from guanjia.registry import actions
from guanjia.registry import queries as registry
from guanjia.registry.policy import BUSINESS_READERS, KEEPERS


class MoveForm(Dated):
    place = forms.ChoiceField(label=gettext_lazy("To which place"))
    building = forms.CharField(label=gettext_lazy("Building"), required=False)
    unit_no = forms.CharField(label=gettext_lazy("Entrance"), required=False)
    room = forms.CharField(label=gettext_lazy("Room"), required=False)
    address = forms.CharField(label=gettext_lazy("Address"), required=False)


@gate.roles(*BUSINESS_READERS)
def subjects(request: Request) -> HttpResponse:
    """`?kind=`, `?place=`, `?find=` a name, credit code, phone or ID number."""
    kinds = shown.kinds(request.actor)
    asked = request.GET.get("kind", "")
    kind = asked if asked in dict(kinds) else kinds[0][0]
    text, place_id = request.GET.get("find", "").strip()[:120], id_asked(request, "place")
    page = shown.listed(request.actor, kind=kind, text=text, place_id=place_id, cursor=request.GET.get("cursor"))
    tabs = [{"label": _(label), "url": f"?kind={key}", "active": key == kind} for key, label in kinds]
    context = {"page": page, "tabs": tabs, "kind": kind, "find": text, "areas": choices.places(place_id)}
    context["new"] = shown.new_deed(request.actor, kind)
    return render(request, "console/subjects/subjects.html", context)


@gate.roles(*BUSINESS_READERS)
def subject(request: Request, subject_id: int) -> HttpResponse:
    page = shown.subject_page(request.actor, subject_id, at=request.at)
    return render(request, "console/subjects/subject.html", {"page": page})


@gate.roles(*READERS)
@tells_in_place
def reveal_subject(request: Request, subject_id: int, what: str) -> HttpResponse:
    """First the purpose, then the value: in place of the masked one, or as a page."""
    record, label = _secret(request.actor, subject_id, what)
    context: dict[str, Any] = {
        "label": label,
        "url": reverse("console:reveal_subject", args=[subject_id, what]),
        "back": reverse("console:subject", args=[subject_id]),
        "purposes": [(key, _(words)) for key, words in PURPOSES.items()],
    }
    status = 200
    if request.method == "POST":
        purpose, note = request.POST.get("purpose", ""), request.POST.get("note", "")
        try:
            context["value"] = access.reveal(
                request.actor, record, field=what, purpose=purpose, note=note, at=request.at
            )
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
    template = "console/subjects/reveal_part.html" if is_part(request) else "console/subjects/reveal.html"
    return render(request, template, context, status=status)


def _secret(actor: Actor, subject_id: int, field: str) -> tuple[Any, str]:
    """The record that holds a field of a card, and how it is called. Raises not_found."""
    found = registry.subject_card(actor, subject_id).subject
    label = shown.SECRETS.get(found.kind, {}).get(field)
    if label is None:
        raise Problem(NOT_FOUND, what=gettext_noop("field"), key=field)
    return getattr(found, found.kind), _(label)


@gate.roles(*KEEPERS)
@tells_in_place
def move_household(request: Request, subject_id: int) -> HttpResponse:
    home = registry.subject_card(request.actor, subject_id).subject
    form = MoveForm(sent(request))
    choices.offer(form, "place", [("", _("Choose")), *choices.sites(request.actor)])
    will = [_("It keeps its number, its cases and its card; its steward is the one of the new place from now on.")]
    back = reverse("console:subject", args=[subject_id])
    asking = Asking(_("Move %(name)s") % {"name": home.name}, _("Move"), form, back, will, icon="transfer")

    def do() -> str:
        given = request.POST
        door = {name: given.get(name, "") for name in ("building", "unit_no", "room", "address")}
        actions.move_household(
            request.actor,
            subject_id,
            place_id=read_id(given, "place", gettext_noop("To which place")),
            on=read_day(given, "on", gettext_noop("From which day")),
            at=request.at,
            **door,
        )
        return _("The household has moved.")

    return answer(request, asking, do)


urlpatterns = [
    path("subjects/", subjects, name="subjects"),
    path("subjects/<int:subject_id>/", subject, name="subject"),
    path("subjects/<int:subject_id>/open/<slug:what>/", reveal_subject, name="reveal_subject"),
    path("subjects/<int:subject_id>/move/", move_household, name="move_household"),
]
