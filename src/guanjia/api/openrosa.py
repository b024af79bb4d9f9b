"""OpenRosa: the four addresses by which ODK Collect fetches forms and sends them filled in, unchanged.

Plain views, because the protocol says its own words in XML: https://docs.getodk.org/openrosa/.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import wraps
from xml.sax.saxutils import escape

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from guanjia.access import devices
from guanjia.access.requests import Request
from guanjia.fieldwork import lists
from guanjia.fieldwork.actions.submitting import XML_PART, files_of, record_submission, xml_of
from guanjia.fieldwork.policy import may_fill
from guanjia.fieldwork.problems import BAD_SUBMISSION, TOO_LARGE
from guanjia.fieldwork.publishing import Published, form_id, of_version
from guanjia.fieldwork.queries.forms import form_version, forms_on_devices, targets_file
from guanjia.fieldwork.rules.forms import said, sources
from guanjia.fieldwork.xforms import TARGETS
from guanjia.kernel.problems import NOT_FOUND, Problem, Problems
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop

#: Bytes of one posting; a device divides what is larger.
MOST_AT_ONCE = 32 * 1024 * 1024

View = Callable[..., HttpResponseBase]


def openrosa(view: View) -> View:
    """The headers that every answer carries, and refusals in the words of the protocol."""

    @wraps(view)
    def told(request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Problem as problem:
            response = _message("error", _said(problem), problem.status)
        response["X-OpenRosa-Version"] = "1.0"
        response["X-OpenRosa-Accept-Content-Length"] = str(MOST_AT_ONCE)
        response["Date"] = http_date(request.at.timestamp())
        response["Content-Language"] = get_language() or "zh-hans"
        return response

    return told


def _said(problem: Problem) -> str:
    each = problem.each if isinstance(problem, Problems) else (problem,)
    return " ".join(f"{words['message']} {words['todo']}" for words in map(spoken, each))


@openrosa
@devices.gate
def form_list(request: Request) -> HttpResponse:
    """`?formID=` narrows to one; `?verbose=true` adds descriptions."""
    wanted, verbose = request.GET.get("formID", ""), request.GET.get("verbose") == "true"
    shown = [
        _xform(request, form, id, verbose)
        for programme, form in forms_on_devices(at=request.at)
        if may_fill(request.actor, form.version.about)
        if (id := form_id(programme.key, form.version.form_key)) == wanted or not wanted
    ]
    return _xml(f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{"".join(shown)}</xforms>')


def _xform(request: Request, form: Published, id: str, verbose: bool) -> str:
    version, name = form.version, said(form.names, get_language() or "zh")
    parts = {
        "formID": id,
        "name": name,
        "version": version.version,
        "hash": f"md5:{_md5(version.xml.encode())}",
        **({"descriptionText": name} if verbose else {}),
        "downloadUrl": _address(request, "openrosa_form", version.pk),
        "manifestUrl": _address(request, "openrosa_manifest", version.pk),
    }
    return f"<xform>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in parts.items())}</xform>"


@openrosa
@devices.gate
def form_xml(request: Request, version_id: int) -> HttpResponse:
    return _xml(form_version(version_id).xml, whole=True)


@openrosa
@devices.gate
def manifest(request: Request, version_id: int) -> HttpResponse:
    """The files beside a form: whom its owner looks after, and the lists of the registry that it chooses from."""
    version = form_version(version_id)
    whom = _address(request, "openrosa_targets", version_id)
    files = [_file(TARGETS, targets_file(request.actor, version), whom)]
    for name in sources(of_version(version).form):
        url = request.build_absolute_uri(reverse("openrosa_list", args=[version_id, name]))
        files.append(_file(f"{name}.csv", lists.as_file(name), url))
    xmlns = "http://openrosa.org/xforms/xformsManifest"
    return _xml(f'<manifest xmlns="{xmlns}">{"".join(files)}</manifest>')


def _file(name: str, content: bytes, url: str) -> str:
    parts = f"<filename>{name}</filename><hash>md5:{_md5(content)}</hash><downloadUrl>{escape(url)}</downloadUrl>"
    return f"<mediaFile>{parts}</mediaFile>"


@openrosa
@devices.gate
def registry_list(request: Request, version_id: int, list_name: str) -> HttpResponse:
    """Places of a kind or units, all of which are public. Raises not_found for what the form does not choose from."""
    if list_name not in sources(of_version(form_version(version_id)).form):
        raise Problem(NOT_FOUND, what=gettext_noop("list"), key=list_name)
    return HttpResponse(lists.as_file(list_name), content_type="text/csv; charset=utf-8")


@openrosa
@devices.gate
def targets(request: Request, version_id: int) -> HttpResponse:
    content = targets_file(request.actor, form_version(version_id))
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@csrf_exempt
@openrosa
@devices.gate
def submission(request: Request) -> HttpResponse:
    """HEAD asks whether it may be sent; POST sends one filled form, or more files of one that was sent before."""
    if request.method != "POST":
        return HttpResponse(status=204, headers={"Location": request.build_absolute_uri()})
    xml, files = _parts(request)
    record_submission(request.actor, xml, files, source="odk", at=request.at)
    return _message("submit_success", "OK", 201)


def _parts(request: Request) -> tuple[bytes, dict[str, UploadedFile]]:
    """The XML and the files by name. Raises form.too_large, form.bad_submission."""
    _take_in_chunks(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_AT_ONCE:
        raise Problem(TOO_LARGE, limit=MOST_AT_ONCE // 1024**2)
    try:
        given, files = request.POST.getlist(XML_PART), request.FILES.getlist(XML_PART)
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise Problem(BAD_SUBMISSION, reason=type(error).__name__) from error
    if len(given) + len(files) != 1:
        raise Problem(BAD_SUBMISSION, reason=f"one part {XML_PART} is needed")
    xml = xml_of(files[0]) if files else given[0].encode("utf-8", "replace")
    return xml, files_of(request.FILES)


def _take_in_chunks(request: Request) -> None:
    """A body without a length, which Django would take for none. Raises form.too_large."""
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked" or request.META.get("CONTENT_LENGTH"):
        return
    body = request.META["wsgi.input"].read(MOST_AT_ONCE + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = io.BytesIO(body)


def _address(request: Request, route: str, version_id: int) -> str:
    return request.build_absolute_uri(reverse(route, args=[version_id]))


def _message(nature: str, text: str, status: int) -> HttpResponse:
    xmlns = "http://openrosa.org/http/response"
    body = f'<OpenRosaResponse xmlns="{xmlns}" items="1"><message nature="{nature}">{escape(text)}</message>'
    return _xml(f"{body}</OpenRosaResponse>", status)


def _xml(body: str, status: int = 200, *, whole: bool = False) -> HttpResponse:
    head = "" if whole else '<?xml version="1.0" encoding="UTF-8"?>'
    return HttpResponse(f"{head}{body}", status=status, content_type="text/xml; charset=utf-8")


def _md5(content: bytes) -> str:
    """What the protocol tells versions apart by."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
