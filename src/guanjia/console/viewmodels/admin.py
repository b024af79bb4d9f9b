"""Administration as its pages show it: accounts, tokens, the read log, the calendar, duties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import queries as access
from guanjia.access.rules import PURPOSES, SCOPES
from guanjia.cases.queries import duties
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.subjects import SECRETS
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.paging import Page
from guanjia.kernel.problems import INVALID, MISSING, Problem, raise_all
from guanjia.kernel.tabular import read_moment
from guanjia.playbook.labels import ROLE_LABELS
from guanjia.registry import queries as registry
from guanjia.registry.queries import history

SIZE = 50
ADMIN, SECURITY, AUDITOR = Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR
#: Pages of the administration, and who enters which.
PARTS = (
    ("accounts", gettext_noop("Accounts"), (ADMIN, SECURITY)),
    ("tokens", gettext_noop("Tokens"), (SECURITY, AUDITOR)),
    ("reads", gettext_noop("Read log"), (SECURITY, AUDITOR)),
    ("calendar", gettext_noop("Work calendar"), (ADMIN,)),
    ("duties", gettext_noop("Duties"), (ADMIN,)),
    ("import", gettext_noop("Import"), (ADMIN,)),
)
RECORDS = {
    "registry.contact": gettext_noop("Asker"),
    "registry.business": gettext_noop("Business"),
    "registry.household": gettext_noop("Household"),
    "registry.person": gettext_noop("Person"),
}
_FIELDS = {name: label for fields in SECRETS.values() for name, label in fields.items()} | {
    "email": gettext_noop("E-mail")
}


def parts(actor: Actor, here: str) -> list[dict[str, Any]]:
    return [
        {"label": _(label), "url": reverse(f"console:{key}"), "active": key == here}
        for key, label, roles in PARTS
        if actor.holds(*roles)
    ]


@dataclass(frozen=True, slots=True)
class Warned:
    """What must not be: duties that exclude each other in one hand, and officers who cannot sign in."""

    conflicts: Sequence[Any]
    unreachable: int


def warned(*, at: datetime) -> Warned:
    """Four queries."""
    found = access.coverage(localdate(at))
    return Warned(found.conflicts, len(found.unreachable))


@dataclass(frozen=True, slots=True)
class Read:
    """One look at a clear value."""

    at: datetime
    officer: str
    unit: str
    officer_url: str
    record: str
    record_url: str
    field: str
    purpose: str
    note: str
    case_number: str
    in_scope: bool


def reads(page: Page[Any]) -> list[Read]:
    return [
        Read(
            at=one.at,
            officer=one.officer.name,
            unit=str(one.officer.unit),
            officer_url=f"{reverse('console:reads')}?account={one.account_id}",
            record=f"{_(RECORDS.get(one.record_type, one.record_type))} {one.record_id}",
            record_url=f"{reverse('console:reads')}?record={one.record_type}:{one.record_id}",
            field=_(_FIELDS.get(one.field, one.field)),
            purpose=_(PURPOSES.get(one.purpose, one.purpose)),
            note=one.note,
            case_number=one.case_number,
            in_scope=one.in_scope,
        )
        for one in page.rows
    ]


def record_asked(text: str) -> tuple[str, int] | None:
    """`registry.person:12`."""
    kind, _colon, id = text.partition(":")
    return (kind, int(id)) if kind in RECORDS and id.isdigit() and len(id) <= 15 else None


def scopes() -> list[tuple[str, str]]:
    return [(key, _(label)) for key, label in SCOPES.items()]


def posts(unit_id: int, *, at: datetime) -> list[tuple[str, str]]:
    found = history.posts_of_unit(unit_id, localdate(at))
    return [(str(one.pk), f"{one.title} · {_(ROLE_LABELS[Role(one.role)])} · {one.place.name}") for one in found]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    years: Sequence[int]
    year: int
    days: Sequence[Any]
    hours: Sequence[tuple[str, str, str]]
    estimated_cases: int
    estimated_clocks: int


def calendar_page(year: int) -> CalendarPage:
    """Six queries."""
    _days, hours = registry.work_calendar()
    cases, clocks = duties.estimated_dates()
    seasons = [
        (f"{s.first[0]:02}-{s.first[1]:02}", f"{s.last[0]:02}-{s.last[1]:02}", _spans(s.spans)) for s in hours.seasons
    ]
    return CalendarPage(registry.published_years(), year, history.days_of(year), seasons, cases, clocks)


def _spans(spans: Any) -> str:
    return "、".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in spans)


_OFF = ("休", "放假", "off", "holiday")
_ON = ("班", "上班", "补班", "调休上班", "work", "working")
_PARTS = re.compile(r"[\s,，;；\t]+")
NOTICE = gettext_noop("Days of the notice")


def read_notice(text: str) -> Mapping[date, tuple[bool, str]]:
    """One day a line: the day, 休 or 班 (off or work), the holiday's name. Raises field.missing, and field.invalid for
    every line that cannot be read."""
    days: dict[date, tuple[bool, str]] = {}
    wrong: list[Problem] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        first, *rest = _PARTS.split(line, maxsplit=2)
        moment = read_moment(first)
        word = rest[0].lower() if rest else ""
        if moment is None or word not in (*_OFF, *_ON):
            wrong.append(Problem(INVALID, field="days", field_label=NOTICE, why=line[:60]))
            continue
        days[moment.date()] = (word in _ON, rest[1] if len(rest) > 1 else "")
    raise_all(wrong)
    if not days:
        raise Problem(MISSING, field="days", field_label=NOTICE)
    return days


@dataclass(frozen=True, slots=True)
class DutyLine:
    key: str
    is_body: bool
    names: str
    held: Sequence[dict[str, str]]


def duty_lines() -> list[DutyLine]:
    """Three queries."""
    return [
        DutyLine(
            one.key,
            one.is_body,
            "、".join(said(name) for name in one.names),
            [
                {
                    "unit": row.unit.name,
                    "url": reverse("console:unit", args=[row.unit_id]),
                    "place": row.place.name if row.place else _("the whole district"),
                }
                for row in one.held
            ],
        )
        for one in duties.duties()
    ]
