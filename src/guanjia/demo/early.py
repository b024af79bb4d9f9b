"""A limit that ends at once, so that a demo shows in a minute what lateness does in days.

The ledger is not told a lie: it gets a line that says that the limit was cut short, and after that the clock rings as
ever. The verb is entered in a demo alone; elsewhere nobody has it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.clocks import ring
from guanjia.cases.deadlines import Timekeeper, timekeeper
from guanjia.cases.models import Clock
from guanjia.demo.problems import NOTHING_RUNS
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.due import Pause, elapsed
from guanjia.playbook.lifecycle.states import OPEN, CaseState, ClockKind, ClockState
from guanjia.playbook.lifecycle.verbs import Act, Data, Param, verb, verbs
from guanjia.playbook.limits import TimeUnit
from guanjia.playbook.schema import Playbook

VERB = "cut_short"


def enter() -> None:
    """Into the table of verbs."""
    if VERB not in verbs():
        verb(
            VERB,
            _("Cut the limit short"),
            told=_("cut the limit short, for the demo"),
            states=OPEN,
            who=("system",),
            params=(Param("key", "line", _("Clock")), Param("limit", "limit", _("Limit"))),
            rank=99,
            public=True,
        )(_decide)


def _decide(case: CaseState, act: Act, playbook: Playbook) -> Data:
    return {**act.data, "clocks": [{"op": "extend", "key": act.data["key"], "limit": act.data["limit"]}]}


@transaction.atomic
def let_run_out(case_id: int, *, at: datetime) -> None:
    """The limit for the result (or, where none runs, the next of the others) ends with the minutes that it has run so
    far, and what follows of that follows. Raises demo.nothing_runs."""
    ledger = open_ledger(SYSTEM, case_id, alone=True)
    keeper = timekeeper(ledger.state.holder.unit)
    clock = _pressing(ledger.state, keeper)
    if clock is None:
        raise Problem(NOTHING_RUNS)
    pauses = [Pause(*one) for one in clock.pauses]
    run = elapsed(clock.started, at, TimeUnit.MINUTES, keeper.calendar, keeper.hours, keeper.zone, pauses)
    perform(SYSTEM, ledger, VERB, {"key": clock.key, "limit": f"{run}{TimeUnit.MINUTES}"}, at=at)
    ring(Clock.objects.get(case_id=case_id, key=clock.key), at=at)


def _pressing(state: CaseState, keeper: Timekeeper) -> ClockState | None:
    running = [clock for clock in state.clocks.values() if clock.running and not clock.fired and not clock.paused]
    result = (clock for clock in running if clock.kind is ClockKind.RESOLVE)
    return next(result, None) or min(running, key=lambda clock: keeper.due(clock) or clock.started, default=None)
