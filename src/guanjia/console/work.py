"""My work: what is due, what is next, whose turn it is. The page after sign-in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.navigation import EVERYBODY
from guanjia.console.viewmodels import care as caring
from guanjia.console.viewmodels import me as mine
from guanjia.console.viewmodels import work as working
from guanjia.kernel.actor import Role


@gate.roles(*EVERYBODY)
def work(request: Request) -> HttpResponse:
    """`?queue=` names one of the reader's queues; the first is what they hold by name."""
    shown = working.desk(request.actor, request.GET, at=request.at)
    template = "console/work_part.html" if request.headers.get("HX-Request") else "console/work.html"
    return render(request, template, {"desk": shown})


@gate.roles(Role.STEWARD)
def care(request: Request) -> HttpResponse:
    """For whom a steward answers; `?as=stand_in` for whom they stand in."""
    return render(request, "console/care.html", {"care": caring.care(request.actor, request.GET, at=request.at)})


@gate.roles(*EVERYBODY)
def me(request: Request) -> HttpResponse:
    """The posts held, for whom one stands in, and one's account."""
    return render(request, "console/me.html", {"me_page": mine.about(request.actor, at=request.at)})


urlpatterns = [path("", work, name="work"), path("care/", care, name="care"), path("me/", me, name="me")]
