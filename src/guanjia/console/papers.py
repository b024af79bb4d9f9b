"""Numbered paper forms: reserve a block, print it, see which sheets came back."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.queries.papers import sheets_of, used_in
from guanjia.console.asking import id_asked, read_id
from guanjia.console.viewmodels import choices, forms
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.programmes import actions, sheets
from guanjia.programmes import queries as programmes
from guanjia.programmes.policy import PRINTERS
from guanjia.registry import queries as registry

SHEETS = gettext_noop("Sheets")
SIZE = 20


@gate.roles(*PRINTERS)
def papers(request: Request, key: str) -> HttpResponse:
    """The blocks reserved so far; POST reserves one for a place, or for a unit where one is named."""
    programme = programmes.programme(key)
    context: dict[str, Any] = {"key": request.POST.get("key") or forms.fresh_key()}
    status = 200
    if request.method == "POST":
        try:
            return _reserved(request, programme.pk)
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
    page = programmes.paper_blocks(request.actor, programme.pk, cursor=request.GET.get("cursor"), size=SIZE)
    used = used_in(page.rows)
    own = [post.place_path.rstrip("/").rsplit("/", 1)[-1] for post in request.actor.posts]
    context |= {
        "programme": programme,
        "name": said(programmes.current_playbook(programme.pk).playbook.name),
        "areas": choices.places(id_asked(request, "place") or int(next(iter(own), "0") or 0) or None),
        "units": choices.units(None),
        "page": page,
        "blocks": [(block, used[block.pk]) for block in page.rows],
    }
    return render(request, "console/printing/papers.html", context, status=status)


def _reserved(request: Request, programme_id: int) -> HttpResponse:
    unit_id = read_id(request.POST, "unit", gettext_noop("Unit")) if request.POST.get("unit") else None
    place_id = None if unit_id else read_id(request.POST, "place", gettext_noop("Place"))
    block = actions.reserve_numbers(
        request.actor,
        programme_id,
        sheets=read_id(request.POST, "sheets", SHEETS),
        key=request.POST.get("key", "")[:40],
        place=registry.place(place_id) if place_id else None,
        unit=registry.unit(unit_id) if unit_id else None,
        at=request.at,
    )
    messages.success(request, _("Reserved: print the sheets and keep them where they will be needed."))
    return redirect("console:paper_block", block.pk)


@gate.roles(*PRINTERS)
def paper_block(request: Request, block_id: int) -> HttpResponse:
    """Each number of a block: come back, missing, or still blank."""
    block = programmes.paper_block(request.actor, block_id)
    lines = sheets_of(request.actor, block)
    counts = {state: sum(line.state == state for line in lines) for state in ("used", "missing", "blank")}
    return render(request, "console/printing/block.html", {"paper": block, "lines": lines, "counts": counts})


@gate.roles(*PRINTERS)
def paper_pdf(request: Request, block_id: int) -> FileResponse:
    block = programmes.paper_block(request.actor, block_id)
    made = io.BytesIO(sheets.papers_pdf(block, at=request.at))
    name = _("Paper forms %(block)s.pdf") % {"block": block.pk}
    return FileResponse(made, as_attachment=True, filename=name, content_type="application/pdf")


urlpatterns = [
    path("programmes/<slug:key>/papers/", papers, name="papers"),
    path("papers/<int:block_id>/", paper_block, name="paper_block"),
    path("papers/<int:block_id>/forms.pdf", paper_pdf, name="paper_pdf"),
]
