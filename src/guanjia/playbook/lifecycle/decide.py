"""The one engine: what follows from an act, and what an event makes of the state. Pure: no database, no
clock, no randomness."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from guanjia.kernel.problems import Problem, raise_all
from guanjia.playbook.lifecycle import brakes, closing, handling, intake, oversight, timers  # noqa: F401  enter their verbs
from guanjia.playbook.lifecycle.clockwork import run_clocks
from guanjia.playbook.lifecycle.states import STATUS_LABELS, CaseState, Event, Outcome, Status
from guanjia.playbook.lifecycle.verbs import Act, Verb, verbs
from guanjia.playbook.problems import NEEDS, UNKNOWN_VERB, WRONG_STATE
from guanjia.playbook.schema import Playbook


def open_case(act: Act, playbook: Playbook) -> Event:
    """The first event of a case."""
    return Event(1, "register", act.at, act.by, intake.register(act, playbook))


def decide(case: CaseState, act: Act, playbook: Playbook) -> list[Event]:
    """The events that follow from `act`, one or more. Raises Problem: unknown verb, wrong state, missing
    data, or the rule's own refusal.

    Who may act is asked before (`cases.policy`); here is only what the rules of the game allow anybody.
    """
    rule = _rule(act.verb)
    _check_state(case, rule)
    _check_params(rule, act)
    decision = rule.decide(case, act, playbook)
    lines = decision if isinstance(decision, list) else [(act.verb, decision)]
    events = [_event(case, act, *lines[0])]
    state = apply(case, events[0])
    for verb, data in lines[1:]:
        events += _further(state, act, verb, data, playbook)
        state = fold(state, events[len(events) - 1 :])
    if _settled(state, act, playbook):
        events += _further(state, act, "strike_off", {"automatic": True}, playbook)
    return events


def apply(case: CaseState | None, event: Event) -> CaseState:
    """The state after one event. A replay needs nothing but the events."""
    if event.verb == "register":
        after = intake.registered(event)
    else:
        assert case is not None, "a case begins with register"
        after = _rule(event.verb).fold(case, event)
    clocks = run_clocks(after.clocks, event.data.get("clocks", ()), event.at)
    return after.with_(seq=event.seq, clocks=clocks)


def fold(case: CaseState | None, events: Iterable[Event]) -> CaseState:
    for event in events:
        case = apply(case, event)
    assert case is not None, "a case has at least one event"
    return case


def possible(case: CaseState, playbook: Playbook, relations: Iterable[str]) -> list[Verb]:
    """The verbs that somebody who stands so to the case may try now, the main one first."""
    mine = set(relations)
    found = [
        rule
        for rule in verbs().values()
        if case.status in rule.states and mine & set(rule.allowed(playbook)) and _open_to(case, playbook, rule.key)
    ]
    return sorted(found, key=lambda rule: rule.rank)


#: Verbs that answer something are offered only while there is something to answer; those that a brake bars
#: are not offered.
_OFFERED: dict[str, Callable[[CaseState, Playbook], bool]] = {
    "rule_return": lambda case, playbook: "return" in case.pending,
    "decide_extension": lambda case, playbook: "extension" in case.pending,
    "decide_shelving": lambda case, playbook: "shelving" in case.pending,
    "decide_correction": lambda case, playbook: "correction" in case.pending,
    "designate": lambda case, playbook: case.frozen,
    "answer": lambda case, playbook: case.waiting_for_asker,
    "call": lambda case, playbook: not case.called and any(tier.arrive for tier in playbook.ladder.tiers),
    "strike_off": closing.heard,
    "contest": lambda case, playbook: case.outcome not in (Outcome.MERGED, Outcome.WITHDRAWN),
    "answer_order": lambda case, playbook: bool(case.orders),
    "return": lambda case, playbook: not (case.frozen or case.designated or "return" in case.pending),
    "transfer": lambda case, playbook: not (case.frozen or case.designated),
    "resolve": lambda case, playbook: not case.frozen,
    "accept": lambda case, playbook: not case.frozen,
    "finish_part": lambda case, playbook: not all(case.assistants.values()),
}


def _open_to(case: CaseState, playbook: Playbook, key: str) -> bool:
    offered = _OFFERED.get(key)
    return offered is None or offered(case, playbook)


def _rule(key: str) -> Verb:
    rule = verbs().get(key)
    if rule is None:
        raise Problem(UNKNOWN_VERB, key=key)
    return rule


def _check_state(case: CaseState, rule: Verb) -> None:
    if case.status not in rule.states:
        raise Problem(WRONG_STATE, status=STATUS_LABELS[case.status], verb=rule.label)


def _check_params(rule: Verb, act: Act) -> None:
    missing = [
        Problem(NEEDS, field=param.name, field_label=param.label)
        for param in rule.params
        if param.required and act.data.get(param.name) in (None, "")
    ]
    raise_all(missing)


def _event(case: CaseState, act: Act, verb: str, data: dict[str, Any]) -> Event:
    return Event(case.seq + 1, verb, act.at, act.by, data)


def _further(case: CaseState, act: Act, verb: str, data: dict[str, Any], playbook: Playbook) -> list[Event]:
    """What follows by itself is decided like any other act."""
    return decide(case, Act(verb, act.by, data, act.at, act.officer), playbook)


def _settled(case: CaseState, act: Act, playbook: Playbook) -> bool:
    return (
        act.verb == "follow_up"
        and case.status is Status.RESOLVED
        and "system" in playbook.ladder.strike_off.by
        and closing.heard(case, playbook)
    )
