"""A form in ODK's own engine: what the desk's pages cannot ask, asked in the browser too."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.forms import form_to_fill
from guanjia.fieldwork.actions.submitting import XML_PART, files_of, record_submission, xml_of
from guanjia.fieldwork.policy import FIELD
from guanjia.fieldwork.queries import forms as queries
from guanjia.fieldwork.rules.forms import said

#: What the engine cannot do without, on its own page alone: compiled expressions, styles it writes, fonts it carries.
_NEEDS = {
    "script-src": [SELF, "'wasm-unsafe-eval'"],
    "style-src": [SELF, UNSAFE_INLINE],
    "connect-src": [SELF, "data:"],
    "font-src": [SELF, "data:"],
}


@csp_update(_NEEDS)
@gate.roles(*FIELD)
def engine(request: Request, programme: str, form_key: str, target_id: int) -> HttpResponse:
    """GET shows it; POST takes what the engine sends and says where it is stored."""
    if request.method == "POST":
        return _stored(request)
    form = form_to_fill(request, programme, form_key)
    prepared = queries.prepared(request.actor, form, target_id, at=request.at)
    whole = queries.whole(prepared)
    context = {
        "title": said(form.names, request.LANGUAGE_CODE),
        "target": prepared.target,
        "form": {"xml": whole.xml, "files": whole.files},
        "words": _words(),
        "back_url": reverse("console:fill", args=[programme, form_key, target_id]),
    }
    return render(request, "console/forms/odk.html", context)


def _stored(request: Request) -> JsonResponse:
    """Raises form.bad_submission, form.too_large and what `record_submission` raises."""
    xml, files = xml_of(request.FILES.get(XML_PART)), files_of(request.FILES)
    answer, fresh = record_submission(request.actor, xml, files, source="browser", at=request.at)
    return JsonResponse({"url": reverse("console:answer", args=[answer.pk])}, status=201 if fresh else 200)


def _words() -> dict[str, object]:
    """What the page says, and in `said` what the engine says in English alone; `{n}` stands for any number."""
    return {
        "offline": _("There is no network. What you typed stays on this page: send it again when the network is back."),
        "unread": _(
            "It was not stored. Open the desk in another window, sign in there if it asks you to, and send again."
        ),
        "said": {
            "Send": _("Send"),
            "Powered by": _("Made with"),
            "Add": _("Add one"),
            "Remove": _("Remove"),
            "Clear": _("Clear"),
            "Cancel": _("Cancel"),
            "Save": _("Save"),
            "Try again": _("Try again"),
            "Take picture": _("Take a photo"),
            "Choose image": _("Choose a photo"),
            "Upload file": _("Choose a file"),
            "Get location": _("Use where this device is"),
            "Finding your location": _("Looking for where this device is"),
            "Rank items": _("Put in order"),
            "No available options": _("Nothing to choose from"),
            "No results found": _("Nothing found"),
            "Condition not satisfied: required": _("An answer is needed here."),
            "Condition not satisfied: constraint": _("The form does not allow this answer."),
            "{n} question with error.": _("{n} question needs another look."),
            "{n} questions with errors.": _("{n} questions need another look."),
        },
    }


urlpatterns = [path("fill/<slug:programme>/<slug:form_key>/<int:target_id>/odk/", engine, name="fill_odk")]
