"""What the page of one's work shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.queries import lists
from guanjia.cases.queries.queues import Duties, Tally, duties, tallies
from guanjia.console.navigation import REGISTERS
from guanjia.console.viewmodels.rows import Group, by_due
from guanjia.console.viewmodels.steps import HOLDERS, RULINGS
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop

#: Twenty rows fit a desk without scrolling.
SIZE = 20
#: Queues in their order: key, label, why these stand in it, what it means when it is empty.
_QUEUES = (
    (
        "mine",
        gettext_noop("Mine"),
        gettext_noop("held by you and still open, by due moment"),
        gettext_noop("You hold nothing that is open."),
    ),
    (
        "unit",
        gettext_noop("My unit's"),
        gettext_noop("held by your unit and taken by nobody yet, by due moment"),
        gettext_noop("Everything that came to your unit has been taken by somebody."),
    ),
    (
        "dispatch",
        gettext_noop("To dispatch"),
        gettext_noop("waiting at your desk, by due moment"),
        gettext_noop("Everything has been dispatched."),
    ),
    (
        "rulings",
        gettext_noop("To rule on"),
        gettext_noop("waiting for a decision that your post takes, by due moment"),
        gettext_noop("No return, extension or shelving waits for your decision."),
    ),
    (
        "follow_up",
        gettext_noop("To follow up"),
        gettext_noop("resolved, and whoever asked has still to be heard"),
        gettext_noop("Everybody who asked has been heard."),
    ),
)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    active: bool
    count: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """`queue` is the key of the one shown. `tabs` is empty for posts that handle no cases."""

    queue: str
    tabs: Sequence[Tab]
    groups: Sequence[Group]
    page: Page[Any]
    total: str
    overdue: int
    why: str
    nothing: str
    registers: bool


def desk(actor: Actor, query: Mapping[str, str], *, at: datetime) -> Desk:
    """Raises page.bad_cursor. A fixed number of queries for the queues that the actor has."""
    have = duties(actor)
    keys = _keys(have)
    counted = tallies(actor, keys, at=at, rulings=have.rulings)
    wanted = query.get("queue", "")
    chosen = wanted if wanted in keys else _first(keys, counted)
    page = _PAGES[chosen](actor, have, query.get("cursor"))
    _key, _label, why, nothing = next(one for one in _QUEUES if one[0] == chosen)
    return Desk(
        queue=chosen,
        tabs=[_tab(key, label, chosen, counted[key]) for key, label, *_rest in _QUEUES if key in keys],
        groups=by_due(page.rows, at, _VERBS[chosen]),
        page=page,
        total=str(counted[chosen]),
        overdue=counted[chosen].overdue,
        why=_(why),
        nothing=_(nothing),
        registers=actor.holds(*REGISTERS),
    )


#: What the reader of each queue may do with what stands in it.
_VERBS = {
    "mine": HOLDERS,
    "unit": HOLDERS,
    "dispatch": ("dispatch",),
    "rulings": RULINGS,
    "follow_up": ("follow_up",),
}


def _keys(have: Duties) -> list[str]:
    has = {
        "mine": True,
        "unit": have.unit,
        "dispatch": have.dispatch,
        "rulings": bool(have.rulings),
        "follow_up": have.follow_up,
    }
    return [queue[0] for queue in _QUEUES if has[queue[0]]]


def _first(keys: Sequence[str], counted: Mapping[str, Tally]) -> str:
    """The first queue in which something waits."""
    return next((key for key in keys if counted[key]), keys[0])


def _tab(key: str, label: str, chosen: str, tally: Tally) -> Tab:
    return Tab(_(label), f"{reverse('console:work')}?queue={key}", key == chosen, str(tally))


_PAGES: dict[str, Callable[[Actor, Duties, str | None], Page[Any]]] = {
    "mine": lambda actor, have, cursor: lists.my_work(actor, cursor=cursor, size=SIZE),
    "unit": lambda actor, have, cursor: lists.unit_work(actor, cursor=cursor, size=SIZE),
    "dispatch": lambda actor, have, cursor: lists.to_dispatch(actor, cursor=cursor, size=SIZE),
    "rulings": lambda actor, have, cursor: lists.to_rule_on(actor, have.rulings, cursor=cursor, size=SIZE),
    "follow_up": lambda actor, have, cursor: lists.to_follow_up(actor, cursor=cursor, size=SIZE),
}
