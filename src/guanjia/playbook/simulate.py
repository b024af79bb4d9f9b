"""Runs a story on the pure engine with a virtual clock: between two steps every clock that comes to a mark or runs
out goes off at its moment, as the worker would do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from guanjia.kernel.actor import Role
from guanjia.kernel.problems import NOT_ALLOWED, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.cast import SYSTEM, Cast, Member, NoSuchName
from guanjia.playbook.faults import Fault, meant
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.lifecycle.decide import apply, decide, fold, open_case
from guanjia.playbook.lifecycle.states import CaseState, ClockState, Event, Party
from guanjia.playbook.lifecycle.timers import climbs
from guanjia.playbook.lifecycle.verbs import Act, Verb, verbs
from guanjia.playbook.loader import Source
from guanjia.playbook.problems import LAST_TIER, NO_OWNER, TOO_LATE_TO_CONTEST
from guanjia.playbook.routing import CaseFacts, choose_route
from guanjia.playbook.schema import Playbook
from guanjia.playbook.stories import Expected, Step, Story
from guanjia.playbook.timekeeper import Timekeeper

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Run:
    """What came of a story. `faults`: expectations that did not hold, and steps that could not be read."""

    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def run(source: Source[Story], playbook: Playbook, zone: ZoneInfo) -> Run:
    """Play the story to its end; `zone` is the time zone of its moments."""
    return _Stage(source, playbook, zone).play()


class _Stage:
    def __init__(self, source: Source[Story], playbook: Playbook, zone: ZoneInfo) -> None:
        self._source = source
        self._story = source.value
        self._playbook = playbook
        self._cast = Cast(self._story)
        self._keeper = _timekeeper(self._story, zone)
        self._run = Run()
        self._case: CaseState

    def play(self) -> Run:
        if not self._begin():
            return self._run
        told = 0
        for index, step in enumerate(self._story.steps):
            path = ("steps", index)
            moment = self._moment(step.at)
            if moment < self._run.events[-1].at:
                self._fault((*path, "at"), _("This is earlier than what has happened already."), _("Put it in order."))
                continue
            self._let_clocks_run(moment)
            refused = self._act(step, path, moment) if step.does is not None else None
            self._compare(step.then, refused, (*path, "then"), told)
            told = len(self._run.events)
        return self._run

    def _fault(self, path: Path, message: str, hint: str = "", **params: object) -> None:
        self._run.faults.append(self._source.fault(path, message, hint, **params))

    def _moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self._keeper.zone).astimezone(UTC)

    def _begin(self) -> bool:
        """Register the request, and send it where the playbook's route says."""
        request, at = self._story.request, self._moment(self._story.start)
        category = self._playbook.category(request.category)
        if category is None:
            hint, known = meant(request.category, [one.key for one in self._playbook.categories])
            message = _("There is no category %(key)s.")
            self._fault(("request", "category"), message, hint, key=request.category, **known)
            return False
        dispatcher = self._cast.with_role(Role.DISPATCHER)
        if dispatcher is None or dispatcher.unit is None:
            self._fault(("people",), _("Nobody in the story is a dispatcher."), _("Add one: every case has a desk."))
            return False
        data = {
            "programme": self._playbook.key,
            "category": request.category,
            "channel": request.channel,
            "desk": Party(dispatcher.unit).to_data(),
            "askers": list(self._cast.askers.values()),
            "emergency": request.emergency,
            "call": request.call,
        }
        first = open_case(Act("register", {"kind": "asker"}, data, at), self._playbook)
        self._case = apply(None, first)
        self._run.events.append(first)
        facts = CaseFacts(request.category, category.kind, request.subject, request.channel, request.emergency)
        self._send(facts, at)
        return True

    def _send(self, facts: CaseFacts, at: datetime) -> None:
        route = choose_route(self._playbook, facts)
        if route.hand_over is not None:
            party = self._cast.owner(route.hand_over, facts.category, self._playbook)
            act, data = "hand_over", {"reason": route.key}
        elif route.tier is not None:
            party = self._cast.owner(self._playbook.tier(route.tier).owner, facts.category, self._playbook)
            act, data = "dispatch", {"tier": route.tier, "route": route.key}
        else:
            return
        if party is not None:
            self._decide(self._cast.member(SYSTEM), act, {**data, "to": party.to_data()}, at)

    def _decide(self, member: Member, verb: str, data: dict[str, Any], at: datetime) -> None:
        officer = member.id if member.kind == "officer" else None
        events = decide(self._case, Act(verb, member.signature, data, at, officer), self._playbook)
        self._case = fold(self._case, events)
        self._run.events += events

    def _let_clocks_run(self, until: datetime) -> None:
        system = self._cast.member(SYSTEM)
        while True:
            ahead = [
                (deadline.next_at, clock, deadline.due)
                for clock in self._case.clocks.values()
                if (deadline := self._keeper.deadline(clock, self._playbook)).next_at is not None
            ]
            moment, clock, due = min(ahead, key=lambda one: one[0] or until, default=(None, None, None))
            if moment is None or clock is None or moment > until:
                return
            at = max(moment, self._run.events[-1].at)
            if due is not None and due <= at:
                self._decide(system, "expire", self._expiry(clock, due), at)
            else:
                self._decide(system, "warn", {"key": clock.key}, at)

    def _expiry(self, clock: ClockState, due: datetime) -> dict[str, Any]:
        data: dict[str, Any] = {"key": clock.key, "due": due.isoformat()}
        if climbs(self._case, clock, self._playbook):
            try:
                data["to"] = self._next_owner()
            except Problem as problem:
                data["stuck"] = problem.code
        return data

    def _next_owner(self) -> dict[str, Any]:
        tier = self._playbook.next_tier(self._case.tier) if self._case.tier else None
        if tier is None:
            raise Problem(LAST_TIER)
        party = self._cast.owner(tier.owner, self._case.category, self._playbook)
        if party is None:
            raise Problem(NO_OWNER, owner=tier.key)
        return party.to_data()

    def _act(self, step: Step, path: Path, at: datetime) -> str | None:
        """Do what the step says; the code of the problem that refuses it."""
        assert step.does is not None
        rule = verbs().get(step.does)
        if rule is None:
            hint, known = meant(step.does, verbs())
            self._fault((*path, "does"), _("There is no verb %(key)s."), hint, key=step.does, **known)
            return None
        try:
            member = self._cast.member(step.who)
            data = self._data(rule, step, member)
        except NoSuchName as error:
            name = str(error.args[0])
            hint, known = meant(name, self._cast.names)
            self._fault(path, _("The story does not know “%(name)s”."), hint, name=name, **known)
            return None
        try:
            self._check(rule, member, at)
            if rule.key == "escalate":
                data.setdefault("to", self._next_owner())
            self._decide(member, rule.key, data, at)
        except Problem as problem:
            if step.then.refused is None:
                said = _("%(who)s may not “%(verb)s” (%(code)s): %(problem)s")
                self._fault((*path, "does"), said, who=step.who, verb=rule.label, code=problem.code, problem=problem)
            return problem.code
        return None

    def _data(self, rule: Verb, step: Step, member: Member) -> dict[str, Any]:
        """The step's data with names put into numbers, and with what a form would fill in by itself."""
        known = {param.name: param for param in rule.params}
        values = {**dict.fromkeys(known), **step.data}
        data = {
            name: self._cast.value(known[name], value, member, self._case) if name in known else value
            for name, value in values.items()
        }
        return {name: value for name, value in data.items() if value is not None}

    def _check(self, rule: Verb, member: Member, at: datetime) -> None:
        if not self._cast.relations(member, self._case) & set(rule.allowed(self._playbook)):
            raise Problem(NOT_ALLOWED, verb=rule.key)
        closed = self._case.closed_at
        if rule.key == "contest" and closed is not None:
            until = self._keeper.after(closed, self._playbook.ladder.follow_up.contest_within)
            if at > until:
                raise Problem(TOO_LATE_TO_CONTEST, until=until)

    def _compare(self, expected: Expected, refused: str | None, path: Path, told: int) -> None:
        case = self._case
        found: dict[str, object] = {
            "refused": refused,
            "status": str(case.status),
            "tier": case.tier,
            "holder": self._cast.name_of(case.holder),
            "outcome": str(case.outcome) if case.outcome is not None else None,
            "confirmed": case.confirmed,
            "late": case.late,
            "frozen": case.frozen,
            "happened": tuple(event.verb for event in self._run.events[told:]),
        }
        for name, value in found.items():
            wanted = getattr(expected, name)
            if wanted is not None and wanted != value:
                self._differs((*path, name), name, wanted, value)
        for key, wanted in expected.due.items():
            value = self._due(key)
            if wanted != value:
                self._differs((*path, "due", key), f"due.{key}", wanted, value)

    def _differs(self, path: Path, name: str, wanted: object, found: object) -> None:
        message = _("%(name)s should be %(wanted)s, but is %(found)s.")
        self._fault(path, message, name=name, wanted=_plain(wanted), found=_plain(found))

    def _due(self, key: str) -> datetime | str | None:
        """Local time, as the story writes it; None where there is no such clock."""
        clock = self._case.clocks.get(key)
        if clock is None:
            return None
        if not clock.running:
            return "stopped"
        if clock.paused:
            return "paused"
        moment = self._keeper.deadline(clock, self._playbook).due
        return moment.astimezone(self._keeper.zone).replace(tzinfo=None) if moment is not None else None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _timekeeper(story: Story, zone: ZoneInfo) -> Timekeeper:
    return Timekeeper(published_calendar().with_overrides(story.calendar.overrides()), DEFAULT_HOURS, zone)
