"""The contact handbook of a programme: who is whose steward, to look up and to print."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import id_asked
from guanjia.console.navigation import EVERYBODY
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.rows import said
from guanjia.programmes import queries as programmes
from guanjia.programmes import sheets


@gate.roles(*EVERYBODY)
def handbook(request: Request, key: str) -> HttpResponse:
    """By unit and steward; `?unit=` one unit."""
    programme = programmes.programme(key)
    unit_id = id_asked(request, "unit")
    page, contacts = programmes.handbook(
        request.actor, programme.pk, unit_id=unit_id, cursor=request.GET.get("cursor"), size=50
    )
    context = {
        "programme": programme,
        "name": said(programmes.current_playbook(programme.pk).playbook.name),
        "units": choices.units(unit_id),
        "unit_id": unit_id,
        "page": page,
        "contacts": contacts,
        "texts": [one for one in programmes.text_pages() if one.programme == key],
    }
    return render(request, "console/printing/handbook.html", context)


@gate.roles(*EVERYBODY)
def handbook_pdf(request: Request, key: str) -> FileResponse:
    programme = programmes.programme(key)
    made = sheets.handbook_pdf(request.actor, programme.pk, unit_id=id_asked(request, "unit"), at=request.at)
    name = _("Contact handbook %(name)s.pdf") % {"name": said(programmes.current_playbook(programme.pk).playbook.name)}
    return FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type="application/pdf")


urlpatterns = [
    path("programmes/<slug:key>/handbook/", handbook, name="handbook"),
    path("programmes/<slug:key>/handbook.pdf", handbook_pdf, name="handbook_pdf"),
]
