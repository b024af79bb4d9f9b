"""From the asker to the first hands: register, dispatch, accept, join, merge, withdraw, hand over."""

from __future__ import annotations

from typing import Any

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.clockwork import Op, resume, start, stop
from guanjia.playbook.lifecycle.states import (
    IN_HAND,
    OPEN,
    CaseState,
    ClockKind,
    Event,
    Outcome,
    Party,
    Status,
)
from guanjia.playbook.lifecycle.verbs import Act, Data, Decision, Param, verb
from guanjia.playbook.problems import FROZEN, NOT_AN_ASKER, OPEN_CHILDREN, SAME_CASE
from guanjia.playbook.schema import Playbook, Tier

REASON = Param("reason", "text", _("Reason"))
COMMENT = Param("comment", "text", _("Comment"), required=False)
#: What a tier owes the asker, whoever in it holds the case.
OWED = (ClockKind.RESOLVE, ClockKind.FIRST_OPINION, ClockKind.ARRIVE)


def register(act: Act, playbook: Playbook) -> Data:
    """The data of the first event. `act.data`: programme, category, desk, askers, and whatever the room
    above wants on record."""
    data = dict(act.data)
    data.setdefault("askers", [])
    data["clocks"] = [start(ClockKind.DISPATCH, playbook.ladder.dispatch, tier="")]
    return data


def registered(event: Event) -> CaseState:
    data = event.data
    desk = Party.from_data(data["desk"])
    return CaseState(
        seq=event.seq,
        status=Status.REGISTERED,
        tier="",
        holder=desk,
        desk=desk,
        programme=data["programme"],
        category=data["category"],
        emergency=data.get("emergency", False),
        called=data.get("call", False),
        askers=dict.fromkeys(data["askers"]),
        parent=data.get("parent"),
    )


def parts_are_closed(case: CaseState) -> None:
    """A case does not leave the ledger before the cases that it was split into. Raises case.open_children."""
    open_children = sum(not done for done in case.children.values())
    if open_children:
        raise Problem(OPEN_CHILDREN, count=open_children)


def enter_tier(case: CaseState, tier: Tier, playbook: Playbook) -> list[Op]:
    """Clocks of a case that comes to this tier.

    The clocks of what the tier owes the asker belong to the tier, not to whoever holds the case: a case that was
    returned and is dispatched to the same tier again goes on with the clocks it had. Only one whose limit ran out
    at the desk starts anew, or it would never climb.
    """
    running = case.running(ClockKind.RESOLVE)
    spent = running is not None and running.fired and case.status is Status.REGISTERED
    stays = running is not None and running.tier == tier.key and not spent
    ending = [kind for kind in ClockKind if kind not in (ClockKind.ANSWER, *OWED)]
    operations = [*resume(case), *stop(case, *ending)] if stays else stop(case, *ending, *OWED)
    starting = {ClockKind.ACCEPT: tier.accept}
    if not stays:
        starting[ClockKind.RESOLVE] = playbook.resolve_limit(tier, case.category)
        starting[ClockKind.FIRST_OPINION] = _first_opinion(case, tier, playbook)
        starting[ClockKind.ARRIVE] = tier.arrive if case.called else None
    return operations + [start(kind, limit, tier=tier.key) for kind, limit in starting.items() if limit is not None]


def _first_opinion(case: CaseState, tier: Tier, playbook: Playbook) -> Any:
    lane = playbook.ladder.emergency
    return lane.first_opinion if case.emergency and lane is not None else tier.first_opinion


def moved(case: CaseState, event: Event) -> CaseState:
    """The case is with a new holder, who has still to accept it."""
    holder = Party.from_data(event.data["to"])
    return case.with_(
        status=Status.ASSIGNED,
        tier=event.data.get("tier", case.tier),
        holder=holder,
        first_receiver=case.first_receiver or holder,
        waiting_for_asker=False,
        pending={key: value for key, value in case.pending.items() if key == "correction"},
    )


