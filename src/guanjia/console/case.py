"""The page of one case, and what opens from it: the drawer beside a list, the reasons of its dates, its papers."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import path

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.queries.documents import document as find_document
from guanjia.cases.queries.page import why as reasons
from guanjia.console.navigation import SEES_CASES
from guanjia.console.panels import is_part, tells_in_place
from guanjia.console.viewmodels import alike as similar
from guanjia.console.viewmodels import telling
from guanjia.console.viewmodels import why as explained
from guanjia.console.viewmodels.case import find, shown
from guanjia.notices.queries import deliveries


@gate.roles(*SEES_CASES)
@tells_in_place
def case(request: Request, number: str) -> HttpResponse:
    """A page; for htmx the drawer beside a list; with `?print=1` on paper."""
    page = find(request.actor, number, at=request.at)
    if is_part(request):
        return render(request, "console/case_drawer.html", {"shown": shown(page, at=request.at)})
    return render(request, "console/case.html", {"shown": shown(page, at=request.at)})


@gate.roles(*SEES_CASES)
@tells_in_place
def alike(request: Request, number: str) -> HttpResponse:
    """Open cases that may be about the same. Asked for by the case's page once it is there: reading hundreds of texts
    costs more than the page."""
    page = find(request.actor, number, at=request.at)
    context = {"number": number, "alike": similar.of_case(page, at=request.at)}
    return render(request, "console/alike_part.html" if is_part(request) else "console/alike_page.html", context)


@gate.roles(*SEES_CASES)
@tells_in_place
def why(request: Request, number: str) -> HttpResponse:
    """Each counted and each skipped day of the running limits, or of the one that `?clock=` names."""
    page = find(request.actor, number, at=request.at)
    found = reasons(request.actor, page.case.pk, request.GET.get("clock"))
    context = {"number": number, "case": page.case, "reasons": explained.clocks(page, found, at=request.at)}
    return render(request, "console/why_part.html" if is_part(request) else "console/why.html", context)


@gate.roles(*SEES_CASES)
@tells_in_place
def told(request: Request, number: str) -> HttpResponse:
    """Who was told what of it, by which way, and whether it reached them."""
    page = find(request.actor, number, at=request.at)
    context = {"number": number, "told": telling.told(deliveries(request.actor, page.case.pk))}
    return render(request, "console/told_part.html" if is_part(request) else "console/told.html", context)


@gate.roles(*SEES_CASES)
@tells_in_place
def document(request: Request, document_id: int) -> HttpResponse | FileResponse:
    """A photo or file of a case that the reader may see. `?small=1` its small picture; `?look=1` in the dialog."""
    found = find_document(request.actor, document_id)
    if request.GET.get("look") and is_part(request):
        return render(request, "console/look.html", {"document": found})
    small = bool(request.GET.get("small")) and bool(found.thumbnail)
    stored = found.thumbnail if small else found.file
    response = FileResponse(
        stored.open("rb"),
        content_type=found.content_type,
        as_attachment=found.kind != "photo",
        filename=found.name,
    )
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("case/<str:number>/", case, name="case"),
    path("case/<str:number>/alike/", alike, name="alike"),
    path("case/<str:number>/why/", why, name="why"),
    path("case/<str:number>/told/", told, name="told"),
    path("document/<int:document_id>/", document, name="document"),
]
