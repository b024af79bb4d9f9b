"""Past cases under changed rules: what people did stays as it was, when it was; what the clocks, the routes and the
playbook made of it is decided anew. docs/why/rehearsal.md says what that can show and what it cannot.

A clock that stands as it stood, and is due as it was, rings as it rang (a worker that was late is late again, one that
stood still rings nothing); any other rings at its moment. So unchanged rules give back the very lines of the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.decide import apply, decide, fold, open_case
from guanjia.playbook.lifecycle.states import CaseState, ClockState, Event, Party, Status
from guanjia.playbook.lifecycle.timers import climbs
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.problems import NEEDS_EVIDENCE, NO_OWNER, WRONG_STATE
from guanjia.playbook.routing import CaseFacts, choose_route
from guanjia.playbook.schema import Owner, Playbook, Route
from guanjia.playbook.timekeeper import Timekeeper

#: Who takes a case by this rule, at that moment; None where nobody does.
OwnerOf = Callable[[Owner, CaseState, datetime], Party | None]
#: The timekeeper of a unit.
Keepers = Callable[[int], Timekeeper]

_RINGS = ("warn", "expire")
#: What the engine adds by itself to what caused it.
_FOLLOWS = ("escalate", "unshelve")
_FIRST = -1.0
_LAST = float("inf")


@dataclass(frozen=True, slots=True)
class Past:
    """A case as it went, under the playbook that it was opened under. `subject_kind`: None where it is about nobody of
    the registry."""

    events: Sequence[Event]
    playbook: Playbook
    subject_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    playbook: Playbook
    keepers: Keepers


@dataclass(slots=True)
class Rehearsed:
    """`refused`: acts that the changed rules would not have allowed, as (verb, problem's code)."""

    events: list[Event] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


class _Place(NamedTuple):
    """Where something stands in the order of what happens: by moment, then by the number of a line of the history."""

    at: datetime
    line: float


@dataclass(frozen=True, slots=True)
class _Left:
    """How a clock of the history left a state: it rang by `ring`, or something else (None) stopped or changed it."""

    place: _Place
    ring: Event | None


def rehearse(past: Past, was: Keepers, changed: Rules, owner_of: OwnerOf, *, until: datetime) -> Rehearsed:
    """What would have come of the case up to `until`. `was` are the timekeepers that the history was counted by."""
    return _Replay(past, was, changed, owner_of, until).run()


class _Replay:
    def __init__(self, past: Past, was: Keepers, changed: Rules, owner_of: OwnerOf, until: datetime) -> None:
        self._past = past
        self._was = was
        self._playbook = changed.playbook
        self._keepers = changed.keepers
        self._owner_of = owner_of
        self._until = until
        self._done = Rehearsed()
        self._case: CaseState
        self._holders: dict[int, Party] = {}
        self._left: dict[ClockState, _Left] = {}
        #: When each clock rings, by the hours of the unit that holds the case: counting walks the calendar.
        self._ringing: dict[tuple[ClockState, int], _Place | None] = {}
        #: Number of a line in the history → its number here: orders are spoken of by it.
        self._numbers: dict[int, int] = {}

    def run(self) -> Rehearsed:
        events = [event for event in self._past.events if event.at <= self._until]
        if not events:
            return self._done
        self._study(events)
        first, *rest = events
        self._add([open_case(Act("register", first.by, _told(first), first.at), self._playbook)])
        rest = self._send(first, rest)
        for event in rest:
            if event.verb in _RINGS or (event.verb in _FOLLOWS and event.data.get("automatic")):
                continue
            self._let_clocks_run(_Place(event.at, event.seq))
            self._do(event)
        self._let_clocks_run(_Place(self._until, _LAST))
        return self._done

    def _study(self, events: Sequence[Event]) -> None:
        """Who held the case before each line, and how each clock left each of its states."""
        case: CaseState | None = None
        for event in events:
            before = case
            case = apply(before, event)
            if before is None:
                continue
            self._holders[event.seq] = before.holder
            for op in event.data.get("clocks", ()):
                clock = before.clocks.get(op["key"])
                if clock is not None and clock.running:
                    rang = event if op["op"] in ("warn", "fire") and event.verb in _RINGS else None
                    self._left[clock] = _Left(_Place(event.at, event.seq), rang)
        assert case is not None
        for clock in case.clocks.values():
            if clock.running:
                self._left[clock] = _Left(_Place(self._until, _LAST), None)

    def _add(self, events: list[Event]) -> None:
        self._case = fold(self._case if self._done.events else None, events)
        self._done.events += events

    # Clocks

    def _let_clocks_run(self, before: _Place) -> None:
        while True:
            ahead = [
                (place, clock)
                for clock in self._case.clocks.values()
                if clock.running and not clock.fired and not clock.paused and (place := self._rings_at(clock))
            ]
            place, clock = min(ahead, key=lambda one: one[0], default=(before, None))
            if clock is None or place >= before:
                return
            left = self._left.get(clock)
            if left is not None and left.ring is not None and self._stands_as_it_stood(clock):
                self._ring_again(clock, left.ring)
            else:
                self._ring(clock, max(place.at, self._done.events[-1].at))

    def _rings_at(self, clock: ClockState) -> _Place | None:
        key = clock, self._case.holder.unit
        if key not in self._ringing:
            self._ringing[key] = self._worked_out(clock)
        return self._ringing[key]

    def _worked_out(self, clock: ClockState) -> _Place | None:
        left = self._left.get(clock)
        if left is None or not self._stands_as_it_stood(clock):
            moment = self._keeper.deadline(clock, self._playbook).next_at
            return _Place(moment, _FIRST) if moment is not None else None
        if left.ring is not None:
            return left.place
        # Nothing rang as long as the history knew this clock; from then on nobody knows better than the calendar.
        if left.place.line == _LAST:
            return None
        moment = self._keeper.deadline(clock, self._playbook).next_at
        return max(_Place(moment, _FIRST), _Place(left.place.at, left.place.line + 0.5)) if moment is not None else None

    def _stands_as_it_stood(self, clock: ClockState) -> bool:
        """Whether a clock that the history knew would be looked at when it was."""
        was, now = self._past.playbook, self._playbook
        keeper = self._was(self._case.holder.unit)
        marks_stay = not clock.tier or was.tier(clock.tier).warn == now.tier(clock.tier).warn
        if marks_stay and keeper is self._keeper:
            return True
        return keeper.deadline(clock, was) == self._keeper.deadline(clock, now)

    @property
    def _keeper(self) -> Timekeeper:
        return self._keepers(self._case.holder.unit)

    def _ring_again(self, clock: ClockState, rang: Event) -> None:
        data = _told(rang)
        if rang.verb == "expire":
            data = {"key": clock.key, "due": rang.data.get("due"), **self._upward(clock, rang)}
        at = max(rang.at, self._done.events[-1].at)
        self._add(decide(self._case, Act(rang.verb, rang.by, data, at, rang.by.get("officer")), self._playbook))

    def _ring(self, clock: ClockState, at: datetime) -> None:
        due = self._keeper.due(clock)
        data: dict[str, Any] = {"key": clock.key}
        verb = "warn"
        if due is not None and due <= at:
            verb = "expire"
            data |= {"due": due.isoformat(), **self._upward(clock, None, at)}
        self._add(decide(self._case, Act(verb, SYSTEM.signature, data, at), self._playbook))

    def _upward(self, clock: ClockState, rang: Event | None, at: datetime | None = None) -> dict[str, Any]:
        """Who takes a case that climbs, or why nobody does: as in the history where the next rung is the same."""
        if not climbs(self._case, clock, self._playbook):
            return {}
        if rang is not None and self._same_way_up():
            stuck = rang.data.get("stuck")
            followed = self._line_after(rang)
            climbed = followed is not None and followed.verb == "escalate" and followed.data.get("automatic")
            if followed is not None and climbed:
                return {"to": followed.data["to"]}
            return {"stuck": stuck} if stuck else {}
        party = self._next_owner(at or (rang.at if rang is not None else self._until))
        return {"to": party.to_data()} if party is not None else {"stuck": NO_OWNER.code}

    def _line_after(self, event: Event) -> Event | None:
        events = self._past.events
        return events[event.seq] if event.seq < len(events) else None

    def _same_way_up(self) -> bool:
        was, now = self._past.playbook, self._playbook
        if self._case.tier not in {tier.key for tier in was.ladder.tiers}:
            return False
        before, after = was.next_tier(self._case.tier), now.next_tier(self._case.tier)
        stays = was.tier(self._case.tier).when_late == now.tier(self._case.tier).when_late
        if before is None or after is None:
            return before is after and stays
        return stays and before.key == after.key and self._who(was, before.owner) == self._who(now, after.owner)

    def _who(self, playbook: Playbook, owner: Owner) -> tuple[Owner, str | None]:
        """Equal where the registry would name the same party."""
        category = playbook.category(self._case.category) if owner.duty else None
        return owner, category.duty if category is not None else None

    def _next_owner(self, at: datetime) -> Party | None:
        tier = self._playbook.next_tier(self._case.tier)
        return self._owner_of(tier.owner, self._case, at) if tier is not None else None

    # The way in

    def _send(self, first: Event, rest: list[Event]) -> list[Event]:
        """Dispatch by the changed playbook's route; gives what of the history is still to come."""
        was, now = self._route(self._past.playbook, first), self._route(self._playbook, first)
        sent = rest[0] if rest and rest[0].data.get("automatic") and "route" in rest[0].data else None
        owner, had = _owner(self._playbook, now), _owner(self._past.playbook, was)
        same_owner = owner == had and (
            owner is None or self._who(self._past.playbook, owner) == self._who(self._playbook, owner)
        )
        if was.tier == now.tier and same_owner:
            return rest
        party = self._owner_of(owner, self._case, first.at) if owner is not None else None
        if party is not None:
            data: dict[str, Any] = {"to": party.to_data(), "route": now.key, "automatic": True}
            verb, more = ("hand_over", {"reason": now.key}) if now.hand_over else ("dispatch", {"tier": now.tier})
            self._add(decide(self._case, Act(verb, SYSTEM.signature, {**data, **more}, first.at), self._playbook))
        return rest[1:] if sent is not None else rest

    def _route(self, playbook: Playbook, first: Event) -> Route:
        data = first.data
        category = playbook.category(data["category"])
        kind = category.kind if category is not None else "help"
        channel, emergency = data.get("channel", ""), data.get("emergency", False)
        return choose_route(playbook, CaseFacts(data["category"], kind, self._past.subject_kind, channel, emergency))

    # What people did

    def _do(self, event: Event) -> None:
        if event.verb == "strike_off" and not self._case.open:
            return  # the changed rules closed it by themselves
        if event.verb == "reassign" and self._case.holder != self._holders[event.seq]:
            return  # it follows a change of a post that does not hold the case here
        act = self._act(event)
        problem = self._try(act)
        waits = self._case.status is Status.ASSIGNED and problem is not None and problem.kind is WRONG_STATE
        # Whoever holds it here had no time to accept: the work took as long as it took.
        if waits and self._try(Act("accept", SYSTEM.signature, {}, event.at)) is None:
            problem = self._try(act)
        if problem is not None and problem.kind is NEEDS_EVIDENCE:
            self._done.refused.append((event.verb, problem.code))
            problem = self._try(self._with_evidence(act))
        if problem is not None:
            self._done.refused.append((event.verb, problem.code))
            return
        self._numbers[event.seq] = self._case.seq

    def _try(self, act: Act) -> Problem | None:
        try:
            before = self._case.seq
            self._add(decide(self._case, act, self._playbook))
        except Problem as problem:
            return problem
        assert self._case.seq > before
        return None

    def _act(self, event: Event) -> Act:
        data = _told(event)
        held_by = self._holders[event.seq]
        officer = data["officer"] if "officer" in data else event.by.get("officer")
        if event.verb == "accept" and held_by.unit != self._case.holder.unit:
            officer = None
        if event.verb == "dispatch" and data["tier"] not in {tier.key for tier in self._playbook.ladder.tiers}:
            data["tier"] = self._playbook.ladder.tiers[0].key
        if event.verb == "answer_order":
            data["order"] = self._numbers.get(data["order"], data["order"])
        if event.verb == "escalate" and not (held_by == self._case.holder and self._same_way_up()):
            party = self._next_owner(event.at)
            data["to"] = party.to_data() if party is not None else self._case.holder.to_data()
        return Act(event.verb, event.by, data, event.at, officer)

    def _with_evidence(self, act: Act) -> Act:
        """As if what the changed tier asks for had been brought: the report counts how often it was not."""
        asked = self._playbook.tier(self._case.tier).evidence
        given = [*(act.data.get("evidence") or ()), *({"id": 0, "kind": kind} for kind in asked)]
        text = act.data.get("text") or "–"
        return Act(act.verb, act.by, {**act.data, "text": text, "evidence": given}, act.at, act.officer)


def _told(event: Event) -> dict[str, Any]:
    """What the act brought; what the rules added to it is decided again."""
    return {name: value for name, value in event.data.items() if name != "clocks"}


def _owner(playbook: Playbook, route: Route) -> Owner | None:
    """Whom a route names; None leaves the case at the desk."""
    return route.hand_over or (playbook.tier(route.tier).owner if route.tier else None)
