"""Time as the due chip takes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.playbook.due import Remaining
from guanjia.playbook.limits import TimeUnit
from guanjia.ui import format as words

#: So much of each unit, or less, is soon.
SOON = {
    TimeUnit.MINUTES: 120,
    TimeUnit.HOURS: 4,
    TimeUnit.WORKING_HOURS: 2,
    TimeUnit.DAYS: 1,
    TimeUnit.WORKING_DAYS: 1,
}


def chip(due: datetime | None, left: Remaining | None, *, estimated: bool = False, at: datetime) -> dict[str, Any]:
    """Of a limit that runs: late, near or in good time; without a moment, paused."""
    if due is None:
        return {"text": _("Paused"), "level": "paused", "moment": None, "estimated": False, "now": at}
    return {"text": said(left), "level": level(due, left, at), "moment": due, "estimated": estimated, "now": at}


def said(left: Remaining | None) -> str:
    """Time left, or late, in words."""
    if left is None:
        return ""
    if left.late and not left.amount:
        return _("Just late")
    return words.time_left(-left.amount if left.late else left.amount, left.unit)


def level(due: datetime, left: Remaining | None, at: datetime) -> str:
    if due < at:
        return "late"
    return "near" if left is not None and left.amount <= SOON[left.unit] else "ok"


def by_when(moment: datetime, at: datetime) -> str:
    """today 17:30, tomorrow 10:00, 11-26 17:30."""
    local, today = localtime(moment), localtime(at).date()
    days = (local.date() - today).days
    if days == 0:
        return _("today %(time)s") % {"time": local.strftime("%H:%M")}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": local.strftime("%H:%M")}
    return words.moment(moment, at)


def limit_said(limit: str) -> str:
    """3wd → 3 working days."""
    amount = limit.rstrip("abcdefghijklmnopqrstuvwxyz")
    return words.span(int(amount), limit[len(amount) :])
