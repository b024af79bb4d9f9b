"""How a case ends honestly: resolve with evidence, hear the asker, strike off; redo and contest."""

from __future__ import annotations

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.clockwork import Op, start, stop
from guanjia.playbook.lifecycle.intake import COMMENT, REASON, parts_are_closed
from guanjia.playbook.lifecycle.states import CLAIMABLE, Answer, CaseState, ClockKind, Event, Outcome, Status
from guanjia.playbook.lifecycle.verbs import Act, Decision, Param, verb
from guanjia.playbook.problems import (
    BAD_OUTCOME,
    FROZEN,
    NEEDS,
    NEEDS_EVIDENCE,
    NOT_AN_ASKER,
    NOT_FOLLOWED_UP,
    NOTHING_PENDING,
    OPEN_ASSISTANTS,
    OWN_FOLLOW_UP,
)
from guanjia.playbook.schema import Playbook

RESOLVED = frozenset({Status.RESOLVED})


def _resolved(case: CaseState, event: Event) -> CaseState:
    return case.with_(
        status=Status.RESOLVED,
        claimed=Outcome(event.data["outcome"]),
        handler=event.data["officer"],
        resolved_at=event.at,
        askers=dict.fromkeys(case.askers),
        unreached=0,
        waiting_for_asker=False,
        pending={key: value for key, value in case.pending.items() if key == "correction"},
    )


