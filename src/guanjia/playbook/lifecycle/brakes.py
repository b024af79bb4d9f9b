"""What slows a case down, each with a reason, a ruling and a limit: returns, extensions, shelving."""

from __future__ import annotations

from typing import Any

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.clockwork import Op, pause, resume, start, stop
from guanjia.playbook.lifecycle.intake import COMMENT, REASON
from guanjia.playbook.lifecycle.states import IN_HAND, CaseState, ClockKind, Event, Status
from guanjia.playbook.lifecycle.verbs import Act, Decision, Fold, Param, verb
from guanjia.playbook.limits import Limit
from guanjia.playbook.problems import (
    ALREADY_PENDING,
    DESIGNATED,
    EXTENSION_TOO_LONG,
    FROZEN,
    NO_CLOCK,
    NOTHING_PENDING,
    TOO_MANY_EXTENSIONS,
)
from guanjia.playbook.schema import Playbook

GRANTED = Param("granted", "yes_no", _("Granted"))
WORKING = frozenset({Status.WORKING})


def _asked(kind: str) -> Fold:
    def fold(case: CaseState, event: Event) -> CaseState:
        return case.with_(pending={**case.pending, kind: {**event.data, "seq": event.seq}})

    return fold


def _ruling(case: CaseState, kind: str, limit: Limit) -> list[Op]:
    return [start(ClockKind.RULING, limit, tier=case.tier, key=f"ruling:{kind}")]


def _not_asked_twice(case: CaseState, kind: str) -> None:
    if kind in case.pending:
        raise Problem(ALREADY_PENDING)


def _ruled(case: CaseState, kind: str) -> list[Op]:
    if kind not in case.pending:
        raise Problem(NOTHING_PENDING)
    clock = case.clocks.get(f"ruling:{kind}")
    return [{"op": "stop", "key": clock.key}] if clock is not None and clock.running else []


def without(case: CaseState, kind: str) -> dict[str, Any]:
    return {key: value for key, value in case.pending.items() if key != kind}


def _returned(case: CaseState, event: Event) -> CaseState:
    if not event.data["frozen"]:
        return _asked("return")(case, event).with_(returns=case.returns + 1)
    first = case.first_receiver or case.holder
    return case.with_(
        returns=case.returns + 1,
        frozen=True,
        holder=first,
        status=Status.ASSIGNED,
        pending={},
        waiting_for_asker=False,
    )


