"""The supervisor's board, and the same for a wall."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.policy import OVERSEERS
from guanjia.console.panels import is_part
from guanjia.console.viewmodels import board as boards
from guanjia.kernel.actor import Role

#: Whoever sees all cases of a place counts them; handlers and discipline count their unit's.
COUNTS = (*OVERSEERS, Role.HANDLER, Role.DISCIPLINE)


@gate.roles(*COUNTS)
def board(request: Request) -> HttpResponse:
    """`?by=` unit, street or community; `?wall=1` for a screen on the wall, which refreshes itself."""
    shown = boards.shown(request.actor, request.GET.get("by", ""), at=request.at)
    template = "console/board/board.html"
    if request.GET.get("wall"):
        template = "console/board/wall_part.html" if is_part(request) else "console/board/wall.html"
    return render(request, template, {"board": shown, "on_wall": boards.ON_WALL})


urlpatterns = [path("board/", board, name="board")]
