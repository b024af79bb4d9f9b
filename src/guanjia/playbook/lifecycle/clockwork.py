"""How events start, stop and pause clocks. Each event carries its clock operations as data, so that a replay
needs no playbook.

An operation is `{"op": "start", "key": …, "kind": …, "tier": …, "limit": "3wd"}`, `{"op": "stop" | "pause" | "resume"
| "fire" | "warn", "key": …}`, `{"op": "extend", "key": …, "limit": "8wd"}` (the new limit as a whole) or `{"op":
"given", "key": …, "due": "2026-03-02T09:00:00+08:00"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from guanjia.playbook.lifecycle.states import PAUSABLE, CaseState, ClockKind, ClockState

Op = dict[str, Any]


def start(kind: ClockKind, limit: object, *, tier: str, key: str | None = None) -> Op:
    return {"op": "start", "key": key or str(kind), "kind": str(kind), "tier": tier, "limit": str(limit)}


def stop(state: CaseState, *kinds: ClockKind) -> list[Op]:
    """Stop the running clocks of these kinds (of all kinds where none is named)."""
    return [
        {"op": "stop", "key": clock.key}
        for clock in state.clocks.values()
        if clock.running and (not kinds or clock.kind in kinds)
    ]


def pause(state: CaseState) -> list[Op]:
    return [
        {"op": "pause", "key": clock.key}
        for clock in state.clocks.values()
        if clock.running and clock.kind in PAUSABLE and not clock.paused
    ]


def resume(state: CaseState) -> list[Op]:
    return [{"op": "resume", "key": clock.key} for clock in state.clocks.values() if clock.running and clock.paused]


def run_clocks(
    clocks: Mapping[str, ClockState], operations: Iterable[Mapping[str, Any]], at: datetime
) -> dict[str, ClockState]:
    """The clocks after these operations."""
    after = dict(clocks)
    for op in operations:
        key = op["key"]
        if op["op"] == "start":
            after[key] = ClockState(key, ClockKind(op["kind"]), op["tier"], op["limit"], at)
        else:
            after[key] = _changed(after[key], op, at)
    return after


def _changed(clock: ClockState, op: Mapping[str, Any], at: datetime) -> ClockState:
    after: dict[str, Any]
    match op["op"]:
        case "stop":
            after = {"stopped": at, "pauses": _ended(clock, at)}
        case "pause":
            after = {"pauses": (*clock.pauses, (at, None))}
        case "resume":
            after = {"pauses": _ended(clock, at)}
        case "extend":
            after = {"limit": op["limit"], "fired": False, "warned": 0, "given": None}
        case "given":
            after = {"given": datetime.fromisoformat(op["due"]).astimezone(UTC), "fired": False, "warned": 0}
        case "fire":
            after = {"fired": True}
        case "warn":
            after = {"warned": clock.warned + 1}
        case unknown:
            raise ValueError(f"unknown clock operation {unknown!r}")
    return replace(clock, **after)


def _ended(clock: ClockState, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    if not clock.paused:
        return clock.pauses
    return (*clock.pauses[:-1], (clock.pauses[-1][0], at))
