"""Administration as its pages show it: accounts, tokens, the read log, the calendar, duties."""

from __future__ import annotations

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
from guanjia.console.viewmodels.hours import read_days, seasons
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.subjects import SECRETS
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.kernel.problems import MISSING, Problem
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
    ("changes", gettext_noop("Changes"), (ADMIN, SECURITY, AUDITOR)),
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
    number = number_in(id)
    return (kind, number) if kind in RECORDS and number is not None else None


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
    hours: Sequence[tuple[str, str]]
    estimated_cases: int
    estimated_clocks: int


def calendar_page(year: int) -> CalendarPage:
    """Six queries."""
    _days, hours = registry.work_calendar()
    cases, clocks = duties.estimated_dates()
    return CalendarPage(registry.published_years()[::-1], year, history.days_of(year), seasons(hours), cases, clocks)


NOTICE = gettext_noop("Days of the notice")


def read_notice(text: str) -> Mapping[date, tuple[bool, str]]:
    """One day a line: the day, 休 or 班 (off or work), the holiday's name. Raises field.missing, and field.invalid for
    every line that cannot be read."""
    days = read_days(text, "days", NOTICE)
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