@verb(
    "dispatch",
    _("Dispatch"),
    told=_("dispatched the case"),
    states=frozenset({Status.REGISTERED}),
    who=("desk", "clerk", "lead_office", "system"),
    params=(
        Param("to", "party", _("To whom")),
        Param("tier", "tier", _("Tier")),
        Param("reason", "text", _("Reason"), required=False),
    ),
    fold=moved,
    rank=1,
    public=True,
)
def dispatch(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    tier = playbook.tier(act.data["tier"])
    return {**act.data, "clocks": enter_tier(case, tier, playbook)}


@verb(
    "accept",
    _("Accept"),
    told=_("accepted the case"),
    states=frozenset({Status.ASSIGNED}),
    who=("holder",),
    fold=lambda case, event: case.with_(
        status=Status.WORKING,
        holder=Party(case.holder.unit, event.data.get("officer") or case.holder.officer),
    ),
    rank=1,
    public=True,
)
def accept(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if case.frozen:
        raise Problem(FROZEN)
    return {"officer": act.officer, "clocks": stop(case, ClockKind.ACCEPT)}


@verb(
    "join",
    _("Add an asker"),
    told=_("somebody else asked the same"),
    states=OPEN,
    who=("asker", "desk", "clerk", "steward", "system"),
    params=(Param("asker", "asker", _("Asker")),),
    fold=lambda case, event: case.with_(askers={event.data["asker"]: None, **case.askers}),
    rank=80,
    public=True,
)
def join(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data}


def _merged(case: CaseState, event: Event) -> CaseState:
    return case.with_(
        status=Status.CLOSED,
        outcome=Outcome.MERGED,
        merged_into=event.data["into"],
        closed_at=event.at,
        pending={},
    )


@verb(
    "merge",
    _("Merge into another case"),
    told=_("merged the case into another one"),
    states=frozenset({Status.REGISTERED, *IN_HAND}),
    who=("desk", "clerk", "lead_office", "system"),
    params=(Param("into", "case", _("Number of the other case")), REASON),
    fold=_merged,
    rank=70,
    public=True,
)
def merge(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if act.data["into"] == act.data.get("case"):
        raise Problem(SAME_CASE, field="into")
    parts_are_closed(case)
    return {**act.data, "clocks": stop(case)}


def _withdrawn(case: CaseState, event: Event) -> CaseState:
    askers = {asker: answer for asker, answer in case.askers.items() if asker != event.data["asker"]}
    if askers:
        return case.with_(askers=askers)
    return case.with_(
        askers={event.data["asker"]: case.askers[event.data["asker"]]},
        status=Status.CLOSED,
        outcome=Outcome.WITHDRAWN,
        closed_at=event.at,
        pending={},
    )


@verb(
    "withdraw",
    _("Withdraw"),
    told=_("an asker withdrew the request"),
    states=OPEN,
    who=("asker", "desk"),
    params=(Param("asker", "asker", _("Asker")), COMMENT),
    fold=_withdrawn,
    rank=90,
    public=True,
)
def withdraw(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """The case ends when the last of its askers withdraws; before that only that asker leaves."""
    if act.data["asker"] not in case.askers:
        raise Problem(NOT_AN_ASKER, field="asker")
    last = len(case.askers) == 1
    if last:
        parts_are_closed(case)
    return {**act.data, "clocks": stop(case) if last else []}


@verb(
    "hand_over",
    _("Hand over, sealed"),
    told=_("handed the case over"),
    states=frozenset({Status.REGISTERED, *IN_HAND}),
    who=("desk", "lead_office", "supervisor", "system"),
    params=(Param("to", "party", _("Receiving body")), REASON),
    fold=lambda case, event: case.with_(
        status=Status.HANDED_OVER,
        holder=Party.from_data(event.data["to"]),
        sealed_to=event.data["to"]["unit"],
        pending={},
        closed_at=event.at,
    ),
    rank=75,
    public=True,
)
def hand_over(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """What belongs to another body (a complaint of work style to discipline inspection, for one) leaves the
    ledger: from here only the receiver sees it."""
    parts_are_closed(case)
    return {**act.data, "clocks": stop(case)}
