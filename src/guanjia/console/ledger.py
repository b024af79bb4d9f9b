"""The ledger: every case that one may see, narrowed, searched, saved as views, taken away as a workbook."""

from __future__ import annotations

import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions import views as saved
from guanjia.cases.exports import export_ledger
from guanjia.cases.queries import lists
from guanjia.console.navigation import SEES_CASES
from guanjia.console.panels import came_from
from guanjia.console.problems import EXPORT_TOO_LARGE
from guanjia.console.viewmodels import batch
from guanjia.console.viewmodels import ledger as ledgers
from guanjia.console.viewmodels.forms import fresh_key
from guanjia.kernel.codes import ledger_number, parse_ledger_number
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.ui.format import count

#: More than this is written by the command line, while nobody waits for a page.
EXPORTED = 20_000
RESULTS = "acted_on"


@gate.roles(*SEES_CASES)
def ledger(request: Request) -> HttpResponse:
    """Filtered by the query string. A ledger number alone opens its case."""
    query = ledgers.cleaned(request.GET)
    if number := parse_ledger_number(request.GET.get("q", "")):
        return redirect("console:case", ledger_number(*number))
    context: dict[str, object] = {
        "search_text": query.get("text", ""),
        "batch": batch.offered(request.actor),
        "key": fresh_key(),
        "results": batch.told(request.session.pop(RESULTS, [])),
    }
    status = 200
    try:
        context["ledger"] = ledgers.ledger(request.actor, query, request.GET.get("cursor"), at=request.at)
    except Problem as problem:
        context |= {"problem": spoken(problem)}
        context["ledger"] = ledgers.ledger(request.actor, QueryDict(), None, at=request.at)
        status = problem.status
    return render(request, "console/ledger.html", context, status=status)


@gate.roles(*SEES_CASES)
@require_POST
def act_on_many(request: Request) -> HttpResponse:
    """One verb on those ticked; what came of each is shown on the list that they were ticked on."""
    results = batch.done(request.actor, request.POST, at=request.at)
    request.session[RESULTS] = batch.kept(results)
    return redirect(came_from(request) or "console:ledger")


@gate.roles(*SEES_CASES)
def count_cases(request: Request) -> HttpResponse:
    """How many there are. Asked for by the ledger's page once it is there. Raises field.invalid."""
    filters = ledgers.read(ledgers.cleaned(request.GET))
    total = ledgers.counted(request.actor, filters, at=request.at)
    return render(request, "console/ledger_count.html", {"total": total})


@gate.roles(*SEES_CASES)
def export(request: Request) -> FileResponse:
    """The workbook of what the filters let through. Raises ledger.export_too_large."""
    filters = ledgers.read(ledgers.cleaned(request.GET))
    if lists.how_many(request.actor, filters, at=request.at, most=EXPORTED) > EXPORTED:
        raise Problem(EXPORT_TOO_LARGE, limit=count(EXPORTED))
    workbook = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response
    export_ledger(request.actor, workbook, filters, at=request.at)
    workbook.seek(0)
    name = _("Ledger %(day)s.xlsx") % {"day": localdate(request.at)}
    return FileResponse(workbook, as_attachment=True, filename=name)


@gate.roles(*SEES_CASES)
@require_POST
def save_view(request: Request) -> HttpResponse:
    query = ledgers.cleaned(QueryDict(request.POST.get("query", ""))).urlencode()
    try:
        view = saved.save_view(request.actor, name=request.POST.get("name", ""), query=query, at=request.at)
    except Problem as problem:
        messages.error(request, spoken(problem)["message"])
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse('console:ledger')}?{query}")


@gate.roles(*SEES_CASES)
@require_POST
def forget_view(request: Request, view_id: int) -> HttpResponse:
    saved.forget_view(request.actor, view_id)
    return redirect("console:ledger")


urlpatterns = [
    path("ledger/", ledger, name="ledger"),
    path("ledger/many/", act_on_many, name="act_on_many"),
    path("ledger/count/", count_cases, name="count"),
    path("ledger/export/", export, name="export"),
    path("ledger/views/", save_view, name="save_view"),
    path("ledger/views/<int:view_id>/forget/", forget_view, name="forget_view"),
]
