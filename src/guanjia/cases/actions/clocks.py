"""What the worker does when a clock comes to a mark or runs out. However often it dies, each mark and each
end is written once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.consequences import next_owner
from guanjia.cases.deadlines import clock_rows, deadlines, timekeeper
from guanjia.cases.ledger import Ledger, append
from guanjia.cases.models import Case, Clock
from guanjia.cases.projection import next_due
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.decide import decide
from guanjia.playbook.lifecycle.states import ClockState
from guanjia.playbook.lifecycle.timers import climbs
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.registry import stamps


@stamps.read_once()
@transaction.atomic
def ring(clock: Clock, *, at: datetime) -> str | None:
    """Write the warning or the end of one clock that the worker found due; returns the verb, or None where
    there is nothing left to do.

    Exactly once: the line is written in the transaction that moves the clock's `next_at` on, and a clock
    that fired or stopped meanwhile is refused by the
    rules.
    """
    ledger = open_ledger(SYSTEM, clock.case_id, alone=True)
    state = ledger.state.clocks.get(clock.key)
    if state is None or not state.running or state.fired or state.paused:
        Clock.objects.filter(pk=clock.pk).update(next_at=None)
        return None
    deadline = timekeeper(ledger.state.holder.unit).deadline(state, ledger.playbook)
    if deadline.next_at is None or deadline.next_at > at:
        Clock.objects.filter(pk=clock.pk).update(
            due=deadline.due, estimated=deadline.estimated, next_at=deadline.next_at
        )
        return None
    if deadline.due is not None and deadline.due <= at:
        _expire(ledger, state, deadline.due, at)
        return "expire"
    perform(SYSTEM, ledger, "warn", {"key": clock.key}, at=at)
    return "warn"


def _expire(ledger: Ledger, clock: ClockState, due: datetime, at: datetime) -> None:
    data: dict[str, Any] = {"key": clock.key, "due": due.isoformat()}
    if climbs(ledger.state, clock, ledger.playbook):
        try:
            data["to"] = next_owner(ledger, at)
        except Problem as problem:
            # Nobody holds the tier above: the case stays where it is, late, and the line says why.
            data["stuck"] = problem.code
    request = Act("expire", SYSTEM.signature, data, at)
    append(ledger, decide(ledger.state, request, ledger.playbook), at=at)


@stamps.read_once()
@transaction.atomic
def recount(case_id: int, *, at: datetime) -> bool:
    """Count the running clocks of a case anew (the calendar's notice came, office hours changed). True where
    a date moved.

    No line of the ledger: the facts did not change, only the calendar that they are counted on.
    """
    ledger = open_ledger(SYSTEM, case_id, alone=True)
    keeper = timekeeper(ledger.state.holder.unit)
    counted = deadlines(ledger.state, keeper, ledger.playbook)
    rows = clock_rows(case_id, ledger.state.clocks, list(counted), keeper, ledger.playbook, counted)
    moved = False
    for row in rows:
        moved |= bool(
            Clock.objects.filter(case_id=case_id, key=row.key)
            .exclude(due=row.due, estimated=row.estimated)
            .update(due=row.due, estimated=row.estimated, next_at=row.next_at)
        )
    due, kind, estimated = next_due(ledger.state, counted)
    Case.objects.filter(pk=case_id).update(due_at=due, due_kind=kind, due_estimated=estimated)
    return moved
