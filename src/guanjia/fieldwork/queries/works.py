"""Works and plots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Sum

from guanjia.fieldwork.models import Keeper, Plot, Work
from guanjia.kernel.paging import Page, page


@dataclass(frozen=True, slots=True)
class WorkFigures:
    kind: str
    times: int
    quantity: Decimal


def works(programme_id: int, *, kind: str = "", cursor: str | None = None, size: int = 50) -> Page[Work]:
    """What was done, the latest first. For the whole staff. One query. Raises page.bad_cursor."""
    found = Work.objects.filter(programme_id=programme_id).select_related("place", "officer")
    if kind:
        found = found.filter(kind=kind)
    return page(found.defer("place__boundary", "officer__mobile"), ["-on", "-id"], size=size, cursor=cursor)


def work_figures(programme_id: int, *, since: date, until: date) -> list[WorkFigures]:
    """By kind. One query."""
    done = Work.objects.filter(programme_id=programme_id, on__range=(since, until)).values_list("kind")
    return [WorkFigures(*row) for row in done.annotate(Count("pk"), Sum("quantity")).order_by("kind")]


def plots(programme_id: int, *, cursor: str | None = None, size: int = 50) -> Page[Plot]:
    """With the doors of those who keep them now. For the whole staff. Two queries. Raises page.bad_cursor."""
    now = Keeper.objects.filter(until__isnull=True).select_related("subject").order_by("pk")
    found = Plot.objects.filter(programme_id=programme_id).select_related("place").defer("place__boundary")
    return page(found.prefetch_related(Prefetch("keepers", queryset=now)), ["-id"], size=size, cursor=cursor)
