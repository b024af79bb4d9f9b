"""Programmes: the playbook explained, coverage down to the names, loads, sharing out, handing over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions.replace import hand_over_caseload
from guanjia.console.asking import Asking, Suggesting, answer, id_asked, sent
from guanjia.console.navigation import EVERYBODY
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import choices, people
from guanjia.console.viewmodels import programme as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import actions
from guanjia.programmes import queries as programmes
from guanjia.programmes.policy import ASSIGNERS, PRINTERS, may_adopt
from guanjia.registry import queries as registry
from guanjia.registry.queries import history

#: What moving one target is worth in a levelling, as `actions.share_out` takes it: a kilometre or so.
LEVELLING = 0.5


class HandOverForm(ShownForm):
    to = forms.CharField(label=gettext_lazy("Who takes it"), help_text=gettext_lazy("Name or staff number"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    with_cases = forms.BooleanField(label=gettext_lazy("Open cases held by name go too"), required=False)
    beyond_limit = forms.BooleanField(label=gettext_lazy("Even beyond the load limit"), required=False)


@gate.roles(*EVERYBODY, people=False)
def programme_list(request: Request) -> HttpResponse:
    """The only one at once."""
    cards = shown.cards()
    if len(cards) == 1:
        return redirect(cards[0].url)
    context = {"cards": cards, "archive": [one for one in cards if one.archived]}
    return render(request, "console/programme/list.html", context)


@gate.roles(*EVERYBODY)
def programme(request: Request, key: str) -> HttpResponse:
    """`?part=` coverage (first), loads or playbook."""
    context = programme_context(request, key)
    found, playbook, part = context["programme"], context["playbook"], context["part"]
    if part == "playbook":
        context["explained"] = shown.explained(found, playbook)
    elif part == "loads":
        order = request.GET.get("order", "most")
        order = order if order in dict(shown.ORDERS) else "most"
        place_id = id_asked(request, "place")
        context |= {
            "orders": choices.of(shown.ORDERS, order),
            "areas": choices.places(place_id),
            "page": programmes.loads(
                request.actor,
                found.pk,
                at=request.at,
                order=order,
                place=registry.place(place_id) if place_id else None,
                cursor=request.GET.get("cursor"),
                size=shown.SIZE,
            ),
        }
    else:
        context |= {"gauges": shown.gauges(found, playbook, at=request.at), "stewards": playbook.stewards is not None}
        context["levels"] = shown.levels(found)
    return render(request, f"console/programme/{part}.html", context)


def programme_context(request: Request, key: str, part: str = "") -> dict[str, Any]:
    found = programmes.programme(key)
    playbook = programmes.current_playbook(found.pk)
    part = part or request.GET.get("part", "")
    part = part if part in ("members", "loads", "playbook") else "coverage"
    running, base = found.stopped_at is None, reverse("console:programme", args=[key])
    labels = (("coverage", _("Coverage")), ("loads", _("Loads")), ("playbook", _("Playbook")))
    parts = [{"label": label, "url": f"{base}?part={one}", "active": one == part} for one, label in labels]
    parts.insert(1, {"label": _("Served"), "url": reverse("console:members", args=[key]), "active": part == "members"})
    if playbook.forms:
        parts.append({"label": _("Forms"), "url": reverse("console:programme_forms", args=[key]), "active": False})
    return {
        "programme": found,
        "playbook": playbook,
        "name": said(playbook.playbook.name),
        "most": playbook.stewards.most_subjects if playbook.stewards else 0,
        "part": part,
        "parts": parts,
        "may_print": running and request.actor.holds(*PRINTERS) and playbook.stewards is not None,
        "may_share": running and shown.may_share(request.actor) and playbook.stewards is not None,
        "may_stop": may_adopt(request.actor),
    }


@gate.roles(*EVERYBODY)
def gaps(request: Request, key: str) -> HttpResponse:
    """The names behind one number of the coverage: `?kind=` of subject and `?gap=`."""
    context = programme_context(request, key)
    found = shown.gaps(request.actor, context["programme"], context["playbook"], request.GET, at=request.at)
    if found is None:
        raise Problem(NOT_FOUND, what=gettext_noop("gap"), key=request.GET.get("gap", ""))
    return render(request, "console/programme/gaps.html", {**context, "gaps": found})


@gate.roles(*ASSIGNERS)
def share_out(request: Request, key: str) -> HttpResponse:
    """POST with `try` says what would change; with `apply` it is done."""
    context = programme_context(request, key)
    given = request.POST if request.method == "POST" else request.GET
    place_id = number_in(given.get("place", ""))
    context |= {"areas": choices.places(place_id), "level": bool(given.get("level"))}
    context["limits"] = shown.limits(context["playbook"], given, at=request.at)
    status = 200
    if request.method == "POST":
        try:
            sharing = _share(request, context["programme"].pk, place_id)
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
        else:
            if "apply" in request.POST:
                return _shared_out(request, key, sharing)
            context["sharing"] = shown.shared(sharing)
    return render(request, "console/programme/share.html", context, status=status)


def _share(request: Request, programme_id: int, place_id: int | None) -> actions.Sharing:
    return actions.share_out(
        request.actor,
        programme_id,
        place=registry.place(place_id) if place_id else None,
        dry_run="apply" not in request.POST,
        limits=shown.read_limits(request.POST),
        move_cost=LEVELLING if request.POST.get("level") else None,
        at=request.at,
    )


def _shared_out(request: Request, key: str, sharing: actions.Sharing) -> HttpResponse:
    words = _("Shared out: %(given)s given, %(moved)s moved, %(left)s left over.")
    facts = {"given": sharing.given, "moved": sharing.moved, "left": len(sharing.left)}
    messages.success(request, words % facts)
    return redirect("console:programme", key)


@gate.roles(*ASSIGNERS)
@tells_in_place
def hand_over(request: Request, key: str, officer_id: int) -> HttpResponse:
    """The whole caseload of one officer in this programme."""
    found = programmes.programme(key)
    former = history.officer(request.actor, officer_id)
    form = HandOverForm(sent(request), initial={"with_cases": True})
    form.fields["to"].widget = Suggesting(people.colleagues(request.actor, former))
    will = [_("All that %(name)s answers for goes over at once; the posts stay.") % {"name": former.name}]
    back = f"{reverse('console:programme', args=[key])}?part=loads"
    title = _("Hand over the caseload of %(name)s") % {"name": former.name}

    def do() -> str:
        done = hand_over_caseload(
            request.actor,
            officer_id,
            people.officer_called(request.POST.get("to", ""), "to").pk,
            programme_id=found.pk,
            reason=request.POST.get("reason", ""),
            with_cases=bool(request.POST.get("with_cases")),
            beyond_limit=bool(request.POST.get("beyond_limit")),
            at=request.at,
        )
        words = _("%(targets)s assignments and %(cases)s open cases went over.")
        return words % {"targets": done.caseload.moved, "cases": done.cases}

    return answer(request, Asking(title, _("Hand over"), form, back, will, icon="hand-over"), do)


urlpatterns = [
    path("programmes/", programme_list, name="programmes"),
    path("programmes/<slug:key>/", programme, name="programme"),
    path("programmes/<slug:key>/gaps/", gaps, name="gaps"),
    path("programmes/<slug:key>/share-out/", share_out, name="share_out"),
    path("programmes/<slug:key>/hand-over/<int:officer_id>/", hand_over, name="hand_over"),
]
