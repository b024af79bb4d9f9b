"""Patrols and what they gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Help, Patrol
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page


@dataclass(frozen=True, slots=True)
class HelpFigures:
    kind: str
    times: int
    people: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PatrolFigures:
    """`crew`: person-times of those who went; `met`: heads met; `help` by kind."""

    trips: int
    crew: int
    met: int
    shifts: int
    help: Sequence[HelpFigures]


def patrols(actor: Actor, programme_id: int, *, cursor: str | None = None, size: int = 50) -> Page[Patrol]:
    """Trips within the actor's posts, the latest first. Two queries. Raises page.bad_cursor."""
    found = Patrol.objects.filter(policy.places_in_reach(actor), programme_id=programme_id)
    found = found.select_related("place", "officer").defer("place__boundary", "officer__mobile")
    return page(found.prefetch_related("help"), ["-started_at", "-id"], size=size, cursor=cursor)


def patrol_figures(programme_id: int, *, since: date, until: date) -> PatrolFigures:
    """Counts only; by the day on which a shift began. Three queries."""
    made = Patrol.objects.filter(programme_id=programme_id, on__range=(since, until))
    counted = made.aggregate(trips=Count("pk"), crew=Sum("crew", default=0), met=Sum("met", default=0))
    given = Help.objects.filter(patrol__in=made.values("pk")).values_list("kind")
    rows = given.annotate(Count("pk"), Sum("people"), Sum("quantity")).order_by("kind")
    shifts = made.order_by().values("on", "shift").distinct().count()
    return PatrolFigures(**counted, shifts=shifts, help=[HelpFigures(*row) for row in rows])
