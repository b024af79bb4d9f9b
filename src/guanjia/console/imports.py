"""Tables from outside: first a trial that says what is wrong row by row, then the loading. Nothing is half-loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.panels import is_part
from guanjia.console.problems import FILE_TOO_LARGE
from guanjia.kernel.actor import Role
from guanjia.kernel.import_report import Report
from guanjia.kernel.importing import run
from guanjia.kernel.problems import INVALID, MISSING, Problem
from guanjia.kernel.spoken import spoken
from guanjia.programmes.imports import ENROLMENTS
from guanjia.registry.imports import KINDS as REGISTRY
from guanjia.ui.counted import COUNTED
from guanjia.ui.format import size

KINDS = {**REGISTRY, ENROLMENTS.name: ENROLMENTS}
#: Larger tables are for `guanjia import`, while nobody waits for a page.
LIMIT = 20 * 1024 * 1024
#: So many remarks are shown; the rest are counted.
SHOWN = 200
FILE = gettext_noop("File")
WHAT = gettext_noop("What it holds")


@gate.roles(Role.ADMINISTRATOR)
def imports(request: Request) -> HttpResponse:
    """POST with `try` reports what a table would do; with `load` it is done, if no row is wrong or `skip_bad` says
    so."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    context: dict[str, Any] = {
        "kinds": [(key, _(one.label), key == kind) for key, one in KINDS.items()],
        "fields": [(one, _(one.label)) for one in KINDS[kind].fields] if kind in KINDS else [],
        "limit": size(LIMIT),
    }
    status = 200
    if request.method == "POST":
        try:
            context["report"] = _report(_run(request, kind))
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
    template = "console/admin/report.html" if is_part(request) else "console/admin/imports.html"
    return render(request, template, context, status=status)


def _run(request: Request, kind: str) -> Report:
    if kind not in KINDS:
        raise Problem(INVALID, field="kind", field_label=WHAT, why=kind or gettext_noop("choose one from the list"))
    given = request.FILES.get("file")
    if given is None:
        raise Problem(MISSING, field="file", field_label=FILE)
    if (given.size or 0) > LIMIT:
        raise Problem(FILE_TOO_LARGE, limit=size(LIMIT))
    with tempfile.TemporaryDirectory() as folder:
        stored = _stored(given, Path(folder))
        return run(
            KINDS[kind],
            stored,
            request.actor,
            at=request.at,
            dry_run="load" not in request.POST,
            skip_bad=bool(request.POST.get("skip_bad")),
        )


def _stored(given: UploadedFile, folder: Path) -> Path:
    """Under its own name, which the report says and whose ending tells the format."""
    name = PurePath((given.name or "").replace("\\", "/")).name[-80:].lstrip(".") or "table.csv"
    target = folder / name
    with target.open("wb") as file:
        for chunk in given.chunks():
            file.write(chunk)
    return target


def _report(report: Report) -> dict[str, Any]:
    data = report.as_data()
    left = max(0, len(data["refused"]) + len(data["warnings"]) - SHOWN)
    rows = [*({**one, "refused": True} for one in data["refused"]), *data["warnings"]][:SHOWN]
    loaded = [(_(COUNTED.get(what, what)), number) for what, number in report.loaded.items() if number]
    return {**data, "loaded": loaded, "lines": rows, "left": left, "summary": report.summary()}


urlpatterns = [path("import/", imports, name="import")]
