"""One case from its first line to the present: people act when they would, clocks ring when they must, the real rules
decide.

Acts are planned into a queue and tried when their time has come; whatever the rules refuse by then did not happen.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from guanjia.demo import steps
from guanjia.demo.briefs import MOST_EVIDENCE, Brief, Evidence, Told, World
from guanjia.demo.scale import chance
from guanjia.demo.texts import Pen
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.decide import decide, fold, open_case
from guanjia.playbook.lifecycle.states import CaseState, ClockState, Event
from guanjia.playbook.lifecycle.timers import climbs
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.routing import CaseFacts, choose_route
from guanjia.playbook.timekeeper import Deadline

ASKER: Mapping[str, Any] = Actor(kind=ActorKind.ASKER).signature
Data = Mapping[str, Any] | Callable[[], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Planned:
    """`holding`: forgotten once the case has moved to other hands."""

    verb: str
    data: Data
    by: Mapping[str, Any]
    officer: int | None
    holding: int | None


class Story:
    def __init__(self, world: World, brief: Brief) -> None:
        self.world, self.brief = world, brief
        self.luck: random.Random = chance(world.seed, "case", brief.index)
        self.pen = Pen(self.luck, brief.scene)
        self.lines: list[Event] = []
        self.contacts = [brief.contact]
        self.documents: list[Evidence] = []
        self.parent: int | None = None
        #: Rises whenever the case comes into other hands.
        self.hands = 0
        self.title, self.text = "", ""
        self.state: CaseState
        self._queue: list[tuple[datetime, int, Planned]] = []
        self._order = count()
        self._counted: dict[str, tuple[ClockState, Deadline]] = {}
        #: Stories that this one has set off, by their position.
        self.set_off: dict[int, Story] = {}

    # What a step may use.

    @property
    def at(self) -> datetime:
        return self.lines[-1].at

    @property
    def public(self) -> bool:
        category = self.world.playbook.category(self.brief.category)
        return self.parent is None and category is not None and category.public

    def plan(
        self,
        at: datetime,
        verb: str,
        data: Data,
        *,
        by: int | Mapping[str, Any],
        holding: bool = True,
    ) -> None:
        """`by`: an officer, or the signature of somebody else."""
        officer = by if isinstance(by, int) else None
        signature = self.world.roster.signature(by) if isinstance(by, int) else by
        planned = Planned(verb, data, signature, officer, self.hands if holding else None)
        heapq.heappush(self._queue, (at, next(self._order), planned))

    @property
    def planned(self) -> bool:
        """Whether anybody means to do anything."""
        return any(planned.holding in (None, self.hands) for _, _, planned in self._queue)

    def soon(self, minutes: float) -> datetime:
        """Office minutes from now."""
        return self.world.office.after(self.at, minutes)

    def later(self, minutes: float) -> datetime:
        """Minutes by the wall clock from now."""
        return self.at + timedelta(seconds=round(minutes * 60) + 1)

    def evidence(self, kinds: list[str], line: int, by: Mapping[str, Any]) -> list[dict[str, Any]]:
        first = self.world.first_document + self.brief.index * MOST_EVIDENCE
        found = []
        for kind in kinds[: MOST_EVIDENCE - len(self.documents)]:
            picture = self.luck.choice([one for one in self.world.bank if one.kind == kind])
            copy = Evidence(first + len(self.documents), line, picture, by)
            self.documents.append(copy)
            found.append({"id": copy.id, "kind": kind, "sha256": picture.sha256})
        return found

    # The course of things.

    def begin(self, parent: Story | None = None) -> None:
        brief, world = self.brief, self.world
        if brief.emergency:
            self.title, self.text = self.pen.emergency(brief.category)
        else:
            category = world.playbook.category(brief.category)
            self.title, self.text = self.pen.request(brief.category, category.words if category is not None else ())
        by = steps.who_registers(self)
        data: dict[str, Any] = {
            "programme": world.playbook.key,
            "category": brief.category,
            "channel": brief.channel,
            "desk": steps.desk(self).to_data(),
            "askers": list(self.contacts),
            "emergency": brief.emergency,
            "call": brief.call,
            "documents": [],
        }
        if parent is not None:
            self.parent = parent.brief.case_id
            data["parent"] = self.parent
        if brief.photos:
            data["documents"] = [one["id"] for one in self.evidence(["photo"] * brief.photos, 1, by)]
        self._write([open_case(Act("register", by, data, brief.at), world.playbook)])
        self._route()
        steps.askers_ways(self)

    def _route(self) -> None:
        brief, playbook = self.brief, self.world.playbook
        category = playbook.category(brief.category)
        kind = category.kind if category is not None else "help"
        facts = CaseFacts(brief.category, kind, brief.subject_kind, brief.channel, brief.emergency)
        route = choose_route(playbook, facts)
        owner = route.hand_over or (playbook.tier(route.tier).owner if route.tier else None)
        party = self.owner(owner) if owner is not None else None
        if party is None:
            steps.follow(self, self.lines[-1])
            return
        data = {"to": party, "route": route.key, "automatic": True}
        data |= {"reason": route.key} if route.hand_over else {"tier": route.tier}
        self.attempt("hand_over" if route.hand_over else "dispatch", data, SYSTEM.signature, None, brief.at)

    def owner(self, owner: Any) -> dict[str, Any] | None:
        roster, brief = self.world.roster, self.brief
        found = roster.owner(owner, brief.category, brief.subject_id, brief.where.path, self.world.playbook)
        return found.to_data() if found is not None else None

    def run(self) -> Told:
        while (moment := self._next()) is not None and moment[0] <= self.world.until:
            at, key = moment
            if key is not None:
                self._ring(key, at)
                if not self.planned:
                    steps.left_lying(self)
                continue
            _, _, planned = heapq.heappop(self._queue)
            if planned.holding in (None, self.hands):
                self._try(planned, at)
        return self.told

    @property
    def told(self) -> Told:
        return Told(
            self.brief,
            self.title,
            self.text,
            self.public,
            self.lines,
            self.state,
            self.contacts,
            self.parent,
            self.documents,
        )

    def _next(self) -> tuple[datetime, str | None] | None:
        """The next moment at which something is to happen; with the clock's key, if it is a clock that rings."""
        rings = [(ring, key) for key, ring in self._rings()]
        first = min(rings, default=None)
        if self._queue and (first is None or self._queue[0][0] < first[0]):
            return self._queue[0][0], None
        return first

    def _rings(self) -> list[tuple[str, datetime]]:
        found = []
        for key, clock in self.state.clocks.items():
            if not clock.running or clock.fired or clock.paused:
                continue
            deadline = self.deadline(key, clock)
            if deadline.next_at is not None:
                # The worker looks every few seconds; what was due during the last act rings after it.
                found.append((key, max(deadline.next_at + timedelta(seconds=1 + len(self.lines) % 4), self.at)))
        return found

    def deadline(self, key: str, clock: ClockState) -> Deadline:
        known = self._counted.get(key)
        if known is None or known[0] is not clock:
            known = self._counted[key] = (clock, self.world.keeper.deadline(clock, self.world.playbook))
        return known[1]

    def _ring(self, key: str, at: datetime) -> None:
        """As `cases.actions.clocks.ring` does it."""
        clock = self.state.clocks[key]
        deadline = self.deadline(key, clock)
        if deadline.due is None or deadline.due > at:
            self._rang(key, clock, deadline, self.attempt("warn", {"key": key}, SYSTEM.signature, None, at))
            return
        data: dict[str, Any] = {"key": key, "due": deadline.due.isoformat()}
        if climbs(self.state, clock, self.world.playbook):
            above = self.world.playbook.next_tier(self.state.tier)
            party = self.owner(above.owner) if above is not None else None
            data |= {"to": party} if party is not None else {"stuck": "case.no_owner"}
        self._rang(key, clock, deadline, self.attempt("expire", data, SYSTEM.signature, None, at))

    def _rang(self, key: str, clock: ClockState, deadline: Deadline, written: bool) -> None:
        """A clock that the rules no longer let ring is not looked at again."""
        if not written:
            self._counted[key] = (clock, Deadline(deadline.due, deadline.estimated, None))

    def _try(self, planned: Planned, at: datetime) -> None:
        before = len(self.documents)
        data = planned.data() if callable(planned.data) else planned.data
        if data is None:
            return
        if self.attempt(planned.verb, data, planned.by, planned.officer, at):
            return
        del self.documents[before:]
        steps.refused(self, planned, at)

    def attempt(
        self, verb: str, data: Mapping[str, Any], by: Mapping[str, Any], officer: int | None, at: datetime
    ) -> bool:
        try:
            lines = decide(self.state, Act(verb, by, data, at, officer), self.world.playbook)
        except Problem:
            return False
        self._write(lines)
        for line in lines:
            steps.follow(self, line)
        return True

    def _write(self, lines: list[Event]) -> None:
        self.state = fold(self.state if self.lines else None, lines)
        self.lines += lines
