"""Why a date is what it is: each counted and each skipped day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels import due
from guanjia.playbook.due import NOTE_WORDS, Due, Step
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, ClockState
from guanjia.playbook.limits import Limit, TimeUnit


@dataclass(frozen=True, slots=True)
class Counted:
    """One day. `amount`: what it counted for, in words; empty where it was skipped."""

    day: date
    counted: bool
    amount: str
    note: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One limit. `skipped`: how many days did not count."""

    label: str
    limit: str
    started: datetime
    due: datetime | None
    estimated: bool
    paused: bool
    chip: dict[str, Any] | None
    steps: Sequence[Counted]
    skipped: int


def clocks(page: CasePage, found: Sequence[tuple[ClockState, Due]], *, at: datetime) -> list[Reason]:
    views = {view.key: view for view in page.clocks}
    return [_reason(clock, one, views.get(clock.key), at) for clock, one in found]


def _reason(clock: ClockState, found: Due, view: Any, at: datetime) -> Reason:
    limit = Limit.parse(clock.limit)
    running = clock.stopped is None
    return Reason(
        label=_(CLOCK_LABELS[clock.kind]),
        limit=due.limit_said(clock.limit) if clock.given is None else _("given by the sender"),
        started=clock.started,
        due=found.moment,
        estimated=found.estimated,
        paused=found.moment is None,
        chip=due.chip(found.moment, view.left if view else None, estimated=found.estimated, at=at) if running else None,
        steps=[_counted(step, limit) for step in found.steps],
        skipped=sum(not step.counted for step in found.steps),
    )


def _counted(step: Step, limit: Limit) -> Counted:
    note = _(NOTE_WORDS[step.note])
    if step.label:
        note = f"{note} · {step.label}"
    return Counted(step.day, step.counted, _amount(step, limit) if step.counted else "", note, step.estimated)


def _amount(step: Step, limit: Limit) -> str:
    if limit.unit in (TimeUnit.WORKING_DAYS, TimeUnit.DAYS):
        return ngettext("%(n)d day", "%(n)d days", step.amount) % {"n": step.amount}
    spans = " ".join(f"{localtime(start):%H:%M}–{localtime(end):%H:%M}" for start, end in step.spans)
    minutes = ngettext("%(n)d minute", "%(n)d minutes", step.amount) % {"n": step.amount}
    return f"{minutes} · {spans}" if spans else minutes
