"""Looking one's request up, and what one can do about it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from guanjia.access import gate
from guanjia.access.queries import who_opened
from guanjia.access.requests import Request
from guanjia.access.rules import PURPOSES
from guanjia.cases import uploads
from guanjia.cases.actions.act import act
from guanjia.cases.actions.receiving import settled_number
from guanjia.cases.problems import WRONG_PROOF
from guanjia.cases.queries.callers import asker as contact_of
from guanjia.cases.queries.page import why
from guanjia.cases.queries.public import find_by_proof, was_done
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.notices import actions, queries
from guanjia.playbook.due import NOTE_WORDS
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS
from guanjia.portal import limits, tracking
from guanjia.portal.fields import put_on, refusal
from guanjia.portal.forms import HERE, HearingForm, RateForm, SayForm, TrackForm
from guanjia.portal.matter import check_count
from guanjia.portal.pages import page, private
from guanjia.portal.spoken import PROMISES, STATES
from guanjia.portal.tracking import Tracked, open_tracked
from guanjia.ui.documents import answer_with

_GET_POST = ("GET", "HEAD", "POST")
#: verb → title, what it means, label of the words (empty: none wanted), button, said afterwards.
ACTS: dict[str, dict[str, Any]] = {
    "answer": {
        "title": gettext_lazy("Answer the question"),
        "will": gettext_lazy("Work goes on as soon as you have answered."),
        "label": gettext_lazy("Your answer"),
        "photos": True,
        "icon": "message",
        "done": gettext_lazy("Thank you. Your answer has been passed on, and work goes on."),
    },
    "add": {
        "title": gettext_lazy("Add something"),
        "will": gettext_lazy("Whoever works on it sees it at once."),
        "label": gettext_lazy("What you want to add"),
        "photos": True,
        "icon": "plus",
        "done": gettext_lazy("It was added."),
    },
    "call": {
        "title": gettext_lazy("Ask somebody to come at once"),
        "will": gettext_lazy("Whoever has your request is called to you. In danger ring 110, 119 or 120 first."),
        "label": "",
        "icon": "walk",
        "done": gettext_lazy("They have been called."),
    },
    "urge": {
        "title": gettext_lazy("Urge"),
        "will": gettext_lazy("The people in charge must answer you, and it is on record."),
        "label": gettext_lazy("What do you want to say to them?"),
        "icon": "urge",
        "done": gettext_lazy("They have been urged and must answer."),
    },
    "contest": {
        "title": gettext_lazy("I do not agree with the result"),
        "will": gettext_lazy("The request is opened again and has to be dealt with once more."),
        "label": gettext_lazy("What is not right?"),
        "icon": "redo",
        "done": gettext_lazy("It is open again. Those in charge have to deal with it once more."),
    },
    "withdraw": {
        "title": gettext_lazy("Withdraw"),
        "will": gettext_lazy("If nobody else asked the same, the request is closed. You can ask again at any time."),
        "label": gettext_lazy("Why, if you like to say"),
        "optional": True,
        "danger": True,
        "icon": "close",
        "done": gettext_lazy("Your request is withdrawn."),
    },
}


@gate.public
@require_http_methods(_GET_POST)
def track(request: Request) -> HttpResponse:
    form = TrackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("portal:track_link", _proven(request, **form.cleaned_data))
        except Problem as problem:
            put_on(form, problem)
    return private(page(request, "track", {"form": form}, status=422 if form.errors else 200))


def _proven(request: Request, number: str, last4: str) -> str:
    """A token for this sitting. A miss is counted against the address and against the number."""
    parsed = parse_ledger_number(number)
    of = f"{parsed[0]}-{parsed[1]}" if parsed else "none"
    limits.check(request, limits.GUESSING)
    limits.check(request, limits.GUESSING_ONE, of)
    try:
        case, contact_id = find_by_proof(settled_number(number, at=request.at), last4)
        if case.sealed_to_id is not None:
            raise Problem(WRONG_PROOF, field="number")
    except Problem:
        limits.spend(request, limits.GUESSING)
        if parsed:
            limits.spend(request, limits.GUESSING_ONE, of)
        raise
    return tracking.link_for(request, case.pk, contact_id, tracking.SITTING)


@gate.public
@require_http_methods(_GET_POST)
def track_link(request: Request, token: str) -> HttpResponse:
    """The request as its asker sees it. POST rates the result."""
    tracked = open_tracked(request, token)
    if request.method == "POST":
        form = RateForm(request.POST)
        if form.is_valid():
            try:
                _rate(request, tracked, form.cleaned_data)
                messages.success(request, _("Thank you. Your word is on record."))
                return redirect("portal:track_link", token)
            except Problem as problem:
                put_on(form, problem)
    else:
        form = RateForm(initial={"key": get_random_string(20), "seen": tracked.page.state.seq})
    return private(page(request, "track_case", _case_context(tracked, form), status=422 if form.errors else 200))


def _rate(request: Request, tracked: Tracked, values: dict[str, Any]) -> None:
    act(
        tracking.asker(request, tracked.contact_id),
        tracked.page.case.pk,
        "follow_up",
        {
            "asker": tracked.contact_id,
            "solved": values["solved"],
            "satisfaction": values["satisfaction"],
            "comment": values["text"],
        },
        at=request.at,
        seen=values["seen"],
        key=_key(values),
    )


def _key(values: dict[str, Any], files: Sequence[UploadedFile] = ()) -> str | None:
    """The form's own, and what was written into it: pressed twice it is one act; changed and sent again, another."""
    if not values["key"]:
        return None
    said = repr((sorted(values.items(), key=str), [(file.name, file.size) for file in files]))
    return f"web:{values['key']}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _case_context(tracked: Tracked, form: forms.Form) -> dict[str, Any]:
    state, promise, result = tracked.page.state, tracked.promise, tracked.result
    return {
        "tracked": tracked,
        "token": tracked.token,
        "case": tracked.page.case,
        "state_text": _(STATES[str(state.status)]),
        "outcome": _(OUTCOME_LABELS[state.outcome]) if state.outcome else "",
        "form": form,
        "story": tracking.story(tracked),
        "result": result,
        "result_photos": tracking.photos_of(tracked, result),
        "promise": promise,
        "promise_text": _(PROMISES[promise.kind]) if promise else "",
        "promise_chip": tracking.chip(promise, tracked.at) if promise else None,
        "own_photos": tracking.photos_of(tracked, tracked.page.timeline[0]) if tracked.is_first else [],
        # The question stands above with its own button.
        "acts": [{"verb": verb, **ACTS[verb]} for verb in tracked.acts if verb != "answer"],
        "category": tracked.page.playbook.category(tracked.page.case.category),
    }


