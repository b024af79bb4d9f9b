"""While somebody works on it: notes, questions, arrival, first opinion, assistants, child cases, transfers,
escalation, corrections."""

from __future__ import annotations

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.clockwork import pause, resume, start, stop
from guanjia.playbook.lifecycle.intake import COMMENT, REASON, enter_tier, moved
from guanjia.playbook.lifecycle.states import IN_HAND, OPEN, CaseState, ClockKind, Event, Party, Status
from guanjia.playbook.lifecycle.verbs import Act, Decision, Param, verb
from guanjia.playbook.problems import (
    ALREADY_PENDING,
    DESIGNATED,
    FROZEN,
    LAST_TIER,
    NOTHING_PENDING,
    SAME_HOLDER,
)
from guanjia.playbook.schema import Playbook

STAFF = (
    "holder",
    "assistant",
    "desk",
    "clerk",
    "steward",
    "handler",
    "lead_office",
    "arbiter",
    "supervisor",
    "leader",
    "receiver",
)
EVERYWHERE = frozenset(Status)
WORKING = frozenset({Status.WORKING})


@verb(
    "note",
    _("Add a note"),
    told=_("added a note"),
    states=EVERYWHERE,
    who=STAFF,
    params=(
        Param("text", "text", _("Note")),
        Param("evidence", "evidence", _("Photos and files"), required=False),
    ),
    rank=60,
)
def note(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data}


@verb(
    "add",
    _("Add something"),
    told=_("the asker added something"),
    states=OPEN,
    who=("asker", "desk"),
    params=(
        Param("text", "text", _("What you want to add")),
        Param("evidence", "evidence", _("Photos and files"), required=False),
    ),
    rank=20,
    public=True,
)
def add(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data}


