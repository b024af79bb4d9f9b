"""Asking: one question a page, each answer kept until the last page sends them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.portal import drafts as drafting
from guanjia.portal import limits, matter, stewards, tracking
from guanjia.portal.drafts import Draft
from guanjia.portal.fields import put_on, refusal
from guanjia.portal.forms import CheckForm, WhatForm, WhereForm, WhoForm
from guanjia.portal.pages import page, private, shown_title, told
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.ui.documents import answer_with

STEPS = (("what", _("What")), ("where", _("Where")), ("who", _("You")), ("check", _("Check")))
_GET_POST = ("GET", "HEAD", "POST")


def _step(
    request: Request, draft: Draft | None, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of asking; the steps that were answered link back."""
    names = [key for key, _label in STEPS]
    steps = [
        {"label": label, **({"url": reverse(f"portal:ask_{key}", args=[draft.key])} if draft else {})}
        for key, label in STEPS
    ]
    full = {"steps": steps, "step": names.index(name) + 1, "draft": draft, "form_id": "ask", **context}
    return private(page(request, f"ask_{name}", full, status=status))


def _drafted(view: Callable[[Request, Draft], HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the draft that the address names; one that was sent leads to its receipt."""

    @wraps(view)
    def with_draft(request: Request, draft: str) -> HttpResponse:
        found = drafting.recall(request, draft)
        if found.sent and view.__name__ != "done":
            return redirect("portal:ask_done", draft)
        return view(request, found)

    return with_draft


def _on(request: Request, draft: Draft) -> HttpResponse:
    """Keep what was answered and go to the first question that was not."""
    drafting.keep(request, draft)
    return redirect(f"portal:ask_{draft.next_step}", draft.key)


@gate.public
@require_http_methods(_GET_POST)
def ask(request: Request) -> HttpResponse:
    """`?card=` a steward's card, `?place=` a grid, `?shop=` a business: where it is is then answered beforehand."""
    draft = drafting.begin(request, **_from_link(request.GET))
    if request.method == "POST":
        return _take_what(request, draft)
    return _what_page(request, None, WhatForm(), draft)


def _from_link(query: Mapping[str, str]) -> dict[str, Any]:
    if "card" in query:
        return _from_card(programmes.card_of(query["card"]))
    if (place_id := number_in(query.get("place", ""))) is not None:
        return {"card_place_id": stewards.current_place(place_id)}
    shop = number_in(query.get("shop", ""))
    if shop is not None and registry.business_called(shop):
        return {"how": "shop", "subject_id": shop}
    return {}


def _from_card(card: Any) -> dict[str, Any]:
    of = {"channel": "card", "programme": card.programme.key}
    if card.subject_id is None:
        return {**of, "card_place_id": stewards.current_place(card.place_id)}
    return {**of, "how": "shop", "subject_id": card.subject_id} if registry.business_called(card.subject_id) else of


@gate.public
@require_http_methods(_GET_POST)
@_drafted
def what(request: Request, draft: Draft) -> HttpResponse:
    if request.method == "POST":
        return _take_what(request, draft)
    values = {"text": draft.text, "category": draft.category, "call": draft.call}
    return _what_page(request, draft, WhatForm(initial=values), draft)


def _take_what(request: Request, draft: Draft) -> HttpResponse:
    form = WhatForm(request.POST)
    photo_error = _take_photos(request, draft)
    if form.is_valid() and not photo_error:
        draft.text, draft.call = form.cleaned_data["text"], form.cleaned_data["call"]
        draft.category = form.cleaned_data["category"]
        return _on(request, draft)
    if draft.documents:
        drafting.keep(request, draft)
    return _what_page(request, draft if draft.documents else None, form, draft, photo_error=photo_error, status=422)


def _take_photos(request: Request, draft: Draft) -> str:
    files = request.FILES.getlist("photos")
    try:
        if files:
            limits.spend(request, limits.UPLOADING)
        matter.take_photos(draft, files, request.POST.getlist("kept"), at=request.at)
    except Problem as problem:
        return str(refusal(problem).message)
    return ""


def _what_page(
    request: Request, kept: Draft | None, form: WhatForm, draft: Draft, *, photo_error: str = "", status: int = 200
) -> HttpResponse:
    _id, playbook = matter.asked_under(draft.programme)
    problems = [{"text": photo_error, "field": "id_photos"}] if photo_error else []
    action = reverse("portal:ask_what", args=[kept.key]) if kept else request.get_full_path()
    context = {
        "form": form,
        "action": action,
        "photo_error": photo_error,
        "problems": problems,
        "room": matter.PHOTOS - len(draft.documents),
        "documents": draft.documents,
        "may_call": matter.comes_at_once(playbook),
        "programme": draft.programme,
        "steward": stewards.of_draft(draft, at=request.at),
    }
    return _step(request, kept, "what", context, status=status)


@gate.public
@require_POST
def suggest(request: Request) -> HttpResponse:
    """What kind of matter the words so far speak of, while they are typed. By POST: they belong into no address."""
    limits.spend(request, limits.SUGGESTING)
    _id, playbook = matter.asked_under(request.GET.get("programme", ""))
    text = request.POST.get("text", "")[:1000]
    found = matter.spoken_of(playbook, text)
    options = [{"key": key, "name": told(category.name)} for key in found if (category := playbook.category(key))]
    return private(page(request, "ask_suggest", {"options": options, "chosen": request.POST.get("category", "")}))


@gate.public
@require_http_methods(_GET_POST)
@_drafted
def where(request: Request, draft: Draft) -> HttpResponse:
    has_card = draft.card_place_id is not None
    if request.method != "POST":
        return _where_page(request, draft, WhereForm(initial=_where_so_far(draft), card=has_card))
    form = WhereForm(request.POST, card=has_card)
    choices: Sequence[Any] = ()
    if form.is_valid():
        try:
            _answer_where(request, draft, form.cleaned_data)
            return _on(request, draft)
        except Problem as problem:
            choices = problem.params.get("choices", ())
            put_on(form, problem)
    return _where_page(request, draft, form, choices=choices, status=422)


def _answer_where(request: Request, draft: Draft, values: Mapping[str, Any]) -> None:
    if values["how"] == "here":
        matter.check_point(values["place_lng"], values["place_lat"], request.at)
    if values["how"] == "shop":
        limits.spend(request, limits.FINDING)
        draft.subject_id = matter.business_of(values["shop"], values["subject"])
    draft.how, draft.address = values["how"], values["address"]
    draft.lat, draft.lng = values["place_lat"], values["place_lng"]


def _where_so_far(draft: Draft) -> dict[str, Any]:
    business = registry.business_called(draft.subject_id) if draft.subject_id else None
    return {
        "how": draft.how or ("card" if draft.card_place_id else "address"),
        "address": draft.address,
        "place_lat": draft.lat,
        "place_lng": draft.lng,
        "shop": business.name if business else "",
        "subject": draft.subject_id,
    }


def _where_page(
    request: Request, draft: Draft, form: WhereForm, *, choices: Sequence[Any] = (), status: int = 200
) -> HttpResponse:
    card_place = registry.place(draft.card_place_id) if draft.card_place_id else None
    context = {"form": form, "choices": choices, "card_place": card_place, "how": form["how"].value()}
    return _step(request, draft, "where", context, status=status)


@gate.public
@require_http_methods(_GET_POST)
@_drafted
def who(request: Request, draft: Draft) -> HttpResponse:
    given = {"phone": draft.phone, "name": draft.name, "anonymous": draft.anonymous}
    form = WhoForm(request.POST or None, initial={**given, "public": "yes" if draft.public else "no"})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft.anonymous = values["anonymous"]
        draft.phone, draft.name = ("", "") if draft.anonymous else (values["phone"], values["name"])
        draft.public = values["public"] == "yes"
        return _on(request, draft)
    _id, playbook = matter.asked_under(draft.programme)
    context = {"form": form, "keep_days": playbook.retention.personal_data.amount}
    return _step(request, draft, "who", context, status=422 if form.errors else 200)


@gate.public
@require_http_methods(_GET_POST)
@_drafted
def check(request: Request, draft: Draft) -> HttpResponse:
    if draft.next_step != "check":
        return redirect(f"portal:ask_{draft.next_step}", draft.key)
    _id, playbook = matter.asked_under(draft.programme)
    likely = matter.suggested(playbook, draft.text)
    form = CheckForm(request.POST or None, playbook=playbook, initial={"category": draft.category or likely[0]})
    if request.method == "POST" and form.is_valid():
        try:
            draft.check_pace(request.at)
            limits.spend(request, limits.ASKING)
            matter.send(draft, form.cleaned_data["category"], form.cleaned_data["join"], at=request.at)
            drafting.forget(request, draft)
            return redirect("portal:ask_done", draft.key)
        except Problem as problem:
            put_on(form, problem)
    return _check_page(request, draft, form)


def _check_page(request: Request, draft: Draft, form: CheckForm) -> HttpResponse:
    spot = matter.spot_of(draft, request.at)
    category = form["category"].value()
    context = {
        "form": form,
        "spot": spot,
        "similar": [
            {"case": one.case, "title": shown_title(one.case.title), "same": one.same}
            for one in matter.alike(draft, spot, category, request.at)
        ],
    }
    return _step(request, draft, "check", context, status=422 if form.errors else 200)


@gate.public
@require_safe
@_drafted
def done(request: Request, draft: Draft) -> HttpResponse:
    """The receipt: number, who has it, by when, and the link to come back by."""
    if not draft.sent:
        return redirect(f"portal:ask_{draft.next_step}", draft.key)
    context: dict[str, Any] = {"draft": draft}
    if draft.contact_id is not None and not draft.known and not draft.sealed:
        context |= tracking.receipt(request, draft.case_id or 0, draft.contact_id)
    return private(page(request, "ask_done", context))


@gate.public
@require_safe
def photo(request: Request, draft: str, document_id: int) -> FileResponse | HttpResponse:
    """A photo of a request that is still being written, for the browser that sent it."""
    found = drafting.recall(request, draft)
    return answer_with(matter.photo_of(found, document_id), small=True)
