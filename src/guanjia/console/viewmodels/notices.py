"""What somebody was told, and how they want to hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import INVALID, Problem
from guanjia.notices import queries
from guanjia.notices.rules.targets import Urgency

SIZE = 40
MAIL_MODES = (
    ("off", gettext_lazy("Off")),
    ("at_once", gettext_lazy("At once")),
    ("digest", gettext_lazy("One mail each working morning")),
)
SMS_MODES = MAIL_MODES[:2]


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    text: str
    at: datetime
    read: bool
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Shown:
    page: Any
    lines: Sequence[Line]
    newest: int | None
    unread: int


def shown(actor: Actor, *, unread: bool, cursor: str | None) -> Shown:
    """Two queries, and one for each playbook version not read in this process before. Raises page.bad_cursor."""
    page = queries.notices(actor, cursor=cursor, size=SIZE, unread=unread)
    lines = [_line(one) for one in page.rows]
    return Shown(page, lines, lines[0].id if lines else None, queries.unread_count(actor))


def _line(one: queries.Line) -> Line:
    url = reverse("console:case", args=[one.number]) if one.number else ""
    return Line(one.id, one.text, one.at, one.read, url, one.urgency >= Urgency.PRESSING)


class WayForm(ShownForm):
    """How one channel is used. Its own prefix keeps the two forms of the page apart."""

    mode = forms.ChoiceField(label=gettext_lazy("When"), widget=forms.RadioSelect)
    address = forms.EmailField(label=gettext_lazy("Mail address"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("Not from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


@dataclass(frozen=True, slots=True)
class Way:
    channel: str
    label: str
    form: WayForm
    set_up: bool


def ways(actor: Actor, data: QueryDict | None) -> list[Way]:
    """Mail and text message, as they are chosen now; the one that was sent is bound to `data`. One query."""
    chosen = {one.channel: one for one in queries.preferences(actor)}
    there = queries.channels_set()
    return [
        Way(channel, label, _form(channel, modes, chosen.get(channel), data), there[channel])
        for channel, label, modes in (("mail", _("Mail"), MAIL_MODES), ("sms", _("Text message"), SMS_MODES))
    ]


def _form(channel: str, modes: Any, now: Any, data: QueryDict | None) -> WayForm:
    mine = data if data is not None and data.get("channel") == channel else None
    first = {
        "mode": now.mode if now else "off",
        "address": now.address if now else "",
        "quiet_from": now.quiet_from if now else None,
        "quiet_until": now.quiet_until if now else None,
    }
    form = WayForm(mine, initial=first, auto_id=f"{channel}_%s")
    choices.offer(form, "mode", modes)
    if channel == "sms":
        del form.fields["address"]
    return form


def read_time(given: QueryDict, name: str) -> time | None:
    """Raises field.invalid."""
    text = given.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        raise Problem(INVALID, field=name, field_label=gettext_noop("Time"), why=text) from error
