"""What happens when a clock comes to its mark or runs out. The worker acts; a clock fires once."""

from __future__ import annotations

from datetime import datetime

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.states import OPEN, CaseState, ClockKind, ClockState, Event, Status
from guanjia.playbook.lifecycle.verbs import Act, Data, Decision, Param, verb
from guanjia.playbook.problems import NEEDS, NO_CLOCK
from guanjia.playbook.schema import Playbook

CLOCK = Param("key", "line", _("Clock"))


def _clock(case: CaseState, key: str) -> ClockState:
    clock = case.clocks.get(key)
    if clock is None or not clock.running or clock.paused or clock.fired:
        raise Problem(NO_CLOCK)
    return clock


@verb(
    "warn",
    _("Warn"),
    told=_("the limit is near"),
    states=frozenset(Status),
    who=("system",),
    params=(CLOCK,),
    rank=99,
)
def warn(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    clock = _clock(case, act.data["key"])
    return {**act.data, "clocks": [{"op": "warn", "key": clock.key}]}


def _expired(case: CaseState, event: Event) -> CaseState:
    return case.with_(late=case.late or event.data["kind"] == ClockKind.RESOLVE)


@verb(
    "expire",
    _("Limit passed"),
    told=_("the limit has passed"),
    states=frozenset(Status),
    who=("system",),
    params=(CLOCK,),
    fold=_expired,
    rank=99,
    public=True,
)
def expire(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """Past its resolve limit a case climbs (where the tier says so and there is a tier above); past its
    review date a shelved case comes back."""
    clock = _clock(case, act.data["key"])
    expired: Data = {
        "key": clock.key,
        "kind": str(clock.kind),
        "due": act.data.get("due"),
        # Why a case that should climb stays: nobody holds the tier above.
        **({"stuck": act.data["stuck"]} if act.data.get("stuck") else {}),
        "clocks": [{"op": "fire", "key": clock.key}],
    }
    lines = [("expire", expired)]
    if climbs(case, clock, playbook) and act.data.get("to"):
        lines.append(("escalate", {"to": act.data["to"], "reason": "late", "automatic": True}))
    if clock.kind is ClockKind.REVIEW and case.status is Status.SHELVED:
        lines.append(("unshelve", {"comment": "", "automatic": True}))
    return lines


@verb(
    "set_due",
    _("Take over a date"),
    told=_("took over the date that the sender had given"),
    states=OPEN,
    who=("system",),
    params=(CLOCK, Param("due", "line", _("Due"))),
    rank=99,
)
def set_due(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """A case that comes from another system keeps the date that was promised there: a clock that runs is due then,
    whatever its limit says."""
    clock = _clock(case, act.data["key"])
    try:
        due = datetime.fromisoformat(act.data["due"])
    except ValueError:
        due = None
    if due is None or due.utcoffset() is None:
        raise Problem(NEEDS, field="due", field_label=_("Due"))
    return {**act.data, "clocks": [{"op": "given", "key": clock.key, "due": due.isoformat()}]}


def climbs(case: CaseState, clock: ClockState, playbook: Playbook) -> bool:
    """Whether this clock's end sends the case up: the caller then works out who owns the next tier and puts
    it into `data["to"]`."""
    return (
        clock.kind is ClockKind.RESOLVE
        and case.status in (Status.ASSIGNED, Status.WORKING)
        and bool(case.tier)
        and playbook.tier(case.tier).when_late == "escalate"
        and playbook.next_tier(case.tier) is not None
    )
