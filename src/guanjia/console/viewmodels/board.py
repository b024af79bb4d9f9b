"""The supervisor's board: every number with the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.cases.queries import board as counts
from guanjia.kernel.actor import Actor
from guanjia.kernel.text import gettext_noop
from guanjia.ui.format import percent, short_day

#: What a wall shows: legible from six metres.
ON_WALL = 6

#: Column of the board, its name, filters of the ledger, how urgent it looks.
COLUMNS: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("open", gettext_noop("Open"), (("only", "open"),), ""),
    ("overdue", gettext_noop("Overdue"), (("only", "overdue"),), "late"),
    ("due_today", gettext_noop("Due within a day"), (("only", "due"),), "near"),
    ("returned", gettext_noop("Returned"), (("only", "open"), ("only", "returned")), ""),
    ("redone", gettext_noop("Redone"), (("only", "open"), ("only", "redone")), ""),
    ("contested", gettext_noop("Contested"), (("only", "open"), ("only", "contested")), ""),
    ("shelved", gettext_noop("Shelved"), (("status", "shelved"),), ""),
    ("waiting", gettext_noop("Waits for the asker"), (("status", "resolved"),), ""),
)
WAYS = (
    ("unit", gettext_noop("By unit")),
    ("street", gettext_noop("By street")),
    ("community", gettext_noop("By community")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    value: int
    url: str
    level: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One unit or place. `rate`: what was confirmed of what was closed, in words."""

    name: str
    url: str
    cells: Sequence[Cell]
    closed: int
    closed_url: str
    rate: str
    late: bool


@dataclass(frozen=True, slots=True)
class Shown:
    by: str
    ways: Sequence[dict[str, Any]]
    tiles: Sequence[Cell]
    headings: Sequence[str]
    rows: Sequence[Line]
    chart: dict[str, Any]
    came_today: int
    came_today_url: str
    trend: Sequence[int]
    closed: int
    rate: str


def shown(actor: Actor, by: str, *, at: datetime) -> Shown:
    """Five queries. An unknown `by` counts as units."""
    by = by if by in dict(WAYS) else "unit"
    board = counts.board(actor, by=by, at=at, period=timedelta(days=counts.DAYS))
    today, days = localdate(at), board.days
    lines = [_line(row, by, today) for row in board.rows]
    return Shown(
        by=by,
        ways=[{"label": _(label), "url": f"?by={key}", "active": key == by} for key, label in WAYS],
        tiles=_cells(board.total, ()),
        headings=[_(label) for _key, label, _filters, _level in COLUMNS],
        rows=lines,
        chart=_chart(days),
        came_today=days[-1][1],
        came_today_url=_ledger(("since", today), ("until", today)),
        trend=[came for _day, came, _went in days],
        closed=board.total.closed,
        rate=percent(board.total.confirmed, board.total.closed),
    )


def _line(row: counts.Row, by: str, today: date) -> Line:
    narrow = (("unit" if by == "unit" else "place", row.id),)
    page = "console:unit" if by == "unit" else "console:place"
    since = today - timedelta(days=counts.DAYS)
    return Line(
        name=row.name,
        url=reverse(page, args=[row.id]),
        cells=_cells(row, narrow),
        closed=row.closed,
        closed_url=_ledger(*narrow, ("only", "closed"), ("since", since)),
        rate=percent(row.confirmed, row.closed),
        late=row.overdue > 0,
    )


def _cells(row: counts.Row, narrow: Sequence[tuple[str, Any]]) -> list[Cell]:
    """A nought in the table leads nowhere, a tile's to its empty list."""
    made = []
    for key, label, filters, level in COLUMNS:
        value = getattr(row, key)
        url = _ledger(*narrow, *filters) if value or not narrow else ""
        made.append(Cell(value, url, level if value else "", _(label)))
    return made


def _ledger(*filters: tuple[str, Any]) -> str:
    return f"{reverse('console:ledger')}?{urlencode(filters)}"


def _chart(days: Sequence[tuple[date, int, int]]) -> dict[str, Any]:
    return {
        "kind": "line",
        "names": [short_day(day) for day, _came, _went in days],
        "series": [
            {"name": _("Newly registered"), "values": [came for _day, came, _went in days]},
            {"name": _("Struck off cases"), "values": [went for _day, _came, went in days], "level": "ok"},
        ],
        "urls": [_ledger(("since", day), ("until", day)) for day, _came, _went in days],
    }
