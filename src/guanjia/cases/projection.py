"""The columns of a case row: the fold of its events, written down so that lists need no fold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guanjia.cases.models.case import NEVER
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, Status
from guanjia.playbook.timekeeper import Deadline

#: Limits that say when something must next be done about a case.
LEADING = frozenset(ClockKind) - {ClockKind.ANSWER, ClockKind.RULING}


def columns(case: CaseState, counted: Mapping[str, Deadline]) -> dict[str, Any]:
    """What `Case` stores of the state. `counted`: deadlines of the running clocks."""
    due, kind, estimated = next_due(case, counted)
    answers = [answer for answer in case.askers.values() if answer is not None and answer.satisfaction]
    return {
        "seq": case.seq,
        "status": str(case.status),
        "outcome": str(case.outcome or ""),
        "confirmed": case.confirmed,
        "tier": case.tier,
        "category": case.category,
        "emergency": case.emergency,
        "holder_unit_id": case.holder.unit,
        "holder_officer_id": case.holder.officer,
        "desk_unit_id": case.desk.unit,
        "sealed_to_id": case.sealed_to,
        "due_at": due,
        "due_kind": kind,
        "due_estimated": estimated,
        "late": case.late,
        "frozen": case.frozen,
        "waiting": case.waiting_for_asker,
        "pending": " ".join(sorted(case.pending)),
        "returns": case.returns,
        "redone": case.redone,
        "contested": case.contested,
        "escalations": case.escalations,
        "orders": len(case.orders),
        "satisfaction": min((answer.satisfaction or 0 for answer in answers), default=None),
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
    }


def next_due(case: CaseState, counted: Mapping[str, Deadline]) -> tuple[datetime, str, bool]:
    """The earliest moment by which something must be done; NEVER where every limit is paused or none runs."""
    if case.status in (Status.CLOSED, Status.HANDED_OVER):
        return NEVER, "", False
    coming = [
        (deadline.due, str(case.clocks[key].kind), deadline.estimated)
        for key, deadline in counted.items()
        if deadline.due is not None and case.clocks[key].kind in LEADING
    ]
    return min(coming, default=(NEVER, "", False))