@verb(
    "resolve",
    _("Resolve"),
    told=_("resolved the case"),
    states=frozenset({Status.REGISTERED, Status.WORKING}),
    who=("holder", "desk"),
    params=(
        Param("outcome", "outcome", _("Outcome")),
        Param("text", "text", _("What was done, as the asker will read it")),
        Param("evidence", "evidence", _("Evidence"), required=False),
    ),
    fold=_resolved,
    rank=10,
    public=True,
)
def resolve(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """`data["evidence"]` lists documents as {"id", "kind"}. Only what is claimed solved needs the tier's
    evidence; an explanation needs its text."""
    if act.data["outcome"] not in CLAIMABLE:
        raise Problem(BAD_OUTCOME, field="outcome", outcome=act.data["outcome"])
    if case.frozen:
        raise Problem(FROZEN)
    parts_are_closed(case)
    open_assistants = sum(not done for done in case.assistants.values())
    if open_assistants:
        raise Problem(OPEN_ASSISTANTS, count=open_assistants)
    _check_evidence(case, act, playbook)
    clocks = stop(
        case,
        *(kind for kind in ClockKind if kind not in (ClockKind.ANSWER, ClockKind.FOLLOW_UP)),
    )
    clocks.append(start(ClockKind.FOLLOW_UP, playbook.ladder.follow_up.within, tier=case.tier))
    return {**act.data, "officer": act.officer, "clocks": clocks}


def _check_evidence(case: CaseState, act: Act, playbook: Playbook) -> None:
    if not case.tier or act.data["outcome"] not in (Outcome.SOLVED, Outcome.PARTLY):
        return
    if act.data.get("imported"):  # closed elsewhere, where its evidence is (`cases.past`); no verb takes this word
        return
    given = {item["kind"] for item in act.data.get("evidence") or ()}
    if act.data.get("text"):
        given.add("note")
    missing = [kind for kind in playbook.tier(case.tier).evidence if kind not in given]
    if missing:
        raise Problem(NEEDS_EVIDENCE, field="evidence", kinds="、".join(missing))


def redo(case: CaseState, playbook: Playbook) -> list[Op]:
    """Clocks of a case that has to be done again: the tier's, or the desk's where the desk resolved it itself."""
    clocks = stop(case, ClockKind.FOLLOW_UP)
    if not case.tier:
        return [*clocks, start(ClockKind.DISPATCH, playbook.ladder.dispatch, tier="")]
    tier = playbook.tier(case.tier)
    limit = tier.redo or playbook.resolve_limit(tier, case.category)
    return [*clocks, start(ClockKind.RESOLVE, limit, tier=tier.key)] if limit is not None else clocks


def reopened(case: CaseState) -> CaseState:
    """A case that the desk resolved itself has no tier: it is to be dispatched, or resolved again."""
    status = Status.WORKING if case.tier else Status.REGISTERED
    return case.with_(status=status, claimed=None, outcome=None, confirmed=False, closed_at=None)


def _followed_up(case: CaseState, event: Event) -> CaseState:
    data = event.data
    if not data["reached"]:
        return case.with_(unreached=case.unreached + 1)
    answer = Answer(data["solved"], data["satisfaction"], data["means"])
    case = case.with_(askers={**case.askers, data["asker"]: answer})
    return reopened(case).with_(redone=case.redone + 1) if data["redo"] else case


def callers(playbook: Playbook) -> tuple[str, ...]:
    return ("asker", *(str(role) for role in playbook.ladder.follow_up.calls_by))


@verb(
    "follow_up",
    _("Follow up"),
    told=_("heard the asker"),
    states=RESOLVED,
    who=callers,
    params=(
        Param("asker", "asker", _("Asker")),
        Param("reached", "yes_no", _("Reached"), required=False),
        Param("solved", "yes_no", _("Is it solved?"), required=False),
        Param("satisfaction", "satisfaction", _("How satisfied"), required=False),
        COMMENT,
    ),
    fold=_followed_up,
    rank=10,
    public=True,
)
def follow_up(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """The asker's own answer, or a call by somebody other than the handler. Not solved, or not satisfied,
    sends the case back to be redone.

    Satisfaction runs from 1 to 5 (very dissatisfied to very satisfied, GB/T 39734).
    """
    rule = playbook.ladder.follow_up
    data = {"reached": True, **act.data}
    own = act.by.get("kind") == "asker"
    if data["asker"] not in case.askers:
        raise Problem(NOT_AN_ASKER, field="asker")
    if not own and act.officer is not None and act.officer == case.handler:
        raise Problem(OWN_FOLLOW_UP)
    data["means"] = "asker" if own else "call"
    if not data["reached"]:
        return {**data, "solved": None, "satisfaction": None, "redo": False}
    for field, label in (("solved", _("Is it solved?")), ("satisfaction", _("How satisfied"))):
        if data.get(field) is None:
            raise Problem(NEEDS, field=field, field_label=label)
    unsolved = not data["solved"] and case.claimed in (Outcome.SOLVED, Outcome.PARTLY)
    data["redo"] = unsolved or data["satisfaction"] <= rule.redo_at
    return {**data, "clocks": redo(case, playbook) if data["redo"] else []}


def heard(case: CaseState, playbook: Playbook) -> bool:
    """Whether every asker has answered, or they were tried often enough in vain. Where nobody left a name there is
    nobody to hear."""
    return None not in case.askers.values() or case.unreached >= playbook.ladder.follow_up.attempts


def confirmed(case: CaseState) -> bool:
    return any(answer is not None and answer.solved for answer in case.askers.values())


@verb(
    "strike_off",
    _("Strike off"),
    told=_("struck the case off the ledger"),
    states=RESOLVED,
    who=lambda playbook: tuple(str(role) for role in playbook.ladder.strike_off.by),
    params=(COMMENT,),
    fold=lambda case, event: case.with_(
        status=Status.CLOSED, outcome=case.claimed, confirmed=event.data["confirmed"], closed_at=event.at
    ),
    rank=9,
    public=True,
)
def strike_off(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """Only after the asker was heard (or could not be reached). `confirmed` says whether somebody who asked
    agreed that it is solved: only those count as solved."""
    if not heard(case, playbook):
        raise Problem(NOT_FOLLOWED_UP, attempts=playbook.ladder.follow_up.attempts)
    if not case.askers and act.officer is not None and act.officer == case.handler:
        raise Problem(OWN_FOLLOW_UP)
    return {**act.data, "confirmed": confirmed(case), "clocks": stop(case)}


@verb(
    "contest",
    _("Contest"),
    told=_("contested the result"),
    states=frozenset({Status.RESOLVED, Status.CLOSED}),
    who=("asker", "desk", "clerk"),
    params=(Param("asker", "asker", _("Asker")), REASON),
    fold=lambda case, event: reopened(case).with_(contested=case.contested + 1, redone=case.redone + 1),
    rank=15,
    public=True,
)
def contest(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    """The asker says that it is not so: on their page, or to somebody at the desk who writes it down for them. Whoever
    calls this refuses where the playbook's `contest_within` has passed (it needs the work calendar)."""
    if act.data["asker"] not in case.askers:
        raise Problem(NOT_AN_ASKER, field="asker")
    if case.outcome in (Outcome.MERGED, Outcome.WITHDRAWN):
        raise Problem(NOTHING_PENDING)
    means = "asker" if act.by.get("kind") == "asker" else "told"
    return {**act.data, "means": means, "clocks": redo(case, playbook)}