@gate.public
@require_http_methods(_GET_POST)
def track_act(request: Request, token: str, verb: str) -> HttpResponse:
    """One verb on a page of its own."""
    tracked = open_tracked(request, token)
    if verb not in tracked.acts and not _sent_before(request, tracked, verb):
        raise Problem(NOT_FOUND, what=_("step"), key="")
    says = ACTS[verb]
    wanted = bool(says["label"]) and not says.get("optional")
    form = SayForm(
        request.POST or None,
        initial={"key": get_random_string(20)},
        label=says["label"],
        required=wanted,
    )
    photo_error = ""
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, tracked, verb, form.cleaned_data)
            messages.success(request, says["done"])
            return redirect("portal:home") if verb == "withdraw" else redirect("portal:track_link", token)
        except Problem as problem:
            photo_error = str(refusal(problem).message) if problem.field == "files" else ""
            if not photo_error:
                put_on(form, problem, reason="text", comment="text")
    context = {"tracked": tracked, "token": token, "form": form, "verb": verb, "photo_error": photo_error}
    status = 422 if form.errors or photo_error else 200
    return private(page(request, "track_act", {**context, **says}, status=status))


def _sent_before(request: Request, tracked: Tracked, verb: str) -> bool:
    """Whether this very form came through already, as when a slow page is pressed twice."""
    form = SayForm(request.POST, required=False)
    if request.method != "POST" or verb not in ACTS or not form.is_valid():
        return False
    return was_done(tracked.page.case.pk, _key(form.cleaned_data, request.FILES.getlist("photos")))


