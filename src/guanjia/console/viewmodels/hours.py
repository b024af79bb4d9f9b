"""Office hours and days off, as people write them and as pages show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.viewmodels.forms import ShownForm
from guanjia.kernel.problems import INVALID, Problem, raise_all
from guanjia.kernel.tabular import read_moment
from guanjia.playbook.hours import OfficeHours
from guanjia.registry.queries import history

HOURS = gettext_noop("Office hours")
EXCEPTIONS = gettext_noop("Days of its own")


def seasons(hours: OfficeHours) -> list[tuple[str, str]]:
    """Each season with its hours, as pages show them."""
    return [
        (
            f"{one.first[0]:02}-{one.first[1]:02} – {one.last[0]:02}-{one.last[1]:02}",
            "、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in one.spans),
        )
        for one in hours.seasons
    ]


_OFF = ("休", "放假", "off", "holiday")
_ON = ("班", "上班", "补班", "调休上班", "work", "working")
_PARTS = re.compile(r"[\s,，;；\t]+")


def read_days(text: str, field: str, label: str) -> dict[date, tuple[bool, str]]:
    """One day a line: the day, 休 or 班 (off or work), and why. `label` is a message id. Raises field.invalid for every
    line that cannot be read."""
    days: dict[date, tuple[bool, str]] = {}
    wrong: list[Problem] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        first, *rest = _PARTS.split(line, maxsplit=2)
        moment = read_moment(first)
        word = rest[0].lower() if rest else ""
        if moment is None or word not in (*_OFF, *_ON):
            wrong.append(Problem(INVALID, field=field, field_label=label, why=line[:60]))
            continue
        days[moment.date()] = (word in _ON, rest[1] if len(rest) > 1 else "")
    raise_all(wrong)
    return days


class HoursForm(ShownForm):
    hours = forms.CharField(
        label=gettext_lazy("Office hours"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "06-01 09-30 08:30-12:00 15:00-18:30\n10-01 05-31 08:30-12:00 14:30-18:00"}
        ),
        help_text=gettext_lazy("One season a line: first day, last day, hours. Empty: as for everybody else."),
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Days of its own"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "2026-10-09 休 防汛\n2026-10-10 班 值守"}),
        help_text=gettext_lazy("One day a line: the day, off or work, why."),
    )


def hours_form(unit_id: int | None, data: QueryDict | None) -> HoursForm:
    """With what is set for the unit itself; without one, for the district."""
    own = history.own_hours(unit_id)
    first = {"hours": "", "exceptions": ""}
    if own is not None:
        seasons = own.hours["seasons"] if own.hours is not None else []
        first["hours"] = "\n".join(" ".join([one["first"], one["last"], *one["spans"]]) for one in seasons)
        words = {True: _("work"), False: _("off")}
        first["exceptions"] = "\n".join(f"{day} {words[bool(on)]} {why}" for day, (on, why) in own.exceptions.items())
    return HoursForm(data, initial=first)


_SEASON = re.compile(r"^(\d\d-\d\d)[ -](\d\d-\d\d)((?: \d\d:\d\d-\d\d:\d\d)+)$")
#: How people write a span, to how it is kept.
_DASHES = re.compile(r"\s*(?:–|—|~|～|至|到)\s*")


def read_hours(given: QueryDict) -> dict[str, Any] | None:
    """As `set_unit_hours` takes them; None where nothing was written. Raises field.invalid for each wrong line."""
    lines = [line for line in map(str.strip, given.get("hours", "").splitlines()) if line]
    found, wrong = [], []
    for line in lines:
        plain = re.sub(r"[,，、;；\s]+", " ", _DASHES.sub("-", line)).strip()
        season = _SEASON.match(plain)
        if season is None:
            wrong.append(Problem(INVALID, field="hours", field_label=HOURS, why=line[:60]))
        else:
            found.append({"first": season[1], "last": season[2], "spans": season[3].split()})
    raise_all(wrong)
    return {"seasons": found} if found else None


def read_exceptions(given: QueryDict) -> Mapping[date, tuple[bool, str]]:
    """Raises field.invalid for each line that is none."""
    return read_days(given.get("exceptions", ""), "exceptions", EXCEPTIONS)
