"""The public ledger, the units behind it, and the proof that it was not edited."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse, JsonResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.queries import public
from guanjia.cases.queries.lists import Filters, read_filters
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS
from guanjia.portal.matter import asked_under
from guanjia.portal.pages import page, shown_title, told
from guanjia.portal.spoken import PUBLIC_STATES, happened
from guanjia.registry import queries as registry

ROWS = 30
RATES_FOR = 300
SHOWS = {
    "": gettext_lazy("All requests"),
    "month": gettext_lazy("Came in, 30 days"),
    "confirmed": gettext_lazy("Solved and confirmed, 30 days"),
    "open": gettext_lazy("Open requests"),
    "late": gettext_lazy("Late"),
}


@gate.public
@require_safe
def ledger(request: Request) -> HttpResponse:
    """`?text=` `?place=` `?category=` `?status=` `?unit=` `?show=`; `?format=csv` gives this page as a table."""
    filters, show = read_filters(request.GET), request.GET.get("show", "")
    found = public.public_ledger(filters, show=show, at=request.at, cursor=request.GET.get("cursor"), size=ROWS)
    categories = _categories()
    rows = [_row(case, categories) for case in found.rows]
    if request.GET.get("format") == "csv":
        return _csv(rows)
    context = {
        "page": found,
        "rows": rows,
        "filters": filters,
        "show": show,
        "categories": categories.items(),
        "streets": registry.place_tree(),
        "states": [(key, _(word)) for key, word in PUBLIC_STATES.items() if key != "handed_over"],
        "views": _views(request, show),
        "unit": registry.unit(filters.unit) if filters.unit else None,
        "filtered": filters != Filters(),
    }
    return page(request, "ledger", context)


def _categories() -> dict[str, str]:
    try:
        _id, playbook = asked_under()
    except Problem:
        return {}
    return {one.key: told(one.name) for one in playbook.categories if one.public}


def _views(request: Request, show: str) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("cursor", "format"):
        query.pop(name, None)
    views = []
    for key, label in SHOWS.items():
        query["show"] = key
        views.append({"label": label, "url": f"?{query.urlencode()}", "active": key == show})
    return views


def _row(case: Any, categories: Mapping[str, str]) -> dict[str, Any]:
    where = [place.name for place in (case.street, case.community) if place is not None]
    return {
        "case": case,
        # A committee is called as its community: said once.
        "unit": "" if str(case.holder_unit) in where else case.holder_unit,
        "title": shown_title(case.title),
        "category": categories.get(case.category, case.category),
        "where": " ".join(where),
        "state": _(PUBLIC_STATES.get(case.status, "")),
        "outcome": _(OUTCOME_LABELS[case.outcome]) if case.outcome else "",
    }


def _csv(rows: list[dict[str, Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    response.write("\ufeff")  # without it Excel reads Chinese as something else
    writer = csv.writer(response)
    heads = ("Number", "Came in", "What", "Kind", "Where", "Unit", "State", "Outcome", "Confirmed", "Closed")
    writer.writerow([_HEADS[head] for head in heads])
    writer.writerows(list(_cells(row)) for row in rows)
    return response


_HEADS = {
    "Number": gettext_lazy("Number of the request"),
    "Came in": gettext_lazy("Came in"),
    "What": gettext_lazy("What"),
    "Kind": gettext_lazy("Kind"),
    "Where": gettext_lazy("Where"),
    "Unit": gettext_lazy("Unit"),
    "State": gettext_lazy("State"),
    "Outcome": gettext_lazy("Outcome"),
    "Confirmed": gettext_lazy("Confirmed by who asked"),
    "Closed": gettext_lazy("Closed on"),
}


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    case = row["case"]
    closed = localtime(case.closed_at).strftime("%Y-%m-%d") if case.closed_at else ""
    cells = (
        case.number,
        localtime(case.registered_at).strftime("%Y-%m-%d"),
        row["title"],
        row["category"],
        row["where"],
        case.holder_unit.name,
        row["state"],
        row["outcome"],
        _("yes") if case.confirmed else "",
        closed,
    )
    # A title that starts like a formula would be one in a spreadsheet.
    return (f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in map(str, cells))


@gate.public
@require_safe
def case(request: Request, number: str) -> HttpResponse:
    """One case as everybody may see it."""
    found = public.published_case(number)
    category = found.playbook.category(found.case.category)
    names = {found.case.category: told(category.name)} if category else {}
    lines = [{**happened(line.verb, line.told, line.to), "at": line.at} for line in found.entries]
    context = {"found": found, "row": _row(found.case, names), "story": lines[::-1]}
    return page(request, "ledger_case", context)


def _rates(request: Request) -> list[public.UnitRates]:
    kept = caches["process"]
    rates = kept.get("portal:rates")
    if rates is None:
        rates = public.unit_rates(at=request.at)
        kept.set("portal:rates", rates, RATES_FOR)
    return rates


@gate.public
@require_safe
def units(request: Request) -> HttpResponse:
    """`?kind=` one kind of units; those whom people deal with most come first."""
    rates = sorted(_rates(request), key=lambda one: _place_of_kind(one.unit.kind))
    labels = {one.unit.kind: one.unit.get_kind_display() for one in rates}
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in labels else next(iter(labels), "")
    kinds = [{"label": label, "url": f"?kind={key}", "active": key == kind} for key, label in labels.items()]
    shown = [one for one in rates if one.unit.kind == kind]
    return page(request, "units", {"kinds": kinds, "rates": shown, "fewest": public.FEWEST_FOR_A_RATE})


_KINDS = ("department", "street_office", "community_committee")


def _place_of_kind(kind: str) -> int:
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


@gate.public
@require_safe
def unit(request: Request, unit_id: int) -> HttpResponse:
    found = registry.unit(unit_id)
    if found.valid_to is not None:
        raise Problem(NOT_FOUND, what=_("unit"), key=unit_id)
    rates = next((one for one in _rates(request) if one.unit.pk == unit_id), None)
    cases = public.public_ledger(Filters(unit=unit_id), at=request.at, size=10)
    categories = _categories()
    rows = [_row(case, categories) for case in cases.rows]
    context = {"unit": found, "rates": rates, "rows": rows, "fewest": public.FEWEST_FOR_A_RATE}
    return page(request, "unit", context)


@gate.public
@require_safe
def digests(request: Request) -> HttpResponse:
    found = public.digests(cursor=request.GET.get("cursor"), size=ROWS)
    return page(request, "digests", {"page": found})


@gate.public
@require_safe
def digests_json(request: Request) -> JsonResponse:
    """Newest first, 60 at a time: `next` is the cursor of the page after."""
    found = public.digests(cursor=request.GET.get("cursor"))
    rows = [
        {
            "day": one.day.isoformat(),
            "lines": one.events,
            "previous": one.previous,
            "audit": one.audit_seal,
            "hash": one.hash,
        }
        for one in found.rows
    ]
    return JsonResponse({"digests": rows, "next": found.next})
