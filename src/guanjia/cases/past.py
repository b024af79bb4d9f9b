"""A case that comes with its history: opened, promised, closed elsewhere. Its lines bear the times that things
happened at there, and are written down now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.cases.actions.intake import NewCase, Way, first_lines
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.playbook.lifecycle.decide import decide, fold
from guanjia.playbook.lifecycle.states import CaseState, ClockKind, Status
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.schema import Playbook


@dataclass(frozen=True, slots=True)
class Told:
    """What the other system tells of a case. `target`: the date that was promised there; `said`: how it was closed."""

    opened: datetime
    target: datetime | None = None
    closed: datetime | None = None
    outcome: str = "solved"
    said: str = ""


def lines_of(
    actor: Actor, new: NewCase, way: Way, contacts: list[int], playbook: Playbook, told: Told
) -> tuple[list[Line], CaseState]:
    """Registered and dispatched when it was opened; due at its target; expired there if it was closed later; resolved
    and struck off when it was closed. Raises what the rules refuse."""
    lines = first_lines(actor, new, way, contacts, playbook, told.opened)
    state = fold(None, lines)

    def do(verb: str, at: datetime, data: Mapping[str, Any]) -> None:
        nonlocal state
        further = decide(state, Act(verb, SYSTEM.signature, {**data, "imported": True}, at), playbook)
        state = fold(state, further)
        lines.extend(further)

    clock = state.running(ClockKind.RESOLVE) or state.running(ClockKind.DISPATCH)
    if told.target is not None and clock is not None:
        do("set_due", told.opened, {"key": clock.key, "due": told.target.isoformat()})
        if told.closed is not None and told.closed > told.target:
            data = {"key": clock.key, "due": told.target.isoformat()}
            do("expire", max(told.target, told.opened), data)
    if told.closed is not None and state.open:
        if state.status is Status.ASSIGNED:
            do("accept", told.closed, {})
        do("resolve", told.closed, {"outcome": told.outcome, "text": told.said or "–"})
        do("strike_off", told.closed, {})
    return lines, state
