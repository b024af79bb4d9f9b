"""What every public page shows around its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guanjia.access.requests import Request
from guanjia.playbook.schema import Text

_NAVIGATION = (
    ("portal:ask", _("Make a request")),
    ("portal:track", _("Progress")),
    ("portal:steward", _("My steward")),
    ("portal:ledger", _("Public ledger")),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What `ui/public.html` reads."""
    found = [(reverse(name), label) for name, label in _NAVIGATION]
    navigation = [{"label": label, "url": url, "active": request.path.startswith(url)} for url, label in found]
    return {"base": "portal/base.html", "navigation": navigation, "home_url": reverse("portal:home")}


def ways_on() -> list[dict[str, Any]]:
    """From a page that leads nowhere."""
    names = (("portal:track", _("Look up my request")), *_NAVIGATION[:1], ("portal:home", _("To the first page")))
    return [{"url": reverse(name), "label": label} for name, label in names]


def page(
    request: Request, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, f"portal/{template}.html", {**frame(request), **(context or {})}, status=status)


def private(response: HttpResponse) -> HttpResponse:
    """Shows somebody's own matter: not to be found again by the next person at this screen."""
    response["Cache-Control"] = "private, no-store"
    return response


def shown_title(title: str) -> str:
    """A title for everybody: people put their phone or ID number into their first words."""
    return re.sub(r"\d{7,}[Xx]?", "*******", title)


def told(text: Text) -> str:
    """A playbook's text in the reader's language."""
    return text.in_(get_language() or "zh")
