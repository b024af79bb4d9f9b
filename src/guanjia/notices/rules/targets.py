"""Who hears of a line of the ledger. Pure: relations and roles, no names.

Some things must be heard in every programme (a new case by its holder, what the asker adds by whoever works on it);
a playbook's `messages` word them and add others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from guanjia.kernel.actor import Role
from guanjia.playbook.lifecycle.closing import heard
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, Event, Status
from guanjia.playbook.schema import Playbook

CALL_CHAIN = "call_chain"
#: In the order in which they are told.
TARGETS = ("holder", CALL_CHAIN, "approver", "receiver", "desk", "supervisor", "asker")

#: Who hears that a case was handed over sealed: its number alone, and nothing after that. Who asked gets a receipt,
#: since from then on nobody but the receiver can tell them anything.
SEALED_HEARS = ("receiver", "asker")

_TIMERS = frozenset({"warn", "expire"})
_IN_HAND = frozenset({Status.REGISTERED, Status.ASSIGNED, Status.WORKING})
_PRESSING = frozenset({"expire", "escalate", "urge", "supervise", "contest"})

_APPROVER = frozenset({"approver"})
_HOLDER = frozenset({"holder"})
_ALWAYS: dict[str, frozenset[str]] = {
    "transfer": _HOLDER,
    "designate": _HOLDER,
    "reassign": _HOLDER,
    "add": _HOLDER,
    "answer": _HOLDER,
    "call": _HOLDER,
    "instruct": _HOLDER,
    "urge": _HOLDER,
    "supervise": _HOLDER,
    "contest": _HOLDER,
    "finish_part": _HOLDER,
    "child_closed": _HOLDER,
    "unshelve": _HOLDER,
    "decide_extension": _HOLDER,
    "decide_shelving": _HOLDER,
    "decide_correction": _HOLDER,
    "return": _APPROVER,
    "request_extension": _APPROVER,
    "request_shelving": _APPROVER,
    "propose_correction": _APPROVER,
    "add_assistant": frozenset({"receiver"}),
    "ask": frozenset({"asker"}),
    "resolve": frozenset({"asker"}),
    "answer_order": frozenset({"supervisor"}),
}


class Urgency(IntEnum):
    ROUTINE = 0  # waits for office hours
    PRESSING = 1  # the same, and stands out
    EMERGENCY = 2  # goes at once, day and night


@dataclass(frozen=True, slots=True)
class Telling:
    kind: str
    to: str
    urgency: Urgency


def tellings(line: Event, after: CaseState, final: CaseState, playbook: Playbook) -> list[Telling]:
    """Whom to tell of `line`, in order. `after`: the state it led to; `final`: the state at the end of the same act.

    Of a sealed case the receiver hears that it came and who asked that it went; nobody else hears anything.
    """
    if after.sealed_to is not None:
        wanted = list(SEALED_HEARS) if line.verb == "hand_over" else []
    else:
        own = _by_playbook(line, after, playbook)
        house = _always(line, after, final, playbook) - own
        # The playbook's own words first: who is several of these is told once, in those.
        wanted = [*(to for to in TARGETS if to in own), *(to for to in TARGETS if to in house)]
    urgency = urgency_of(line, after)
    return [Telling(f"{line.verb}.{to}", to, urgency) for to in wanted]


def urgency_of(line: Event, after: CaseState) -> Urgency:
    """An emergency, or a call to come at once, for as long as somebody has still to come or to act."""
    in_hand = after.status in _IN_HAND
    if in_hand and (after.emergency or after.running(ClockKind.ARRIVE) is not None):
        return Urgency.EMERGENCY
    return Urgency.PRESSING if line.verb in _PRESSING else Urgency.ROUTINE


def _always(line: Event, after: CaseState, final: CaseState, playbook: Playbook) -> frozenset[str]:
    chain: set[str] = {CALL_CHAIN} if after.emergency else set()
    found: set[str]
    match line.verb:
        case "register":
            found = {"asker"} | ({"desk"} | chain if final.status is Status.REGISTERED else set())
        case "dispatch" | "escalate":
            found = {"holder"} | chain
        case "rule_return":
            found = {"desk"} if line.data["granted"] else {"holder"}
        case "withdraw":
            found = set() if after.open else {"holder"}
        case "follow_up" if line.data["redo"]:
            found = {"holder"}
        case "follow_up":
            waits = final.status is Status.RESOLVED and heard(after, playbook)
            found = {"approver"} if waits else set()
        case "warn" | "expire":
            found = set(_of_clock(line, after))
        case _:
            found = set(_ALWAYS.get(line.verb, ()))
    return frozenset(found)


def _of_clock(line: Event, after: CaseState) -> frozenset[str]:
    """Whose clock it is."""
    key = str(line.data["key"])
    if key == ClockKind.FOLLOW_UP:
        first = line.verb == "warn" and after.clocks[key].warned == 1
        return frozenset({"approver", "asker"} if first else {"approver"})  # who asked is reminded once
    if key.startswith("ruling:"):
        return _APPROVER
    if key == ClockKind.DISPATCH:
        return frozenset({"desk"})
    late = line.verb == "expire" and key == ClockKind.RESOLVE
    return frozenset({"holder", "supervisor"} if late else {"holder"})


def _by_playbook(line: Event, after: CaseState, playbook: Playbook) -> frozenset[str]:
    named = {str(one.to) for one in playbook.messages if one.on == line.verb}
    if line.verb == "follow_up" and not line.data["reached"]:
        return frozenset()  # nobody was heard
    if line.verb in _TIMERS:
        # "The limit is near" concerns whose limit it is; of a case that is late the asker may hear too.
        mine = _of_clock(line, after)
        late = line.verb == "expire" and line.data["key"] == ClockKind.RESOLVE
        named &= mine | {"desk"} | ({"asker", "supervisor"} if late else set())
    return frozenset(named)


def deciding_roles(line: Event, playbook: Playbook) -> tuple[Role, ...]:
    """The posts that have to decide next: on what this line asks for, or on what its clock waits for."""
    ladder = playbook.ladder
    ruling = {
        "return": ladder.returns.ruled_by,
        "designation": ladder.returns.arbiter,
        "extension": ladder.extension.approved_by,
        "shelving": ladder.shelving.approved_by,
        "correction": ladder.corrections_approved_by,
    }
    if line.verb in _TIMERS:
        key = str(line.data["key"])
        if key == ClockKind.FOLLOW_UP:
            return ladder.follow_up.calls_by
        what = key.removeprefix("ruling:")
        return (ruling[what],) if what in ruling else ()
    if line.verb == "return":
        return (ruling["designation" if line.data["frozen"] else "return"],)
    if line.verb == "follow_up":
        return tuple(Role(role) for role in ladder.strike_off.by if role != "system")
    what = {
        "request_extension": "extension",
        "request_shelving": "shelving",
        "propose_correction": "correction",
    }.get(line.verb, "")
    return (ruling[what],) if what else ()


def clocks_of(line: Event, to: str) -> tuple[str, ...]:
    """The clocks whose earliest end the text speaks of: what this line started or rang; none: the case's next one.

    Askers are told by when there will be a result, not how the house shares that time out.
    """
    if line.verb in _TIMERS:
        return (str(line.data["key"]),)
    if to == "asker":
        return (str(ClockKind.RESOLVE),)
    return tuple(op["key"] for op in line.data.get("clocks", ()) if op["op"] == "start")
