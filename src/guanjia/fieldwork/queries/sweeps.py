"""Sweeps, how far they are, and their gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Sweep, SweepPlace
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import geometry
from guanjia.registry.models import Place

#: On a map; a sweep of homes is drawn by their courtyards.
MOST_DRAWN = 3000
METRES = 5.0
_COUNTS = {
    "places": Count("pk"),
    "checked": Count("pk", filter=Q(checked_at__isnull=False)),
    "findings": Count("pk", filter=Q(case__isnull=False)),
}


@dataclass(frozen=True, slots=True)
class SweepFigures:
    places: int
    checked: int
    findings: int

    @property
    def gaps(self) -> int:
        return self.places - self.checked


def sweeps(programme_id: int, *, cursor: str | None = None, size: int = 20) -> Page[Sweep]:
    """The latest first. For the whole staff. One query. Raises page.bad_cursor."""
    found = Sweep.objects.filter(programme_id=programme_id).select_related("place").defer("place__boundary")
    return page(found, ["-id"], size=size, cursor=cursor)


def sweep(sweep_id: int) -> Sweep:
    """Raises not_found."""
    found = Sweep.objects.select_related("place", "programme").defer("place__boundary").filter(pk=sweep_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("sweep"), key=sweep_id)
    return found


def sweep_figures(sweep_ids: Sequence[int]) -> dict[int, SweepFigures]:
    """By sweep. One query."""
    counted = SweepPlace.objects.filter(sweep_id__in=list(sweep_ids)).values("sweep_id").annotate(**_COUNTS)
    rows = counted.order_by("sweep_id").values_list("sweep_id", *_COUNTS)
    return {sweep_id: SweepFigures(*figures) for sweep_id, *figures in rows}


def sweep_places(
    actor: Actor, sweep_id: int, *, only: str = "", cursor: str | None = None, size: int = 50
) -> Page[SweepPlace]:
    """Of those within the actor's reach: `gaps`, `findings`, or all. Subjects of kinds that the actor may not read are
    left out. One query. Raises page.bad_cursor."""
    reach = (Q(subject__isnull=True) & policy.places_in_reach(actor)) | (
        Q(subject__isnull=False) & policy.subjects_in_reach(actor)
    )
    found = SweepPlace.objects.filter(reach, sweep_id=sweep_id)
    if only == "gaps":
        found = found.filter(checked_at__isnull=True)
    elif only == "findings":
        found = found.filter(case__isnull=False)
    found = found.select_related("place", "subject", "officer", "case").defer("place__boundary", "officer__mobile")
    return page(found, ["id"], size=size, cursor=cursor)


def sweep_place(actor: Actor, sweep_place_id: int) -> SweepPlace:
    """Raises not_found."""
    found = SweepPlace.objects.select_related("place", "subject", "sweep").filter(pk=sweep_place_id).first()
    if found is None or not policy.may_work_at(actor, found.place.path if found.place else ""):
        raise Problem(NOT_FOUND, what=_("place of a sweep"), key=sweep_place_id)
    return found


@dataclass(frozen=True, slots=True)
class Area:
    """A place of the sweep as the map draws it; of subjects, the place they are in."""

    place_id: int
    name: str
    boundary: dict[str, object]
    places: int
    checked: int
    findings: int

    @property
    def level(self) -> str:
        if self.checked < self.places:
            return "late" if self.checked == 0 else "near"
        return "ok"


def sweep_areas(sweep_id: int) -> list[Area]:
    """Counts and outlines only. Two queries."""
    counted = SweepPlace.objects.filter(sweep_id=sweep_id, place__isnull=False).values("place_id")
    rows = counted.annotate(**_COUNTS).order_by("place_id").values_list("place_id", *_COUNTS)[:MOST_DRAWN]
    by_place = {place_id: figures for place_id, *figures in rows}
    drawn = Place.objects.filter(pk__in=list(by_place))
    return [
        Area(
            place.pk,
            place.name,
            geometry.simplified(place.boundary, METRES),
            *by_place[place.pk],
        )
        for place in drawn
        if place.boundary
    ]
