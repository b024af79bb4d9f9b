"""Where a notice leads. Signed when it is needed, never stored: a copy of the database opens nobody's case."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from guanjia.access.links import sign
from guanjia.cases.models import Case

#: What the portal reads the link for.
TRACK = "track"


def asker_link(case_id: int, contact_id: int, *, at: datetime) -> str:
    """Opens the one case for this asker, for thirty days from `at`."""
    token = sign(TRACK, case_id, contact_id, at=at)
    return f"{settings.GUANJIA_PUBLIC_URL}{reverse('portal:track_link', args=[token])}"


def staff_link(case: Case | None) -> str:
    """Opens the case page, or without a case the work list, for whoever signs in and may see it."""
    path = reverse("console:case", args=[case.number]) if case is not None else reverse("console:work")
    return f"{settings.GUANJIA_PUBLIC_URL}{path}"
