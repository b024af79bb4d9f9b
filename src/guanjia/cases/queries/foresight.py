"""What an act would bring about, before anybody does it: the same rules, decided and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.cases.actions.act import open_ledger
from guanjia.cases.actions.consequences import prepare
from guanjia.cases.deadlines import deadlines, timekeeper
from guanjia.cases.parameters import Setting, read_parameters
from guanjia.cases.projection import next_due
from guanjia.cases.queries.page import Names
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.decide import decide, fold
from guanjia.playbook.lifecycle.states import CaseState, ClockKind
from guanjia.playbook.lifecycle.verbs import Act, Verb, verbs
from guanjia.registry.models import Officer, Unit

#: Parameters that decide nothing but what the line says: until they are written, they stand for themselves.
_WORDS = ("text", "line")
_UNWRITTEN = "…"
#: Evidence comes with the sending; that it is missing is said then.
_ANY_EVIDENCE = [{"id": 0, "kind": kind} for kind in ("photo", "document", "signature")]


@dataclass(frozen=True, slots=True)
class Foresight:
    """The state before and after, the next due moment after it, and when each ruling would be due."""

    before: CaseState
    after: CaseState
    due: datetime | None
    due_kind: str
    estimated: bool
    rulings: Mapping[str, datetime]
    names: Names


def foresee(actor: Actor, case_id: int, verb: str, data: Mapping[str, Any], *, at: datetime) -> Foresight | None:
    """None while a choice that decides it has not been made, or where the rules would refuse."""
    ledger = open_ledger(actor, case_id)
    rule = verbs()[verb]
    try:
        values = read_parameters(
            rule, _with_words(rule, data), Setting(actor, ledger.case, ledger.state, ledger.playbook)
        )
        values |= {param.name: _ANY_EVIDENCE for param in rule.params if param.kind == "evidence"}
        prepared = prepare(actor, ledger, verb, values, at=at)
        lines = decide(ledger.state, Act(verb, actor.signature, prepared, at, actor.officer_id), ledger.playbook)
    except Problem:
        return None
    after = fold(ledger.state, lines)
    counted = deadlines(after, timekeeper(after.holder.unit), ledger.playbook)
    due, kind, estimated = next_due(after, counted)
    rulings = {
        clock.key.partition(":")[2]: deadline.due
        for clock in after.clocks.values()
        if clock.kind is ClockKind.RULING and clock.running and (deadline := counted[clock.key]).due is not None
    }
    return Foresight(ledger.state, after, due if kind else None, kind, estimated, rulings, _names(after))


def _with_words(rule: Verb, data: Mapping[str, Any]) -> dict[str, Any]:
    unwritten = {param.name: _UNWRITTEN for param in rule.params if param.kind in _WORDS and param.required}
    return unwritten | {name: value for name, value in data.items() if value not in (None, "")}


def _names(state: CaseState) -> Names:
    return Names(
        dict(Unit.objects.filter(pk__in={state.holder.unit, state.desk.unit}).values_list("pk", "name")),
        dict(Officer.objects.filter(pk=state.holder.officer or 0).values_list("pk", "name")),
    )
