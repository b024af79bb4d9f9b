"""One's notices, and how one wants to hear of things."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import read_ids
from guanjia.console.navigation import EVERYBODY
from guanjia.console.viewmodels import notices as shown
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.notices import actions


@gate.roles(*EVERYBODY)
def notices(request: Request) -> HttpResponse:
    """Newest first; `?unread=1` only those not read."""
    unread = bool(request.GET.get("unread"))
    page = shown.shown(request.actor, unread=unread, cursor=request.GET.get("cursor"))
    waiting = {"count": page.unread} if page.unread else {}
    tabs = [
        {"label": _("All notices"), "url": reverse("console:notices"), "active": not unread},
        {"label": _("Unread"), "url": "?unread=1", "active": unread, **waiting},
        {"label": _("How I hear"), "url": reverse("console:hearing"), "active": False},
    ]
    return render(request, "console/notices/notices.html", {"shown": page, "tabs": tabs, "unread": unread})


@gate.roles(*EVERYBODY)
@require_POST
def mark_read(request: Request) -> HttpResponse:
    """Those ticked (`notice`), or all up to the newest that was shown (`up_to`)."""
    up_to = request.POST.get("up_to", "")
    if "all" in request.POST:
        newest = number_in(up_to)
        count = actions.mark_all_read(request.actor, up_to=newest, at=request.at)
    else:
        count = actions.mark_read(request.actor, read_ids(request.POST, "notice"), at=request.at)
    messages.success(
        request, ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", count) % {"n": count}
    )
    return redirect("console:notices")


@gate.roles(*EVERYBODY)
def hearing(request: Request) -> HttpResponse:
    """By mail and text message: at once, in a digest, or not; and the hours of rest."""
    given = request.POST if request.method == "POST" else None
    ways = shown.ways(request.actor, given)
    status = 200
    if given is not None:
        try:
            actions.set_preference(
                request.actor,
                given.get("channel", ""),
                given.get("mode", ""),
                address=given.get("address", ""),
                quiet_from=shown.read_time(given, "quiet_from"),
                quiet_until=shown.read_time(given, "quiet_until"),
                at=request.at,
            )
        except Problem as problem:
            status = problem.status
            next((one for one in ways if one.channel == given.get("channel")), ways[0]).form.refuse(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("console:hearing")
    return render(request, "console/notices/hearing.html", {"ways": ways}, status=status)


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/read/", mark_read, name="mark_read"),
    path("notices/hearing/", hearing, name="hearing"),
]