@verb(
    "return",
    _("Return"),
    told=_("wants to return the case"),
    states=IN_HAND,
    who=("holder",),
    params=(REASON, Param("suggest", "unit", _("Who should have it"), required=False)),
    fold=_returned,
    rank=48,
    public=True,
)
def return_(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """The desk rules on a return. At the playbook's brake the case goes to its first receiver and waits
    there for the arbiter."""
    if case.frozen:
        raise Problem(FROZEN)
    if case.designated:
        raise Problem(DESIGNATED)
    _not_asked_twice(case, "return")
    rule = playbook.ladder.returns
    frozen = case.returns + 1 >= rule.brake
    if frozen:
        clocks = [*resume(case), *stop(case, ClockKind.ACCEPT, ClockKind.RULING)]
        clocks.append(start(ClockKind.RULING, rule.rule, tier=case.tier, key="ruling:designation"))
    else:
        clocks = _ruling(case, "return", rule.rule)
    return {**act.data, "frozen": frozen, "clocks": clocks}


def _return_ruled(case: CaseState, event: Event) -> CaseState:
    case = case.with_(pending=without(case, "return"))
    if not event.data["granted"]:
        return case
    return case.with_(status=Status.REGISTERED, holder=case.desk, pending={}, waiting_for_asker=False)


@verb(
    "rule_return",
    _("Rule on the return"),
    told=_("ruled on the return"),
    states=IN_HAND,
    who=lambda playbook: (str(playbook.ladder.returns.ruled_by), "desk"),
    params=(GRANTED, REASON),
    fold=_return_ruled,
    rank=2,
    public=True,
)
def rule_return(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    clocks = _ruled(case, "return")
    if act.data["granted"]:
        clocks = [*resume(case), *stop(case, ClockKind.ACCEPT, ClockKind.RULING)]
        clocks.append(start(ClockKind.DISPATCH, playbook.ladder.dispatch, tier=""))
    return {**act.data, "clocks": clocks}


@verb(
    "request_extension",
    _("Ask for an extension"),
    told=_("asked for an extension"),
    states=WORKING,
    who=("holder",),
    params=(Param("limit", "limit", _("How much longer")), REASON),
    fold=_asked("extension"),
    rank=43,
    public=True,
)
def request_extension(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    _not_asked_twice(case, "extension")
    rule = playbook.ladder.extension
    clock = case.running(ClockKind.RESOLVE)
    if clock is None:
        raise Problem(NO_CLOCK)
    if case.extensions >= rule.most:
        raise Problem(TOO_MANY_EXTENSIONS, count=case.extensions)
    more = Limit.parse(act.data["limit"])
    same_unit = more.unit is Limit.parse(clock.limit).unit is rule.longest.unit
    if not same_unit or not 0 < more.amount <= rule.longest.amount:
        raise Problem(EXTENSION_TOO_LONG, field="limit", longest=str(rule.longest))
    return {**act.data, "clocks": _ruling(case, "extension", rule.rule)}


@verb(
    "decide_extension",
    _("Decide on the extension"),
    told=_("decided on the extension"),
    states=WORKING,
    who=lambda playbook: (str(playbook.ladder.extension.approved_by),),
    params=(GRANTED, REASON),
    fold=lambda case, event: case.with_(
        pending=without(case, "extension"), extensions=case.extensions + bool(event.data["granted"])
    ),
    rank=4,
    public=True,
)
def decide_extension(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    clocks = _ruled(case, "extension")
    clock = case.running(ClockKind.RESOLVE)
    if act.data["granted"] and clock is not None:
        had = Limit.parse(clock.limit)
        more = Limit.parse(case.pending["extension"]["limit"])
        clocks.append({"op": "extend", "key": clock.key, "limit": str(Limit(had.amount + more.amount, had.unit))})
    return {**act.data, "clocks": clocks}


@verb(
    "request_shelving",
    _("Ask to shelve"),
    told=_("asked to shelve the case"),
    states=WORKING,
    who=("holder",),
    params=(REASON,),
    fold=_asked("shelving"),
    rank=49,
)
def request_shelving(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    _not_asked_twice(case, "shelving")
    return {**act.data, "clocks": _ruling(case, "shelving", playbook.ladder.shelving.rule)}


def _shelving_ruled(case: CaseState, event: Event) -> CaseState:
    case = case.with_(pending=without(case, "shelving"))
    if not event.data["granted"]:
        return case
    return case.with_(status=Status.SHELVED, shelved_from=case.status)


@verb(
    "decide_shelving",
    _("Decide on shelving"),
    told=_("decided on shelving"),
    states=WORKING,
    who=lambda playbook: (str(playbook.ladder.shelving.approved_by),),
    params=(GRANTED, REASON),
    fold=_shelving_ruled,
    rank=5,
    public=True,
)
def decide_shelving(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """A shelved case keeps its owner; its clocks pause and a review clock runs, so that it comes back by
    itself."""
    clocks = _ruled(case, "shelving")
    if act.data["granted"]:
        clocks += pause(case)
        clocks.append(start(ClockKind.REVIEW, playbook.ladder.shelving.review, tier=case.tier))
    return {**act.data, "clocks": clocks}


@verb(
    "unshelve",
    _("Take up again"),
    told=_("took the shelved case up again"),
    states=frozenset({Status.SHELVED}),
    who=lambda playbook: ("holder", "system", str(playbook.ladder.shelving.approved_by)),
    params=(COMMENT,),
    fold=lambda case, event: case.with_(
        status=case.shelved_from or Status.WORKING, shelved_from=None, waiting_for_asker=False
    ),
    rank=1,
    public=True,
)
def unshelve(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data, "clocks": [*resume(case), *stop(case, ClockKind.REVIEW)]}
