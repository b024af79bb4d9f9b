"""How far a programme's visits have come: every one visited, every matter written down, every problem solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Outcome, Visit, VisitCase
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.models import Subject

#: How deep a grid lies (`Place.path_ids`).
_GRID = 3


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """`served`: subjects of the programme; `reached`: those of them with a visit; `refused`: those who want none.
    `visits`: how many were made, `people`: met on them. `raised`: cases taken down; of these `owned` have somebody who
    must act by a date or are closed, and `solved` are closed as their askers agreed."""

    served: int
    reached: int
    refused: int
    visits: int
    people: int
    officers: int
    grids: int
    raised: int
    owned: int
    closed: int
    solved: int


def visit_figures(programme_id: int, *, since: date, until: date) -> VisitFigures:
    """Counts only. Five queries."""
    served = programmes.enrolled(programme_id, programmes.current_playbook(programme_id))
    recorded = Visit.objects.filter(programme_id=programme_id, on__range=(since, until))
    done = recorded.filter(outcome=Outcome.DONE)
    counted = done.aggregate(
        reached=Count("subject", distinct=True),
        visits=Count("pk"),
        people=Sum("people", default=0),
        officers=Count("officer", distinct=True),
    )
    refused = recorded.filter(outcome=Outcome.REFUSED).values("subject").distinct().count()
    raised = VisitCase.objects.filter(visit__in=recorded.order_by().values("pk")).aggregate(
        raised=Count("pk"),
        owned=Count("pk", filter=~Q(case__status="registered")),
        closed=Count("pk", filter=Q(case__closed_at__isnull=False)),
        solved=Count("pk", filter=Q(case__outcome="solved", case__confirmed=True)),
    )
    return VisitFigures(served=served.count(), refused=refused, grids=_grids(done), **counted, **raised)


def theme_figures(programme_id: int, *, since: date, until: date) -> dict[str, int]:
    """How many visits were made about each theme. Counts only. One query."""
    done = Visit.objects.filter(programme_id=programme_id, outcome=Outcome.DONE, on__range=(since, until))
    return dict(done.exclude(theme="").order_by("theme").values_list("theme").annotate(Count("pk")))


def _grids(done: QuerySet[Visit]) -> int:
    """One query; the tree of places is in memory."""
    places = registry.known_places()
    ids = done.order_by().values_list("place_id", flat=True).distinct()
    paths = [places[pk].path_ids for pk in ids if pk is not None]
    return len({path[_GRID] for path in paths if len(path) > _GRID})


def unvisited(
    actor: Actor, programme_id: int, *, since: date, until: date, cursor: str | None = None, size: int = 50
) -> Page[Subject]:
    """The names behind what is missing, as far as the actor may read them; not those who refused. One query. Raises
    page.bad_cursor."""
    answered = Visit.objects.filter(
        programme_id=programme_id,
        subject=OuterRef("pk"),
        on__range=(since, until),
        outcome__in=(Outcome.DONE, Outcome.REFUSED),
    )
    served = programmes.enrolled(programme_id, programmes.current_playbook(programme_id))
    found = served.filter(policy.subjects_in_reach(actor, prefix="")).exclude(Exists(answered))
    return page(found.select_related("place").defer("place__boundary"), ["id"], size=size, cursor=cursor)
