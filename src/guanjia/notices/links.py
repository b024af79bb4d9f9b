"""Where a notice leads. Signed when it is needed, never stored: a copy of the database opens nobody's case."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from guanjia.access.links import sign

#: `portal:track_link` and `console:case` answer here.
TRACK_PATH = "/t/{token}"
CASE_PATH = "/desk/cases/{case}"
WORK_PATH = "/desk/"
TRACK = "track"


def asker_link(case_id: int, contact_id: int, *, at: datetime) -> str:
    """Opens the one case for this asker, for thirty days from `at`."""
    token = sign(TRACK, case_id, contact_id, at=at)
    return f"{settings.GUANJIA_PUBLIC_URL}{TRACK_PATH.format(token=token)}"


def staff_link(case_id: int | None) -> str:
    """Opens the case page for whoever is signed in and may see it."""
    path = CASE_PATH.format(case=case_id) if case_id is not None else WORK_PATH
    return f"{settings.GUANJIA_PUBLIC_URL}{path}"
