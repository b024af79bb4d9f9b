"""What a case is at one moment: the fold of its events, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from guanjia.kernel.text import gettext_noop as _


class Status(StrEnum):
    REGISTERED = "registered"  # 待派
    ASSIGNED = "assigned"  # 待签收
    WORKING = "working"  # 办理中
    RESOLVED = "resolved"  # 待回访
    CLOSED = "closed"  # 已销号
    SHELVED = "shelved"  # 挂账
    HANDED_OVER = "handed_over"  # 已移交


OPEN = frozenset({Status.REGISTERED, Status.ASSIGNED, Status.WORKING, Status.RESOLVED, Status.SHELVED})
IN_HAND = frozenset({Status.ASSIGNED, Status.WORKING})

STATUS_LABELS = {
    Status.REGISTERED: _("To be dispatched"),
    Status.ASSIGNED: _("To be accepted"),
    Status.WORKING: _("Being worked on"),
    Status.RESOLVED: _("To be followed up"),
    Status.CLOSED: _("Struck off"),
    Status.SHELVED: _("Shelved"),
    Status.HANDED_OVER: _("Handed over"),
}


class Outcome(StrEnum):
    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"  # cannot be done; the reason was given and understood
    NOT_OURS = "not_ours"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


#: What a handler may claim; the other two come about by themselves.
CLAIMABLE = (Outcome.SOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.NOT_OURS)

OUTCOME_LABELS = {
    Outcome.SOLVED: _("Solved"),
    Outcome.PARTLY: _("Partly solved"),
    Outcome.EXPLAINED: _("Cannot be done, explained"),
    Outcome.NOT_OURS: _("Not ours to decide"),
    Outcome.MERGED: _("Merged into another case"),
    Outcome.WITHDRAWN: _("Withdrawn"),
}


class ClockKind(StrEnum):
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    FIRST_OPINION = "first_opinion"
    RESOLVE = "resolve"
    FOLLOW_UP = "follow_up"
    REVIEW = "review"  # of a shelved case
    ANSWER = "answer"  # to an urge or a supervision order
    RULING = "ruling"  # on a return, an extension, a designation


CLOCK_LABELS = {
    ClockKind.DISPATCH: _("Dispatch"),
    ClockKind.ACCEPT: _("Accept"),
    ClockKind.ARRIVE: _("Arrive"),
    ClockKind.FIRST_OPINION: _("First opinion"),
    ClockKind.RESOLVE: _("Resolve"),
    ClockKind.FOLLOW_UP: _("Follow up"),
    ClockKind.REVIEW: _("Review"),
    ClockKind.ANSWER: _("Answer"),
    ClockKind.RULING: _("Rule"),
}

#: The clocks that stand still while a case is shelved or waits for the asker.
PAUSABLE = frozenset({ClockKind.DISPATCH, ClockKind.ACCEPT, ClockKind.RESOLVE, ClockKind.FIRST_OPINION})


@dataclass(frozen=True, slots=True)
class Party:
    """Who holds a case: a unit (a body is a unit), and the officer in it where one is named."""

    unit: int
    officer: int | None = None

    def to_data(self) -> dict[str, Any]:
        return {"unit": self.unit, "officer": self.officer}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Party:
        return Party(int(data["unit"]), data.get("officer"))


@dataclass(frozen=True, slots=True)
class ClockState:
    """One clock as the events tell it. Its due moment is these facts counted on the work calendar, never
    stored as truth."""

    key: str  # its kind, or "answer:12" for the clock that event 12 started
    kind: ClockKind
    tier: str
    limit: str  # "3wd"
    started: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    stopped: datetime | None = None
    fired: bool = False
    warned: int = 0
    #: The date that whoever sent the case had given: it stands instead of the limit.
    given: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped is None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one asker said of the result. `solved` is None where nobody could be reached."""

    solved: bool | None
    satisfaction: int | None
    by: str  # "asker" or "call"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger. `data` is JSON; `by` is the actor's signature."""

    seq: int
    verb: str
    at: datetime
    by: Mapping[str, Any]
    data: Mapping[str, Any]


@dataclass(frozen=True)  # without slots: one copy of a dict is cheaper than forty slots one by one
class CaseState:
    """`seq` is the number of the last event folded in."""

    seq: int
    status: Status
    tier: str
    holder: Party
    desk: Party
    programme: str
    category: str
    emergency: bool = False
    #: The asker wants somebody to come at once.
    called: bool = False
    #: The first unit that was given the case: it keeps it while a dispute is ruled on.
    first_receiver: Party | None = None
    returns: int = 0
    frozen: bool = False
    designated: bool = False
    transfers: int = 0
    #: Open requests by kind ("return", "extension", "shelving", "correction"): the data of the request, with
    #: its event's seq.
    pending: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extensions: int = 0
    shelved_from: Status | None = None
    waiting_for_asker: bool = False
    #: Unit id → whether its part is done.
    assistants: Mapping[int, bool] = field(default_factory=dict)
    children: Mapping[int, bool] = field(default_factory=dict)
    parent: int | None = None
    #: Asker id → their answer on the latest resolution.
    askers: Mapping[int, Answer | None] = field(default_factory=dict)
    unreached: int = 0
    handler: int | None = None
    claimed: Outcome | None = None
    outcome: Outcome | None = None
    confirmed: bool = False
    redone: int = 0
    contested: int = 0
    sealed_to: int | None = None
    merged_into: int | None = None
    #: Open urges and supervision orders: seq of the order → its data.
    orders: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    escalations: int = 0
    late: bool = False
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    clocks: Mapping[str, ClockState] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def running(self, kind: ClockKind) -> ClockState | None:
        return next((clock for clock in self.clocks.values() if clock.kind is kind and clock.running), None)

    def with_(self, **changes: Any) -> CaseState:
        """As `dataclasses.replace`, at a twentieth of its price: every fold of every case comes through here."""
        if not changes.keys() <= _FIELDS:
            raise TypeError(f"a case has no {', '.join(sorted(changes.keys() - _FIELDS))}")
        after = object.__new__(CaseState)
        after.__dict__.update(self.__dict__)
        after.__dict__.update(changes)
        return after


_FIELDS = frozenset(one.name for one in fields(CaseState))
