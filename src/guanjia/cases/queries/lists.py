"""Lists of cases: what to do next, and the ledger. Each narrowed to what the actor may see, paged by key,
one query a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from guanjia.cases.models import Case, SavedView
from guanjia.cases.models.case import NEVER
from guanjia.cases.policy import visible
from guanjia.cases.queries import queues
from guanjia.cases.search import matching
from guanjia.cases.verification import local_midnight
from guanjia.kernel.actor import Actor
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, STATUS_LABELS
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

BY_DUE = ("due_at", "id")
NEWEST_FIRST = ("-id",)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list; empty ones do not. `text` searches title, text and address, or is a ledger
    number."""

    text: str = ""
    status: str = ""
    outcome: str = ""
    category: str = ""
    tier: str = ""
    channel: str = ""
    place: int | None = None
    unit: int | None = None
    officer: int | None = None
    subject: int | None = None
    #: A programme's key, or one of its ledgers: "four-hundreds/city".
    ledger: str = ""
    since: date | None = None
    until: date | None = None
    #: open, closed, late, due (within a day), redone, contested, returned, frozen, pending, emergency,
    #: estimated, ordered
    only: tuple[str, ...] = ()


def read_filters(raw: Mapping[str, str], only: Iterable[str] = ()) -> Filters:
    """From a query string. Raises field.invalid for a number or date that is none, or an unknown word."""
    values: dict[str, object] = {"only": tuple(word for word in only if word)}
    for field in fields(Filters):
        given = raw.get(field.name, "").strip() if field.name != "only" else ""
        if not given:
            continue
        try:
            values[field.name] = _typed(field.name, given)
        except ValueError as error:
            raise Problem(INVALID, field=field.name, field_label=_("Filter"), why=given) from error
    unknown = set(values["only"]) - set(_ONLY)  # type: ignore[call-overload]
    if unknown:
        raise Problem(INVALID, field="only", field_label=_("Filter"), why="、".join(sorted(unknown)))
    return Filters(**values)  # type: ignore[arg-type]


def _typed(name: str, given: str) -> object:
    if name in ("place", "unit", "officer", "subject"):
        return int(given)
    if name in ("since", "until"):
        return date.fromisoformat(given)
    if name == "status" and given not in STATUS_LABELS:
        raise ValueError(given)
    if name == "outcome" and given not in OUTCOME_LABELS:
        raise ValueError(given)
    return given


def my_work(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Case]:
    """Open cases that the actor (or whom they stand in for) holds by name, soonest due first."""
    return rows_of(queues.mine(actor), BY_DUE, size=size, cursor=cursor)


def unit_work(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Case]:
    """Open cases of the actor's units that no officer holds by name, soonest due first."""
    return rows_of(queues.of_unit(actor), BY_DUE, size=size, cursor=cursor)


def to_dispatch(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Case]:
    """What waits at the actor's desk, soonest due first. With its text, which the desk reads."""
    return rows_of(queues.to_dispatch(actor), BY_DUE, size=size, cursor=cursor, text=True)


def to_rule_on(
    actor: Actor, kinds: Collection[str] = queues.RULINGS, *, cursor: str | None = None, size: int = 50
) -> Page[Case]:
    """Cases with a request of these kinds that waits for a ruling, soonest due first."""
    return rows_of(queues.to_rule_on(actor, kinds), BY_DUE, size=size, cursor=cursor)


def to_follow_up(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Case]:
    """Resolved cases whose askers have still to be heard, soonest due first."""
    return rows_of(queues.to_follow_up(actor), BY_DUE, size=size, cursor=cursor)


#: How a ledger may be sorted. By due moment: of what is open, since only that has one.
SORTS = {"-number": NEWEST_FIRST, "number": ("id",), "due": BY_DUE, "-due": ("-due_at", "-id")}


def ledger_page(
    actor: Actor,
    filters: Filters,
    *,
    at: datetime,
    sort: str = "-number",
    cursor: str | None = None,
    size: int = 50,
) -> Page[Case]:
    """The ledger, newest first; or by a key of SORTS (an unknown one counts for nothing)."""
    found = filtered(actor, filters, at=at)
    if sort in ("due", "-due"):
        found = found.filter(closed_at__isnull=True)
    return rows_of(found, SORTS.get(sort, NEWEST_FIRST), size=size, cursor=cursor)


