"""Acting on a case: one form for every verb, made from the table of verbs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions.act import act
from guanjia.cases.queries.page import CasePage
from guanjia.cases.uploads import take_in
from guanjia.console.asking import read_ids
from guanjia.console.navigation import SEES_CASES
from guanjia.console.panels import came_from, go, is_part, tells_in_place
from guanjia.console.viewmodels import acting, forms, parties, will
from guanjia.console.viewmodels.case import find
from guanjia.console.viewmodels.larger import LARGER
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.verbs import Verb


@gate.roles(*SEES_CASES)
@tells_in_place
def act_on(request: Request, number: str, verb: str) -> HttpResponse:
    """The form of a verb, in the dialog of the page that asked or as a page of its own; POST does it."""
    page = find(request.actor, number, at=request.at)
    rule = acting.offered(page, verb, at=request.at)
    if request.method == "POST":
        return _sent(request, page, rule)
    first = {**acting.first_values(page, rule, at=request.at), **request.GET.dict()}
    form = forms.verb_form(page, rule, None, first, request.at)
    return _asking(request, page, rule, form, first)


def _sent(request: Request, page: CasePage, rule: Verb) -> HttpResponse:
    try:
        _do(request, page, rule)
    except Problem as problem:
        return _refused(request, page, rule, problem)
    messages.success(request, _("Done: %(verb)s · %(number)s") % {"verb": _(rule.label), "number": page.case.number})
    return go(request, came_from(request) or reverse("console:case", args=[page.case.number]))


def _do(request: Request, page: CasePage, rule: Verb) -> None:
    """Files are taken in first, so that those of a refused form need not be chosen again."""
    sent = request.POST
    seen = number_in(sent.get("seen", ""))
    if rule.key in LARGER:
        LARGER[rule.key].do(request.actor, page, sent, request.at, seen)
        return
    data = forms.values(rule, sent)
    for param in rule.params:
        if param.kind == "evidence":
            files = [*request.FILES.getlist(param.name), *request.FILES.getlist(f"{param.name}_files")]
            taken = take_in(request.actor, files, case=page.case, at=request.at) if files else []
            data[param.name] = [*_kept(sent), *(document.pk for document in taken)]
            request.kept = data[param.name]  # type: ignore[attr-defined]
    act(request.actor, page.case.pk, rule.key, data, at=request.at, seen=seen, key=sent.get("key") or None)


def _kept(sent: QueryDict) -> list[int]:
    return read_ids(sent, "kept")


def _refused(request: Request, page: CasePage, rule: Verb, problem: Problem) -> HttpResponse:
    form = forms.verb_form(page, rule, request.POST, {}, request.at)
    form.refuse(problem)
    more: dict[str, Any] = {"kept": getattr(request, "kept", _kept(request.POST))}
    if problem.code == "stale":
        more["changed"] = acting.changed_since(page, number_in(request.POST.get("seen", "")) or 0)
    return _asking(request, page, rule, form, forms.values(rule, request.POST), status=problem.status, **more)


def _asking(
    request: Request,
    page: CasePage,
    rule: Verb,
    form: forms.ShownForm,
    values: dict[str, Any],
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "panel": acting.panel(page, rule, form),
        "form": form,
        "will": will.foretold(request.actor, page, rule, values, at=request.at),
        "next": came_from(request),
        "key": forms.fresh_key(),
        **more,
    }
    template = "console/act_panel.html" if is_part(request) else "console/act.html"
    return render(request, template, context, status=status)


@gate.roles(*SEES_CASES)
@tells_in_place
def foretell(request: Request, number: str, verb: str) -> HttpResponse:
    """What would happen with what is chosen so far: a fragment of the form. Nothing once the verb is gone."""
    page = find(request.actor, number, at=request.at)
    try:
        rule = acting.offered(page, verb, at=request.at)
    except Problem:
        return HttpResponse(status=204)
    told = will.foretold(request.actor, page, rule, forms.values(rule, request.GET), at=request.at)
    return render(request, "console/act_will.html", {"will": told})


@gate.roles(*SEES_CASES)
def choices(request: Request) -> HttpResponse:
    """Units and officers that a search finds, as choices of a form. `?kind=` party or unit, `?name=` of the field."""
    kind = "unit" if request.GET.get("kind") == "unit" else "party"
    name = request.GET.get("name", "to")
    found = parties.search(request.actor, request.GET.get(f"find_{name}", ""), kind)
    return render(request, "console/party_choices.html", {"choices": found, "name": name, "searched": True})


urlpatterns = [
    path("parties/", choices, name="parties"),
    path("case/<str:number>/act/<slug:verb>/", act_on, name="act"),
    path("case/<str:number>/act/<slug:verb>/will/", foretell, name="foretell"),
]
