"""Visits: the round of today, the page for the stairwell, dated tasks, and how far each programme is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.uploads import take_in
from guanjia.console.asking import read_day, read_id
from guanjia.console.map import GEOJSON
from guanjia.console.navigation import SEES_CASES
from guanjia.console.panels import came_from, wants_json
from guanjia.console.viewmodels import visits as shown
from guanjia.console.viewmodels.filling import kept_words
from guanjia.console.viewmodels.forms import fresh_key
from guanjia.console.viewmodels.months import month_of, weekday_names, weeks
from guanjia.fieldwork.actions.tasks import finish_task
from guanjia.fieldwork.actions.visits import drop_plan, plan_visit, record_visit
from guanjia.fieldwork.policy import FIELD
from guanjia.fieldwork.queries import tasks as dated
from guanjia.fieldwork.queries import visits as going
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.registry.policy import BUSINESS_READERS

SIZE = 50


def _tabs(here: str) -> list[dict[str, Any]]:
    parts = (("visits", _("Today's round")), ("tasks", _("Tasks")), ("visited", _("Visits made")))
    return [{"label": label, "url": reverse(f"console:{one}"), "active": one == here} for one, label in parts]


@gate.roles(*FIELD)
def visits(request: Request) -> HttpResponse:
    """Where to go today, in the order of walking."""
    found = going.my_round(request.actor, on=localdate(request.at))
    context = {"tabs": _tabs("visits"), "stops": shown.stops(found), "owed": found.owed}
    context["conduct"] = shown.conduct(found)
    context["cares"] = request.actor.holds(Role.STEWARD)
    return render(request, "console/visits/round.html", context)


@gate.roles(*FIELD)
@cache_control(private=True, no_store=True)
def route(request: Request) -> HttpResponse:
    """GeoJSON of the round: its stops, with `?way` the line between them."""
    found = going.my_round(request.actor, on=localdate(request.at))
    drawn = shown.way(found) if "way" in request.GET else shown.route(found)
    return JsonResponse(drawn, content_type=GEOJSON)


@gate.roles(*FIELD)
def visit(request: Request, subject_id: int) -> HttpResponse:
    """One door. POST writes the visit down; `?programme=` chooses among those that serve them."""
    status, problem = 200, None
    if request.method == "POST":
        try:
            return _recorded(request, subject_id)
        except Problem as refused:
            problem, status = spoken(refused), refused.status
        if wants_json(request):
            return JsonResponse(problem, status=status)
    given = request.POST if request.method == "POST" else request.GET
    context = {
        "door": shown.door(request.actor, subject_id, given.get("programme", ""), at=request.at),
        "given": given,
        "ticked": given.getlist("task"),
        "problem": problem,
        "key": request.POST.get("key") or fresh_key(),
        "today": localdate(request.at),
        "words": kept_words(),
    }
    return render(request, "console/visits/visit.html", context, status=status)


def _recorded(request: Request, subject_id: int) -> HttpResponse:
    files = request.FILES.getlist("photos") if request.POST.get("text", "").strip() else []
    documents = take_in(request.actor, files, case=None, at=request.at) if files else []
    new = shown.read_visit(request.POST, subject_id, [document.pk for document in documents], at=request.at)
    made = record_visit(request.actor, new, at=request.at)
    numbers = ", ".join(one.case.number for one in made.raised.select_related("case"))
    words = _("Written down. Case %(numbers)s has been raised.") if numbers else _("Written down.")
    messages.success(request, words % {"numbers": numbers})
    if wants_json(request):
        return JsonResponse({"url": reverse("console:visits")}, status=201)
    return redirect("console:visits")


@gate.roles(*FIELD)
@require_POST
def plan(request: Request, subject_id: int) -> HttpResponse:
    """Put them on the round of a day."""
    try:
        on = read_day(request.POST, "on", gettext_noop("Day"), required=True)
        assert on is not None, "a required day"
        programme, reason = request.POST.get("programme", ""), request.POST.get("reason") or "cadence"
        plan_visit(request.actor, programme, subject_id, on=on, reason=reason, at=request.at)
        messages.success(request, _("It stands on your round."))
    except Problem as problem:
        told = spoken(problem)
        messages.error(request, f"{told['message']} {told['todo']}")
    return redirect("console:visit", subject_id)


@gate.roles(*FIELD)
@require_POST
def drop(request: Request, visit_id: int) -> HttpResponse:
    drop_plan(request.actor, visit_id, at=request.at)
    messages.success(request, _("It is off your round."))
    return redirect("console:visits")


@gate.roles(*SEES_CASES)
def tasks(request: Request) -> HttpResponse:
    """`?state=` open (first), late, closed; `?month=2026-03` as a calendar; `?day=2026-03-31` what is due then. POST
    `task` ends one."""
    if request.method == "POST":
        finish_task(request.actor, read_id(request.POST, "task", gettext_noop("Task")), at=request.at)
        messages.success(request, _("Done."))
        return redirect(came_from(request) or "console:tasks")
    context = {
        "tabs": _tabs("tasks") if request.actor.holds(*FIELD) else [],
        "today": localdate(request.at),
        **(_month(request) if "month" in request.GET else _listed(request)),
    }
    return render(request, "console/visits/tasks.html", context)


def _states(state: str) -> list[dict[str, Any]]:
    labels = {"open": _("Open"), "late": _("Overdue"), "closed": _("Ended")}
    states = [{"label": labels[one], "url": f"?state={one}", "active": one == state} for one in dated.STATES]
    return [*states, {"label": _("Calendar"), "url": "?month=", "active": state == "month"}]


def _month(request: Request) -> dict[str, Any]:
    today = localdate(request.at)
    month = month_of(request.GET["month"], today, ahead=True)
    due = dated.due_by_day(request.actor, first=month.first, after=month.after)
    return {"states": _states("month"), "month": month, "weeks": weeks(month, due, today), "names": weekday_names()}


def _listed(request: Request) -> dict[str, Any]:
    due, state = read_day(request.GET, "day", gettext_noop("Day")), request.GET.get("state", "open")
    state = "month" if due else state if state in dated.STATES else "open"
    page = dated.mine(
        request.actor,
        state=state,
        due=due,
        on=localdate(request.at),
        cursor=request.GET.get("cursor"),
        size=SIZE,
    )
    rows = [(one, shown.task_name(one), one.key == shown.VISIT) for one in page.rows]
    return {"states": _states(state), "day": due, "page": page, "rows": rows}


@gate.roles(*BUSINESS_READERS)
def visited(request: Request) -> HttpResponse:
    """Visits made to those whose cards one may read, the latest first."""
    page = going.visits(request.actor, cursor=request.GET.get("cursor"), size=SIZE)
    rows = [(one, *shown.OUTCOMES[one.outcome]) for one in page.rows]
    context = {"tabs": _tabs("visited") if request.actor.holds(*FIELD) else [], "page": page, "rows": rows}
    return render(request, "console/visits/visited.html", context)


urlpatterns = [
    path("visits/", visits, name="visits"),
    path("visits/route/", route, name="route"),
    path("visits/tasks/", tasks, name="tasks"),
    path("visits/made/", visited, name="visited"),
    path("visits/<int:subject_id>/", visit, name="visit"),
    path("visits/<int:subject_id>/plan/", plan, name="plan_visit"),
    path("visits/planned/<int:visit_id>/drop/", drop, name="drop_visit"),
]
