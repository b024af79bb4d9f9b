"""Writing a playbook at the desk: begun from scratch or as a copy, checked line by line, played, rehearsed, adopted."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions.rehearsals import order_rehearsal
from guanjia.cases.queries.rehearsed import rehearsal_of
from guanjia.console.asking import read_id
from guanjia.console.panels import is_part, tells_in_place
from guanjia.console.viewmodels import drafts as shown
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import actions
from guanjia.programmes import queries as programmes

REVISION = gettext_noop("Revision")


@gate.roles(Role.ADMINISTRATOR)
def draft_list(request: Request) -> HttpResponse:
    """POST begins one: `key`, and `origin` as `actions.begin_draft` takes it."""
    problem, status = None, 200
    if request.method == "POST":
        key, origin = request.POST.get("key", "").strip(), request.POST.get("origin", "")
        try:
            made = actions.begin_draft(request.actor, key=key, origin=origin, at=request.at)
        except Problem as refused:
            problem, status = spoken(refused), refused.status
        else:
            return redirect("console:draft", made.pk)
    page = programmes.playbook_drafts(request.actor, cursor=request.GET.get("cursor"), size=shown.SIZE)
    context = {"page": page, "origins": shown.origins(request.POST.get("origin", "")), "problem": problem}
    return render(request, "console/drafts/list.html", context, status=status)


@gate.roles(Role.ADMINISTRATOR)
def draft(request: Request, draft_id: int) -> HttpResponse:
    """`?file=` which file of it. POST saves the text that was sent and then does what `do` says; what was typed is
    shown again where it is refused."""
    problem, status, typed = None, 200, None
    if request.method == "POST":
        try:
            return _done(request, draft_id)
        except Problem as refused:
            problem, status, typed = spoken(refused), refused.status, request.POST.get("text")
    found = programmes.playbook_draft(request.actor, draft_id)
    rehearsal = rehearsal_of(request.actor, draft_id)
    if is_part(request) and request.method == "GET":
        return render(request, "console/drafts/rehearsal.html", {"rehearsal": shown.rehearsal(rehearsal)})
    given = request.POST if request.method == "POST" else request.GET
    page = shown.editor(found, given.get("file", ""), typed, rehearsal)
    return render(request, "console/drafts/draft.html", {"page": page, "problem": problem}, status=status)


def _done(request: Request, draft_id: int) -> HttpResponse:
    what, name = request.POST.get("do", ""), request.POST.get("file", "")
    if what not in DOES:
        raise Problem(INVALID, field="do", field_label=gettext_noop("What to do"), why=what)
    seen = read_id(request.POST, "seen", REVISION)
    if what == "discard":
        actions.discard_draft(request.actor, draft_id, seen=seen, at=request.at)
        messages.success(request, _("The draft was thrown away."))
        return redirect("console:drafts")
    text, add = request.POST.get("text"), request.POST.get("add", "").strip() if what == "add" else ""
    files = {name: text} if text is not None else {}
    saved = actions.save_draft(request.actor, draft_id, files, seen=seen, add=add, at=request.at)
    return DOES[what](request, saved.pk, saved.revision, add or name)


def _go_on(request: Request, draft_id: int, revision: int, name: str) -> HttpResponse:
    return redirect(f"{reverse('console:draft', args=[draft_id])}?file={name}")


def _rehearse(request: Request, draft_id: int, revision: int, name: str) -> HttpResponse:
    order_rehearsal(request.actor, draft_id, request.POST.get("programme", ""), at=request.at)
    return redirect(f"{reverse('console:draft', args=[draft_id])}#rehearsal")


def _adopt(request: Request, draft_id: int, revision: int, name: str) -> HttpResponse:
    version = actions.adopt_draft(request.actor, draft_id, seen=revision, at=request.at)
    messages.success(request, _("Adopted: new requests follow version %(version)s.") % {"version": version.version})
    return redirect("console:programme", version.programme.key)


DOES: dict[str, Callable[[Request, int, int, str], HttpResponse]] = {
    "save": _go_on,
    "add": _go_on,
    "rehearse": _rehearse,
    "adopt": _adopt,
    "discard": _go_on,
}


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def check_draft(request: Request, draft_id: int) -> HttpResponse:
    """POST: what is wrong with the text as it is being typed. Nothing is saved."""
    found = programmes.playbook_draft(request.actor, draft_id)
    page = shown.checked(found, request.POST.get("file", ""), request.POST.get("text", ""))
    return render(request, "console/drafts/findings.html", {"page": page, "live": True})


urlpatterns = [
    path("drafts/", draft_list, name="drafts"),
    path("drafts/<int:draft_id>/", draft, name="draft"),
    path("drafts/<int:draft_id>/check/", check_draft, name="check_draft"),
]
