"""Forms at the door: filling one in, with the network or without; answers; corrections of cards; one's field app."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia import ui
from guanjia.access import actions as access
from guanjia.access import gate
from guanjia.access import queries as accounts
from guanjia.access.requests import Request
from guanjia.cases.problems import HAPPENS_LATER
from guanjia.console.navigation import CARD_KEEPERS, EVERYBODY
from guanjia.console.panels import wants_json
from guanjia.console.programme import programme_context
from guanjia.console.viewmodels import filling
from guanjia.console.viewmodels import forms_shown as shown
from guanjia.console.viewmodels.months import month_of
from guanjia.fieldwork.actions.answering import NewAnswer, decide_correction, record_answer
from guanjia.fieldwork.policy import FIELD
from guanjia.fieldwork.publishing import Published
from guanjia.fieldwork.queries import forms as queries
from guanjia.fieldwork.rules.answers import MOST_REPETITIONS, Sheet, sheet_from_fields
from guanjia.fieldwork.rules.instances import is_instance_id, moment_of
from guanjia.kernel.actor import Role
from guanjia.kernel.cleaning import clean_moment, number_in
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes
from guanjia.ui.documents import answer_with

READERS = (*FIELD, Role.SUPERVISOR)


@gate.roles(*FIELD)
def fill(request: Request, programme: str, form_key: str, target_id: int) -> HttpResponse:
    """GET shows it; POST stores it, or adds or removes a repetition where there is no script."""
    form = form_to_fill(request, programme, form_key)
    prepared = queries.prepared(request.actor, form, target_id, at=request.at)
    problem = None
    if request.method == "POST":
        sheet = sheet_from_fields(form.form, dict(request.POST.lists()), localdate(request.at), known=prepared.masked)
        prepared = queries.Prepared(form, prepared.target, sheet, prepared.masked)
        if not _repeats(request, sheet):
            try:
                return _stored(request, prepared)
            except Problem as refused:
                problem = refused
    if problem is not None and wants_json(request):
        return JsonResponse(_told(problem), status=problem.status)
    context = filling.page_of(prepared, problem=problem) | {
        "instance": request.POST.get("instance") or f"uuid:{uuid4()}",
        "begun": request.POST.get("begun") or request.at.isoformat(),
        "sent": request.method == "POST",
        "engine_url": reverse("console:fill_odk", args=[programme, form_key, target_id]),
        "other": problem.params.get("other") if problem else None,
        "on_paper": request.POST.get("on_paper", ""),
        "latest": localtime(request.at).strftime("%Y-%m-%dT%H:%M"),
    }
    return render(request, "console/forms/fill.html", context, status=problem.status if problem else 200)


def form_to_fill(request: Request, programme: str, form_key: str) -> Published:
    """Raises programme.stopped for one that is to be begun; what was begun before can still be sent."""
    found = programmes.programme(programme)
    if request.method != "POST":
        programmes.check_running(found.pk)
    return queries.form_of(found, form_key, at=request.at)


def _repeats(request: Request, sheet: Sheet) -> bool:
    """Whether a button without script asked for a repetition more or less."""
    for repeat in sheet.form.repeats:
        name = "/".join(repeat)
        if request.POST.get("add") == name:
            sheet.counts[repeat] = min(sheet.counts.get(repeat, 0) + 1, MOST_REPETITIONS)
            return True
        if request.POST.get("remove") == name and sheet.counts.get(repeat):
            sheet.counts[repeat] -= 1
            return True
    return False


def _stored(request: Request, prepared: queries.Prepared) -> HttpResponse:
    instance, published = request.POST.get("instance", ""), prepared.published
    if not is_instance_id(instance):
        raise Problem(INVALID, field_label=gettext_noop("Number of the answer"), why=instance[:40])
    begun = moment_of(request.POST.get("begun", ""), request.at)
    ended = max(moment_of(request.POST.get("ended", ""), request.at), begun)
    if (on_paper := _on_paper(request)) is not None:
        begun = ended = on_paper
    new = NewAnswer(
        instance,
        prepared.sheet,
        prepared.target.id,
        source="paper" if on_paper is not None else "browser",
        started_at=begun,
        ended_at=ended,
        language=get_language() or "zh",
        seen=_number(request, "seen"),
        files=filling.named_files(published.form, prepared.sheet, request.FILES),
    )
    answer, fresh = record_answer(request.actor, published, new, at=request.at)
    url = reverse("console:answer", args=[answer.pk])
    if wants_json(request):
        return JsonResponse({"url": url}, status=201 if fresh else 200)
    messages.success(request, _("The answer is stored."))
    return redirect(url)


def _on_paper(request: Request) -> datetime | None:
    """When it was answered on paper that is keyed in now. Raises field.invalid, case.happens_later."""
    label = gettext_noop("When it was filled in on paper")
    given = clean_moment(request.POST.get("on_paper", ""), field="on_paper", label=label)
    if given is not None and given > request.at:
        raise Problem(HAPPENS_LATER, field="on_paper")
    return given


def _told(problem: Problem) -> dict[str, Any]:
    other = problem.params.get("other")
    return {
        **spoken(problem),
        **({"other": other, "other_url": reverse("console:answer", args=[other])} if other else {}),
    }


def _number(request: Request, name: str) -> int | None:
    return number_in(request.POST.get(name) or request.GET.get(name) or "")


@gate.roles(*EVERYBODY, people=False)
def programme_forms(request: Request, key: str) -> HttpResponse:
    """The forms of a programme, and what they cost its stewards: `?month=2026-03`."""
    context = _in_forms(request, key)
    month = month_of(request.GET.get("month", ""), localdate(request.at))
    context |= shown.programme_forms(
        request.actor, context["programme"], month, at=request.at, cursor=request.GET.get("cursor")
    )
    return render(request, "console/forms/programme.html", context)


def _in_forms(request: Request, key: str) -> dict[str, Any]:
    """The frame of a programme, on its part about forms."""
    context, here = programme_context(request, key), reverse("console:programme_forms", args=[key])
    return context | {"parts": [{**one, "active": one["url"] == here} for one in context["parts"]]}


@gate.roles(*EVERYBODY, people=False)
def form_totals(request: Request, key: str, form_key: str) -> HttpResponse:
    """What was answered in a month, added up: `?month=2026-03`."""
    context = _in_forms(request, key)
    month = month_of(request.GET.get("month", ""), localdate(request.at))
    context |= shown.form_totals(request.actor, context["programme"], form_key, month, at=request.at)
    return render(request, "console/forms/totals.html", context)


@gate.roles(*READERS)
def answers(request: Request) -> HttpResponse:
    """`?programme=`, `?form=`, `?subject=`, `?place=`."""
    context = shown.answers(request.actor, request.GET, at=request.at)
    return render(request, "console/forms/answers.html", context)


@gate.roles(*READERS)
def answer(request: Request, answer_id: int) -> HttpResponse:
    given = queries.answer(request.actor, answer_id)
    return render(request, "console/forms/answer.html", shown.answer(given))


@gate.roles(*READERS)
def answer_file(request: Request, file_id: int) -> HttpResponseBase:
    return answer_with(queries.answer_file(request.actor, file_id), small="small" in request.GET)


@gate.roles(*CARD_KEEPERS)
def corrections(request: Request) -> HttpResponse:
    """What answers say otherwise than the cards. POST decides on one."""
    problem = None
    if request.method == "POST":
        try:
            granted = request.POST.get("granted") == "yes"
            decide_correction(request.actor, _number(request, "correction") or 0, granted=granted, at=request.at)
        except Problem as refused:
            problem = refused
        else:
            done = _("The card is corrected.") if granted else _("The card stays as it is.")
            messages.success(request, done)
            return redirect("console:corrections")
    context = shown.corrections(request.actor, cursor=request.GET.get("cursor"))
    context["problem"] = spoken(problem) if problem else None
    return render(request, "console/forms/corrections.html", context, status=problem.status if problem else 200)


@gate.roles(*FIELD)
def device(request: Request) -> HttpResponse:
    """One's own field app: POST makes a password, which this answer alone shows, or takes it back."""
    context: dict[str, Any] = {"server": request.build_absolute_uri("/api/openrosa")}
    if request.method == "POST" and "revoke" in request.POST:
        access.revoke_device_password(request.actor, at=request.at)
        return redirect("console:device")
    if request.method == "POST":
        context["clear"] = access.issue_device_password(request.actor, at=request.at)
    context |= {"password": accounts.device_password(request.actor), "username": request.user.get_username()}
    response = render(request, "console/forms/device.html", context)
    response["Cache-Control"] = "no-store"
    return response


@gate.public
def worker(request: Request) -> HttpResponse:
    """The script that keeps form pages on the device; from here, so that it may serve all of the desk."""
    script = Path(ui.__path__[0]) / "static/dist/worker.js"
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(script.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)


urlpatterns = [
    path("fill/<slug:programme>/<slug:form_key>/<int:target_id>/", fill, name="fill"),
    path("programmes/<slug:key>/forms/", programme_forms, name="programme_forms"),
    path("programmes/<slug:key>/forms/<slug:form_key>/", form_totals, name="form_totals"),
    path("answers/", answers, name="answers"),
    path("answers/<int:answer_id>/", answer, name="answer"),
    path("answers/files/<int:file_id>/", answer_file, name="answer_file"),
    path("corrections/", corrections, name="corrections"),
    path("me/device/", device, name="device"),
    path("worker.js", worker, name="worker"),
]
