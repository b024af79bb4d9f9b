"""Cases as lists show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.cases.queries.time_left import time_left
from guanjia.console.viewmodels import due
from guanjia.console.viewmodels.steps import next_step
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.due import Remaining
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, STATUS_LABELS, Outcome, Status
from guanjia.playbook.schema import Playbook, Text
from guanjia.programmes import queries as programmes

#: What stands out of a case besides its time: column, tone, icon, word.
_MARKS = (
    ("emergency", "red", "flag", gettext_noop("Urgent")),
    ("frozen", "amber", "lock", gettext_noop("Frozen")),
    ("redone", "amber", "redo", gettext_noop("Redone")),
    ("contested", "amber", "message", gettext_noop("Contested")),
    ("orders", "amber", "order", gettext_noop("Order to answer")),
    ("waiting", "neutral", "question", gettext_noop("Waits for the asker")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One case. `due`: arguments of due_chip, None once no limit runs. `act_url`: the form of the next step."""

    number: str
    url: str
    title: str
    category: str
    place: str
    status: str
    status_text: str
    outcome: str
    unit: str
    person: str
    due: dict[str, Any] | None
    step: str
    act_url: str
    marks: Sequence[tuple[str, str, str]]
    registered: datetime
    late: bool
    channel: str


def rows(cases: Sequence[Any], at: datetime, verbs: Collection[str] = ()) -> list[Row]:
    """Two queries, however many cases. `verbs`: those that the reader of this list may use on what stands in it."""
    left = time_left(cases, at)
    return [row(case, left.get(case.pk), at, verbs) for case in cases]


def row(case: Any, left: Remaining | None, at: datetime, verbs: Collection[str]) -> Row:
    playbook = programmes.playbook_of(case.version_id)
    step = next_step(case)
    mine = step.verb in verbs
    return Row(
        number=case.number,
        url=reverse("console:case", args=[case.number]),
        title=case.title,
        category=category_name(playbook, case.category),
        place=str(case.place or case.address or ""),
        status=case.status,
        status_text=_(STATUS_LABELS[Status(case.status)]),
        outcome=_(OUTCOME_LABELS[Outcome(case.outcome)]) if case.outcome else "",
        unit=str(case.holder_unit),
        person=str(case.holder_officer or ""),
        due=_due(case, left, at),
        step=_(step.short if mine else step.others),
        act_url=reverse("console:act", args=[case.number, step.verb]) if mine else "",
        marks=[(_(word), tone, icon) for name, tone, icon, word in _MARKS if getattr(case, name)],
        registered=case.registered_at,
        late=case.open and case.due_at < at,
        channel=case.get_channel_display(),
    )


def _due(case: Any, left: Remaining | None, at: datetime) -> dict[str, Any] | None:
    if not case.open:
        return None
    return due.chip(case.due_at if left is not None else None, left, estimated=case.due_estimated, at=at)


def category_name(playbook: Playbook, key: str) -> str:
    category = playbook.category(key)
    return said(category.name) if category is not None else key


def said(text: Text) -> str:
    """A playbook's text in the reader's language."""
    return text.in_(get_language() or "zh")


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    level: str
    rows: Sequence[Row]


def by_due(cases: Sequence[Any], at: datetime, verbs: Collection[str]) -> list[Group]:
    """A work list in the order of time: overdue, today, tomorrow, later, and what stands still."""
    shown = rows(cases, at, verbs)
    groups: dict[tuple[str, str], list[Row]] = {}
    for one in shown:
        groups.setdefault(_group(one, at), []).append(one)
    return [Group(label, level, members) for (label, level), members in groups.items()]


def _group(row: Row, at: datetime) -> tuple[str, str]:
    moment = row.due["moment"] if row.due else None
    if moment is None:
        return _("Standing still"), "paused"
    if moment < at:
        return _("Overdue"), "late"
    day, today = localtime(moment).date(), localtime(at).date()
    if day == today:
        return _("Today"), "near"
    if day == today + timedelta(days=1):
        return _("Tomorrow"), "ok"
    return _("Later"), "ok"
