"""Counts for whoever oversees: by unit, by place, by day. Every number has the filters that open its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import get_default_timezone, localdate

from guanjia.cases.models import Case
from guanjia.cases.policy import visible
from guanjia.kernel.actor import Actor
from guanjia.registry.models import Place, Unit


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's or place's open work, and what it closed within the period."""

    id: int
    name: str
    kind: str
    open: int
    overdue: int
    due_today: int
    waiting: int
    shelved: int
    returned: int
    redone: int
    contested: int
    closed: int = 0
    confirmed: int = 0
    #: Share of what was closed that whoever asked confirmed as solved; None where nothing was closed.
    confirmed_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Board:
    rows: Sequence[Row]
    total: Row
    #: (day, registered, closed) of each of the last days, oldest first.
    days: Sequence[tuple[date, int, int]]


def board(actor: Actor, *, by: str = "unit", at: datetime, period: timedelta = timedelta(days=30)) -> Board:
    """`by` is "unit", "street" or "community". Five queries over indexed columns, whatever the number of rows."""
    column = {"unit": "holder_unit_id", "street": "street_id", "community": "community_id"}[by]
    seen = Case.objects.filter(visible(actor))
    open_counts = _open_counts(seen, column, at)
    closed_counts = _closed_counts(seen, column, at - period)
    ids = {key for key in (*open_counts, *closed_counts) if key is not None}
    names = _names(by, ids)
    rows = [_row(key, names[key], open_counts.get(key, {}), closed_counts.get(key, {})) for key in ids if key in names]
    return Board(
        rows=sorted(rows, key=lambda row: (-row.overdue, -row.open, row.name)),
        total=_total(rows),
        days=_days(seen, localdate(at)),
    )


def _open() -> Q:
    return Q(closed_at__isnull=True)


def _open_counts(seen: QuerySet[Case], column: str, at: datetime) -> dict[int, dict[str, int]]:
    counted = (
        seen.filter(_open())
        .values(column)
        .annotate(
            open=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=at)),
            due_today=Count("id", filter=Q(due_at__gte=at, due_at__lt=at + timedelta(days=1))),
            waiting=Count("id", filter=Q(status="resolved")),
            shelved=Count("id", filter=Q(status="shelved")),
            returned=Count("id", filter=Q(returns__gt=0)),
            redone=Count("id", filter=Q(redone__gt=0)),
            contested=Count("id", filter=Q(contested__gt=0)),
        )
        .order_by()
    )
    return {row.pop(column): row for row in counted}


def _closed_counts(seen: QuerySet[Case], column: str, since: datetime) -> dict[int, dict[str, int]]:
    counted = (
        seen.filter(closed_at__gte=since, status="closed")
        .exclude(outcome__in=("merged", "withdrawn"))
        # Grouped by the bare column, SQLite walks that column's index over the whole ledger to spare itself a sort.
        .annotate(key=Coalesce(column, 0))
        .values_list("key")
        .annotate(closed=Count("id"), confirmed=Count("id", filter=Q(confirmed=True)))
        .order_by()
    )
    return {key: {"closed": closed, "confirmed": confirmed} for key, closed, confirmed in counted}


def _names(by: str, ids: set[int]) -> dict[int, tuple[str, str]]:
    model = Unit if by == "unit" else Place
    return {pk: (name, kind) for pk, name, kind in model.objects.filter(pk__in=ids).values_list("pk", "name", "kind")}


def _row(key: int, name: tuple[str, str], open_: dict[str, int], closed: dict[str, int]) -> Row:
    counts = {word: open_.get(word, 0) for word in _OPEN_WORDS}
    done, confirmed = closed.get("closed", 0), closed.get("confirmed", 0)
    return Row(key, name[0], name[1], **counts, closed=done, confirmed=confirmed, confirmed_rate=_rate(confirmed, done))


_OPEN_WORDS = ("open", "overdue", "due_today", "waiting", "shelved", "returned", "redone", "contested")


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _total(rows: Sequence[Row]) -> Row:
    counts = {word: sum(getattr(row, word) for row in rows) for word in _OPEN_WORDS}
    done, confirmed = sum(row.closed for row in rows), sum(row.confirmed for row in rows)
    return Row(0, "", "", **counts, closed=done, confirmed=confirmed, confirmed_rate=_rate(confirmed, done))


#: How many days the board looks back, today included.
DAYS = 30


def _days(seen: QuerySet[Case], today: date) -> list[tuple[date, int, int]]:
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    came, went = _by_day(seen, "registered_at", days), _by_day(seen, "closed_at", days)
    return list(zip(days, came, went, strict=True))


def _by_day(seen: QuerySet[Case], column: str, days: Sequence[date]) -> list[int]:
    """How many on each of successive days. Compared with the bounds of each day: a conversion of every moment to its
    local day cost ten times as much on SQLite, which does it in Python."""
    zone = get_default_timezone()
    bounds = [datetime.combine(day, time(), zone) for day in (*days, days[-1] + timedelta(days=1))]
    within = seen.filter(**{f"{column}__gte": bounds[0], f"{column}__lt": bounds[-1]})
    counts = {
        f"day{number}": Count("id", filter=Q(**{f"{column}__gte": begin, f"{column}__lt": end}))
        for number, (begin, end) in enumerate(pairwise(bounds))
    }
    counted = within.aggregate(**counts)
    return [counted[name] for name in counts]