def _do(request: Request, tracked: Tracked, verb: str, values: dict[str, Any]) -> None:
    """The verb takes of these what it asks for."""
    actor, text = tracking.asker(request, tracked.contact_id), values["text"]
    data = {"asker": tracked.contact_id, "text": text, "reason": text, "comment": text}
    files = request.FILES.getlist("photos")
    if files and ACTS[verb].get("photos"):
        limits.spend(request, limits.UPLOADING)
        check_count(len(files))
        taken = uploads.take_in(actor, files, case=tracked.page.case, at=request.at)
        data["evidence"] = [document.pk for document in taken]
    act(actor, tracked.page.case.pk, verb, data, at=request.at, key=_key(values, files))


@gate.public
@require_safe
def track_why(request: Request, token: str) -> HttpResponse:
    """Each date that is promised, with every day that counts and every day that does not."""
    tracked = open_tracked(request, token)
    actor = tracking.asker(request, tracked.contact_id)
    dates = [
        {
            "promise": _(PROMISES[clock.kind]),
            "clock": clock,
            "due": due,
            "days": [{"step": step, "note": _(NOTE_WORDS[step.note])} for step in due.steps],
        }
        for clock, due in why(actor, tracked.page.case.pk)
    ]
    return private(page(request, "track_why", {"tracked": tracked, "token": token, "dates": dates}))


#: What was opened of a person, by the column's name.
_OPENED = {
    "name": gettext_lazy("Your name"),
    "phone": gettext_lazy("Your phone"),
    "email": gettext_lazy("Your e-mail"),
    "address": gettext_lazy("Your address"),
}


@gate.public
@require_safe
def track_readers(request: Request, token: str) -> HttpResponse:
    """Who opened one's name or phone, when, and what for."""
    tracked = open_tracked(request, token)
    actor = tracking.asker(request, tracked.contact_id)
    contact = contact_of(actor, tracked.page.case.pk, tracked.contact_id)
    found = who_opened(actor, contact, cursor=request.GET.get("cursor"), size=30)
    rows = [
        {"read": read, "what": _OPENED.get(read.field, read.field), "purpose": _(PURPOSES.get(read.purpose, ""))}
        for read in found.rows
    ]
    return private(page(request, "track_readers", {"tracked": tracked, "token": token, "page": found, "rows": rows}))


@gate.public
@require_http_methods(_GET_POST)
def track_hearing(request: Request, token: str) -> HttpResponse:
    """How one is told of news: by which way, in which language, and when not."""
    tracked = open_tracked(request, token)
    actor = tracking.asker(request, tracked.contact_id)
    now = queries.hearing(actor)
    first = {**asdict(now), "way": now.way or HERE, "language": now.language or settings.LANGUAGE_CODE}
    form = HearingForm(request.POST or None, initial=first, ways=now.ways)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_way(actor, **form.cleaned_data, at=request.at)
            messages.success(request, _("Saved. That is how we tell you from now on."))
            return redirect("portal:track_link", token)
        except Problem as problem:
            put_on(form, problem)
    context = {"tracked": tracked, "token": token, "form": form, "unset": _unset(now.ways)}
    return private(page(request, "track_hearing", context, status=422 if form.errors else 200))


def _unset(ways: Collection[str]) -> bool:
    """Whether the district cannot send by any of these ways yet."""
    there = queries.channels_set()
    return not any(there[way] for way in ways)


@gate.public
@require_safe
def track_document(request: Request, token: str, document_id: int) -> FileResponse:
    """A photo of one's own request; `?small=1` the small one."""
    tracked = open_tracked(request, token)
    return answer_with(tracking.document_of(tracked, document_id), small="small" in request.GET)
