"""Routed in a demo only."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.models import Case
from guanjia.demo import backstage
from guanjia.demo.early import let_run_out
from guanjia.demo.problems import NOBODY_NEXT
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop


@gate.public
@require_safe
def stage(request: Request) -> HttpResponse:
    """`?q=` a number, or an address in which it stands."""
    asked = request.GET.get("q", "")
    case = backstage.find(asked)
    page, sent = backstage.messages(case, cursor=request.GET.get("cursor"))
    context = {
        "asked": asked,
        "one": backstage.shown(case) if case is not None else None,
        "next": backstage.next_account(case) if case is not None else None,
        "places": backstage.places() if case is None else [],
        "latest": backstage.latest() if case is None else [],
        "page": page,
        "sent": sent,
    }
    return render(request, "demo/backstage.html", context)


@gate.public
@require_POST
def run_out(request: Request, number: str) -> HttpResponse:
    case = _case(number)
    let_run_out(case.pk, at=request.at)
    messages.success(request, _("The limit has ended. See what the ledger says now."))
    return redirect(f"{reverse('demo:backstage')}?q={case.number}")


@gate.public
@require_POST
def act_as_next(request: Request, number: str) -> HttpResponse:
    """One click signs in as whoever is next. All of them are invented."""
    case = _case(number)
    account = backstage.next_account(case)
    if account is None:
        raise Problem(NOBODY_NEXT)
    if request.user.is_authenticated:
        request.session.flush()
    return perform_login(request, account, redirect_url=reverse("console:case", args=[case.number]))


def _case(number: str) -> Case:
    case = backstage.find(number)
    if case is None:
        raise Problem(NOT_FOUND, what=gettext_noop("case"), key=number)
    return case
