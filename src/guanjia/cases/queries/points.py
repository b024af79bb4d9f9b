"""Open cases as points on a map: bounded, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from guanjia.cases.models import Case
from guanjia.cases.models.case import NEVER
from guanjia.cases.queries.lists import Filters, filtered
from guanjia.kernel.actor import Actor

MOST = 5000
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """`exact` is False where the point is the middle of the case's place. `level`: late, near, ok, none."""

    number: str
    title: str
    place: str
    lon: float
    lat: float
    exact: bool
    level: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Open cases that the filters let through, and how many of them have a point or a place with one."""

    total: int
    placed: int
    most: int

    @property
    def shown(self) -> int:
        return min(self.placed, self.most)

    @property
    def left_out(self) -> int:
        """Placed, but beyond the bound: the least urgent."""
        return self.placed - self.shown

    @property
    def nowhere(self) -> int:
        return self.total - self.placed


def points(actor: Actor, filters: Filters, *, at: datetime, most: int = MOST) -> list[Point]:
    """One query; at most `most`, soonest due first."""
    found = _located(actor, filters, at).filter(_PLACED).annotate(place_name=F("place__name"))
    rows = found.order_by("due_at", "id").only("id", "title", "lon", "registered_at", "due_at")[:most]
    return [_point(case, at) for case in rows]


def how_many_points(actor: Actor, filters: Filters, *, at: datetime, most: int = MOST) -> Placed:
    """One query."""
    counts = {"total": Count("id"), "placed": Count("id", filter=_PLACED)}
    return Placed(**_located(actor, filters, at).order_by().aggregate(**counts), most=most)


_PLACED = Q(x__isnull=False, y__isnull=False)


def _located(actor: Actor, filters: Filters, at: datetime) -> QuerySet[Case]:
    found = filtered(actor, filters, at=at).filter(closed_at__isnull=True)
    return found.annotate(x=Coalesce("lon", "place__centre_lon"), y=Coalesce("lat", "place__centre_lat"))


def _point(case: Any, at: datetime) -> Point:
    """Of a case with what `_located` and `points` add to it."""
    due = case.due_at if case.due_at < NEVER else None
    return Point(
        number=case.number,
        title=case.title,
        place=case.place_name or "",
        lon=case.x,
        lat=case.y,
        exact=case.lon is not None,
        level=level(due, at),
        due=due,
    )


def level(due: datetime | None, at: datetime) -> str:
    if due is None:
        return "none"
    if due < at:
        return "late"
    return "near" if due < at + SOON else "ok"
