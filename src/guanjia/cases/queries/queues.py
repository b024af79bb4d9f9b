"""What waits for somebody: the queues that a working day is made of, and how much stands in each.

Every condition is over indexed columns of open cases, so that a queue costs what it shows, not what the ledger holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from guanjia.cases.models import Case
from guanjia.cases.models.case import UNDECIDED
from guanjia.cases.policy import UNIT_HANDS, visible
from guanjia.cases.queries.under import playbooks_at_work
from guanjia.kernel.actor import Actor, Role
from guanjia.playbook.schema import Playbook

#: A queue is counted so far; what is beyond is "more than".
COUNTED = 200
#: Requests that wait for a ruling (`Case.pending`), and the designation of a frozen case.
RULINGS = ("return", "extension", "shelving", "correction", "designation")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand in a queue, and how many of them are past their moment; both counted up to COUNTED."""

    count: int = 0
    overdue: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.count + other.count, self.overdue + other.overdue)

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        return str(self.count) if self.count < COUNTED else f"{COUNTED}+"


def mine(actor: Actor) -> QuerySet[Case]:
    """Held by name by the actor, or by whom they stand in for."""
    return _open().filter(holder_officer_id__in=actor.officer_ids)


def of_unit(actor: Actor) -> QuerySet[Case]:
    """Held by the actor's units and by no officer by name."""
    units = {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    return _open().filter(holder_unit_id__in=units, holder_officer__isnull=True).exclude(status="registered")


def to_dispatch(actor: Actor) -> QuerySet[Case]:
    """At the actor's desk."""
    desks = {post.unit_id for post in actor.posts_as(Role.DISPATCHER)}
    return _open().filter(status="registered", desk_unit_id__in=desks)


def to_rule_on(actor: Actor, kinds: Collection[str] = RULINGS) -> QuerySet[Case]:
    """With a request of one of these kinds that waits for a ruling; "designation": frozen until somebody designates."""
    asked = [Q(pending__contains=kind) for kind in kinds if kind != "designation"]
    if "designation" in kinds:
        asked.append(Q(frozen=True))
    # The condition of the index in its own words: of a district's open cases very few wait for a ruling.
    return _open().filter(UNDECIDED, visible(actor), reduce(or_, asked, Q(pk__in=[])))


def to_follow_up(actor: Actor) -> QuerySet[Case]:
    """Resolved, and the askers have still to be heard."""
    return _open().filter(visible(actor), status="resolved")


def _open() -> QuerySet[Case]:
    return Case.objects.filter(closed_at__isnull=True)


QUEUES: Mapping[str, Callable[[Actor], QuerySet[Case]]] = {
    "mine": mine,
    "unit": of_unit,
    "dispatch": to_dispatch,
    "follow_up": to_follow_up,
}


@dataclass(frozen=True, slots=True)
class Duties:
    """Which queues an actor has: `rulings` the kinds that they decide, `follow_up` whether they ring askers."""

    unit: bool
    dispatch: bool
    rulings: tuple[str, ...]
    follow_up: bool


def duties(actor: Actor) -> Duties:
    """By the posts held and what the playbooks at work give these posts to do. One query, and one where a programme was
    stopped."""
    playbooks = playbooks_at_work()
    rulings = {kind for book in playbooks for kind, roles in _deciders(book).items() if actor.holds(*roles)}
    return Duties(
        unit=actor.holds(*UNIT_HANDS),
        dispatch=actor.holds(Role.DISPATCHER),
        rulings=tuple(kind for kind in RULINGS if kind in rulings),
        follow_up=any(actor.holds(*book.ladder.follow_up.calls_by) for book in playbooks),
    )


def _deciders(playbook: Playbook) -> dict[str, tuple[Role, ...]]:
    ladder = playbook.ladder
    return {
        "return": (ladder.returns.ruled_by,),
        "extension": (ladder.extension.approved_by,),
        "shelving": (ladder.shelving.approved_by,),
        "correction": (ladder.corrections_approved_by,),
        "designation": (ladder.returns.arbiter,),
    }


def tallies(actor: Actor, names: Iterable[str], *, at: datetime, rulings: Collection[str] = ()) -> dict[str, Tally]:
    """Of each queue that is named ("rulings" with the kinds of `duties`): one query each, and none for a queue that the
    actor has no post for."""
    return {name: _tally(_named(actor, name, rulings), at) for name in names}


def _named(actor: Actor, name: str, rulings: Collection[str]) -> QuerySet[Case]:
    return to_rule_on(actor, rulings) if name == "rulings" else QUEUES[name](actor)


def _tally(queue: QuerySet[Case], at: datetime) -> Tally:
    dues = list(queue.order_by("due_at").values_list("due_at", flat=True)[:COUNTED])
    return Tally(len(dues), sum(due < at for due in dues))