def how_many(actor: Actor, filters: Filters, *, at: datetime, most: int = 10_000) -> int:
    """How many cases the filters let through, counted up to `most` + 1: counting a whole ledger is walking it."""
    return filtered(actor, filters, at=at).order_by()[: most + 1].count()


def filtered(actor: Actor, filters: Filters, *, at: datetime) -> QuerySet[Case]:
    """The cases that the actor may see and the filters let through, in no order."""
    found = Case.objects.filter(visible(actor))
    if filters.text:
        number = parse_ledger_number(filters.text)
        found = found.filter(pk=number[1]) if number is not None else matching(found, filters.text)
    equal = {
        "status": filters.status,
        "outcome": filters.outcome,
        "category": filters.category,
        "tier": filters.tier,
        "channel": filters.channel,
        "holder_unit_id": filters.unit,
        "holder_officer_id": filters.officer,
        "subject_id": filters.subject,
    }
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if filters.ledger:
        found = found.filter(_on_ledger(filters.ledger))
    if filters.place:
        found = found.filter(
            Q(street_id=filters.place)
            | Q(community_id=filters.place)
            | Q(grid_id=filters.place)
            | Q(place_id=filters.place)
        )
    if filters.since:
        found = found.filter(registered_at__gte=local_midnight(filters.since))
    if filters.until:
        found = found.filter(registered_at__lt=local_midnight(filters.until + timedelta(days=1)))
    for word in filters.only:
        found = found.filter(_ONLY[word](at))
    return found


def _on_ledger(given: str) -> Q:
    """Raises not_found for a programme, field.invalid for a ledger that it does not keep."""
    key, _slash, name = given.partition("/")
    programme = programmes.programme(key)
    condition = Q(version_id__in=programmes.version_ids(programme.pk))
    if name:
        playbook = programmes.current_playbook(programme.pk)
        kept = next((one for one in playbook.ledgers if one.key == name), None)
        if kept is None:
            raise Problem(INVALID, field="ledger", field_label=_("Ledger"), why=given[:80])
        if kept.tiers:
            at_desk = [""] if playbook.ladder.tiers[0].key in kept.tiers else []
            condition &= Q(tier__in=[*kept.tiers, *at_desk])
        if kept.categories:
            condition &= Q(category__in=kept.categories)
    return condition


#: Words of `Filters.only`, each a condition at a moment. "late" is what is past its moment and what ever was.
_ONLY = {
    "open": lambda at: Q(closed_at__isnull=True),
    "closed": lambda at: Q(closed_at__isnull=False),
    "late": lambda at: Q(late=True) | Q(closed_at__isnull=True, due_at__lt=at),
    "overdue": lambda at: Q(closed_at__isnull=True, due_at__lt=at),
    "due": lambda at: Q(closed_at__isnull=True, due_at__gte=at, due_at__lt=at + timedelta(days=1)),
    "paused": lambda at: Q(closed_at__isnull=True, due_at=NEVER),
    "redone": lambda at: Q(redone__gt=0),
    "contested": lambda at: Q(contested__gt=0),
    "returned": lambda at: Q(returns__gt=0),
    "frozen": lambda at: Q(frozen=True),
    "pending": lambda at: ~Q(pending=""),
    "escalated": lambda at: Q(escalations__gt=0),
    "emergency": lambda at: Q(emergency=True),
    "estimated": lambda at: Q(due_estimated=True),
    "ordered": lambda at: Q(orders__gt=0),
    "confirmed": lambda at: Q(confirmed=True),
}


def rows_of(
    cases: QuerySet[Case], keys: Sequence[str], *, cursor: str | None, size: int, text: bool = False
) -> Page[Case]:
    """A page of cases as lists show them: with places, unit and officer, and without their text unless asked for.

    Places and units come from memory. Joined, they cost more than the page itself, and tempt SQLite to begin with the
    small table and sort the whole ledger (0.8 s at 100,000 cases).
    """
    found = cases.select_related("holder_officer")
    shown = page(found if text else found.defer("text"), keys, size=size, cursor=cursor)
    places, units = registry.known_places(), registry.known_units()
    for case in shown.rows:
        case.holder_unit = units[case.holder_unit_id]
        for name in ("place", "street", "community"):
            setattr(case, name, places.get(getattr(case, f"{name}_id")))
    return shown


def saved_views(actor: Actor) -> list[SavedView]:
    """The actor's own, by name."""
    return list(SavedView.objects.filter(account_id=actor.account_id or 0).order_by("name")[:50])
