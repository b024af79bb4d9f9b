"""How a page is shown to this reader, and the living style sheet."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from guanjia.ui import samples

YEAR = 365 * 24 * 3600
#: What a reader may choose, kept in a cookie on the device: query argument → cookie and its allowed values.
CHOICES = {
    "elder": ("elder", ("0", "1")),
    "theme": ("theme", ("light", "dark")),
    "nav": ("nav", ("wide", "narrow")),
    "language": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _name in settings.LANGUAGES)),
}
PAGES = {
    "parts": "ui/kit/parts.html",
    "list": "ui/kit/list.html",
    "case": "ui/kit/case.html",
    "ask": "ui/kit/ask.html",
    "drawer": "ui/kit/drawer.html",
    "dialog": "ui/kit/dialog.html",
    "toast": "ui/kit/toast.html",
    "problem": "ui/problem.html",
    "error": "ui/error.html",
}


def display(request: HttpRequest) -> HttpResponse:
    """`?elder=1&next=/…`: remember a choice and go back. A link: it needs neither JavaScript nor a form token."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for argument, (cookie, allowed) in CHOICES.items():
        if request.GET.get(argument) in allowed:
            response.set_cookie(cookie, request.GET[argument], max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def kit(request: HttpRequest) -> HttpResponse:
    """Every part in every state: `?page=` names one of PAGES, `?as=public` shows it as residents see it."""
    page = request.GET.get("page", "parts")
    if page in samples.GEOMETRY:
        return JsonResponse(samples.GEOMETRY[page]())
    face = "public" if request.GET.get("as") == "public" else "staff"
    context = samples.context(timezone.now(), face)
    return render(request, PAGES.get(page, PAGES["parts"]), context)


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address whatever a page says."""
    return redirect(static("ui/favicon.svg"), permanent=True)