@verb(
    "ask",
    _("Ask the asker"),
    told=_("asked the asker for more"),
    states=WORKING,
    who=("holder", "desk"),
    params=(Param("text", "text", _("Question")),),
    fold=lambda case, event: case.with_(waiting_for_asker=True),
    rank=40,
    public=True,
)
def ask(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    clocks = pause(case) if playbook.ladder.pause_while_asking else []
    return {**act.data, "clocks": clocks}


@verb(
    "answer",
    _("Answer the question"),
    told=_("the asker answered"),
    states=WORKING,
    who=("asker", "holder", "desk"),
    params=(
        Param("text", "text", _("Answer")),
        Param("evidence", "evidence", _("Photos and files"), required=False),
    ),
    fold=lambda case, event: case.with_(waiting_for_asker=False),
    rank=10,
    public=True,
)
def answer(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if not case.waiting_for_asker:
        raise Problem(NOTHING_PENDING)
    return {**act.data, "clocks": resume(case)}


@verb(
    "call",
    _("Ask somebody to come at once"),
    told=_("the asker asked somebody to come at once"),
    states=frozenset({Status.REGISTERED, *IN_HAND}),
    who=("asker", "desk", "steward"),
    fold=lambda case, event: case.with_(called=True),
    rank=30,
    public=True,
)
def call(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """Starts the arrival clock of the tier, which runs by the wall clock (arrive within one hour of a call:
    talent commissioners' rule)."""
    limit = playbook.tier(case.tier).arrive if case.tier else None
    wanted = limit is not None and case.running(ClockKind.ARRIVE) is None
    return {"clocks": [start(ClockKind.ARRIVE, limit, tier=case.tier)] if wanted else []}


@verb(
    "arrive",
    _("I am there"),
    told=_("arrived"),
    states=IN_HAND,
    who=("holder", "assistant", "steward"),
    fold=lambda case, event: case.with_(called=False),
    rank=12,
    public=True,
)
def arrive(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {"clocks": stop(case, ClockKind.ARRIVE)}


@verb(
    "first_opinion",
    _("Give the first opinion"),
    told=_("gave a first opinion"),
    states=IN_HAND,
    who=("holder", "lead_office", "leader"),
    params=(Param("text", "text", _("First opinion")),),
    rank=14,
    public=True,
)
def first_opinion(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data, "clocks": stop(case, ClockKind.FIRST_OPINION)}


@verb(
    "instruct",
    _("Record an instruction"),
    told=_("gave an instruction"),
    states=OPEN,
    who=("leader", "lead_office", "desk"),
    params=(Param("text", "text", _("Instruction")),),
    rank=55,
)
def instruct(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """One line of the log of orders of an emergency; any case may carry them."""
    return {**act.data}


@verb(
    "transfer",
    _("Transfer"),
    told=_("transferred the case"),
    states=IN_HAND,
    who=("desk", "lead_office", "supervisor", "holder"),
    params=(Param("to", "party", _("To whom")), REASON),
    fold=lambda case, event: moved(case, event).with_(transfers=case.transfers + 1),
    rank=45,
    public=True,
)
def transfer(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """To another owner within the tier; the tier's resolve clock goes on."""
    _may_leave(case)
    to = Party.from_data(act.data["to"])
    if to == case.holder:
        raise Problem(SAME_HOLDER, field="to")
    return {**act.data, "clocks": enter_tier(case, playbook.tier(case.tier), playbook)}


def _may_leave(case: CaseState) -> None:
    if case.frozen:
        raise Problem(FROZEN)
    if case.designated:
        raise Problem(DESIGNATED)


@verb(
    "reassign",
    _("Follow the change of post"),
    told=_("the case followed a change of post"),
    states=frozenset(Status) - {Status.CLOSED, Status.HANDED_OVER},
    who=("system",),
    params=(Param("to", "party", _("To whom")), REASON),
    fold=lambda case, event: case.with_(holder=Party.from_data(event.data["to"])),
    rank=99,
)
def reassign(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """An officer was replaced, a grid redrawn, a steward is away: the holder changes, the state and the
    clocks do not."""
    return {**act.data}


@verb(
    "escalate",
    _("Escalate"),
    told=_("escalated the case to the next tier"),
    states=IN_HAND,
    who=("holder", "desk", "lead_office", "supervisor", "leader", "system"),
    params=(REASON,),
    fold=lambda case, event: moved(case, event).with_(escalations=case.escalations + 1, frozen=False, designated=False),
    rank=42,
    public=True,
)
def escalate(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """`data["to"]` is the owner of the next tier, worked out by the caller from the playbook's rule."""
    tier = playbook.next_tier(case.tier)
    if tier is None:
        raise Problem(LAST_TIER)
    return {**act.data, "tier": tier.key, "from": case.tier, "clocks": enter_tier(case, tier, playbook)}


@verb(
    "designate",
    _("Designate"),
    told=_("designated who takes the case"),
    states=IN_HAND,
    who=lambda playbook: (str(playbook.ladder.returns.arbiter), "leader", "lead_office"),
    params=(Param("to", "party", _("To whom")), Param("limit", "limit", _("Limit"), required=False), REASON),
    fold=lambda case, event: moved(case, event).with_(frozen=False, designated=True),
    rank=3,
    public=True,
)
def designate(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """The arbiter's word after two returns, or a meeting's resolution that gives the case to an owner with a
    date. It cannot be returned after that."""
    clocks = enter_tier(case, playbook.tier(case.tier), playbook)
    if act.data.get("limit"):
        clocks = [op for op in clocks if not (op["op"] == "start" and op["key"] == ClockKind.RESOLVE)]
        clocks += stop(case, ClockKind.RESOLVE)
        clocks.append(start(ClockKind.RESOLVE, act.data["limit"], tier=case.tier))
    return {**act.data, "clocks": clocks}


@verb(
    "add_assistant",
    _("Ask a unit to assist"),
    told=_("asked a unit to assist"),
    states=IN_HAND,
    who=("holder", "desk", "lead_office"),
    params=(Param("unit", "unit", _("Assisting unit")), Param("text", "text", _("What they shall do"))),
    fold=lambda case, event: case.with_(assistants={**case.assistants, event.data["unit"]: False}),
    rank=47,
    public=True,
)
def add_assistant(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if act.data["unit"] == case.holder.unit:
        raise Problem(SAME_HOLDER, field="unit")
    return {**act.data}


@verb(
    "finish_part",
    _("My part is done"),
    told=_("an assisting unit finished its part"),
    states=IN_HAND,
    who=("assistant", "holder"),
    params=(Param("unit", "unit", _("Assisting unit")), COMMENT),
    fold=lambda case, event: case.with_(assistants={**case.assistants, event.data["unit"]: True}),
    rank=13,
)
def finish_part(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if case.assistants.get(act.data["unit"]) is not False:
        raise Problem(NOTHING_PENDING, field="unit")
    return {**act.data}


@verb(
    "open_child",
    _("Split off a part"),
    told=_("split off a part as a case of its own"),
    states=IN_HAND,
    who=("holder", "desk", "lead_office"),
    params=(Param("child", "child", _("Part")),),
    fold=lambda case, event: case.with_(children={**case.children, event.data["child"]: False}),
    rank=65,
)
def open_child(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data}


@verb(
    "child_closed",
    _("A part was closed"),
    told=_("a part was closed"),
    states=frozenset(Status),
    who=("system",),
    params=(Param("child", "child", _("Part")),),
    fold=lambda case, event: case.with_(children={**case.children, event.data["child"]: True}),
    rank=99,
)
def child_closed(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    return {**act.data}


def _proposed(case: CaseState, event: Event) -> CaseState:
    return case.with_(pending={**case.pending, "correction": {**event.data, "seq": event.seq}})


@verb(
    "propose_correction",
    _("Propose a correction of the card"),
    told=_("proposed a correction of the registry card"),
    states=OPEN,
    who=("holder", "steward", "clerk", "assistant"),
    params=(Param("fields", "fields", _("Correction")), COMMENT),
    fold=_proposed,
    rank=67,
)
def propose_correction(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if "correction" in case.pending:
        raise Problem(ALREADY_PENDING)
    return {**act.data}


@verb(
    "decide_correction",
    _("Decide on the correction"),
    told=_("decided on the correction"),
    states=frozenset(Status),
    who=lambda playbook: (str(playbook.ladder.corrections_approved_by),),
    params=(Param("granted", "yes_no", _("Apply it")), COMMENT),
    fold=lambda case, event: case.with_(
        pending={key: value for key, value in case.pending.items() if key != "correction"}
    ),
    rank=6,
)
def decide_correction(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if "correction" not in case.pending:
        raise Problem(NOTHING_PENDING)
    return {**act.data, "fields": case.pending["correction"]["fields"]}
