"""The first page, and the pages that say how this works."""

from __future__ import annotations

from django.core.cache import caches
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.queries.documents import document as document_for
from guanjia.cases.queries.public import count_published
from guanjia.kernel.problems import Problem
from guanjia.portal.matter import asked_under
from guanjia.portal.pages import page
from guanjia.ui.documents import answer_with

#: Counting a large ledger for every visitor would be walking it for every visitor.
FIGURES_FOR = 60


@gate.public
@require_safe
def home(request: Request) -> HttpResponse:
    kept = caches["process"]
    figures = kept.get("portal:figures")
    if figures is None:
        figures = {show: count_published(show, at=request.at) for show in ("month", "confirmed", "open", "late")}
        kept.set("portal:figures", figures, FIGURES_FOR)
    return page(request, "home", {"figures": figures})


@gate.public
@require_safe
def about(request: Request) -> HttpResponse:
    """Who processes what, what for, how long, and what one may demand."""
    try:
        _id, playbook = asked_under()
    except Problem:  # before the first programme is adopted there is nothing to keep
        playbook = None
    return page(request, "about", {"playbook": playbook})


@gate.public
@require_safe
def accessibility(request: Request) -> HttpResponse:
    return page(request, "accessibility")


@gate.signed_in
@require_safe
def document(request: Request, document_id: int) -> FileResponse:
    """A photo or file of a case, for staff who may see the case; `?small=1` the small one."""
    return answer_with(document_for(request.actor, document_id), small="small" in request.GET)
