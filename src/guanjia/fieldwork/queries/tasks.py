"""Dated duties: one's own, those within one's reach, and how many of each are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Task, TaskEnd
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.paging import Page, page
from guanjia.programmes.models import Assignment, AssignmentRole
from guanjia.registry.models import Place
from guanjia.registry.queries import within

#: What a list may be narrowed to.
STATES = ("open", "late", "closed")


def in_care(actor: Actor, prefix: str = "subject") -> Q:
    """Rows (with a programme and a subject) of those for whom the actor, or somebody whom they stand in for, is
    steward: their own, or that of the place they are in where they have none. One query."""
    held = Assignment.objects.filter(officer_id__in=actor.officer_ids, role=AssignmentRole.STEWARD, until__isnull=True)
    paths: dict[int, list[str]] = {}
    for programme_id, path in held.values_list("programme_id", "place__path").order_by("programme_id", "pk"):
        paths.setdefault(programme_id, []).extend([path] if path else [])
    condition = Q(pk__in=[])
    for programme_id, below in paths.items():
        own = held.filter(programme_id=programme_id, subject__isnull=False)
        theirs = Q(**{f"{prefix}__in": own.values("subject_id")})
        if below:
            somebodys = Assignment.objects.filter(
                programme_id=programme_id,
                role=AssignmentRole.STEWARD,
                until__isnull=True,
                subject_id=OuterRef(f"{prefix}_id"),
            )
            places = Place.objects.filter(within(below)).values("pk")
            theirs |= Q(**{f"{prefix}__place__in": places}) & ~Q(Exists(somebodys))
        condition |= Q(programme_id=programme_id) & theirs
    return condition


def mine(
    actor: Actor,
    *,
    state: str = "open",
    due: date | None = None,
    on: date,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Task]:
    """What the actor owes: of those in their care, by name, and with their units; or all of it that is `due` on a day.
    Two queries. Raises page.bad_cursor."""
    found = _owed(actor)
    if due is not None:
        return _shown(found.filter(due=due), ["id"], cursor, size)
    return _page(found, state, on, cursor, size)


def _owed(actor: Actor) -> QuerySet[Task]:
    own = Q(owner_unit__isnull=True) & (Q(officer_id__in=actor.officer_ids) | in_care(actor))
    return Task.objects.filter(own | Q(owner_unit_id__in=actor.unit_ids))


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many tasks that are due on one day are open, and how many have ended."""

    open: int
    ended: int


def due_by_day(actor: Actor, *, first: date, after: date) -> dict[date, DayCount]:
    """What the actor owes, of the days from `first` to before `after`. Two queries."""
    due = _owed(actor).filter(due__gte=first, due__lt=after).order_by().values("due")
    counted = due.annotate(open=Count("pk", filter=Q(closed_at__isnull=True)), of_all=Count("pk"))
    return {row["due"]: DayCount(row["open"], row["of_all"] - row["open"]) for row in counted}


def within_reach(
    actor: Actor, *, state: str = "open", on: date, cursor: str | None = None, size: int = 50
) -> Page[Task]:
    """Those of subjects whose cards the actor's posts open, and those about or with the actor's units. One query.
    Raises page.bad_cursor."""
    reached = policy.subjects_in_reach(actor) | Q(unit_id__in=actor.unit_ids) | Q(owner_unit_id__in=actor.unit_ids)
    if actor.kind is ActorKind.OFFICER:
        reached |= Q(officer_id__in=actor.officer_ids)
    return _page(Task.objects.filter(reached), state, on, cursor, size)


def _page(found: QuerySet[Task], state: str, on: date, cursor: str | None, size: int) -> Page[Task]:
    if state == "closed":
        found = found.filter(closed_at__isnull=False)
    else:
        found = found.filter(closed_at__isnull=True)
    if state == "late":
        found = found.filter(due__lt=on)
    return _shown(found, ["-due", "-id"] if state == "closed" else ["due", "id"], cursor, size)


def _shown(found: QuerySet[Task], keys: list[str], cursor: str | None, size: int) -> Page[Task]:
    joined = found.select_related("programme", "subject__place", "unit", "officer")
    return page(joined.defer("subject__place__boundary", "officer__mobile"), keys, size=size, cursor=cursor)


def open_of_subject(actor: Actor, subject_id: int) -> list[Task]:
    """What is owed to one, twenty at most: shown on a visit. One query."""
    found = Task.objects.filter(policy.subjects_in_reach(actor), subject_id=subject_id, closed_at__isnull=True)
    return list(found.select_related("programme").order_by("due", "id")[:20])


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """Of one key of a programme, in the periods due between two days."""

    key: str
    made: int
    done: int
    waived: int
    late: int


def task_figures(programme_id: int, *, since: date, until: date, on: date) -> list[TaskFigures]:
    """`late`: still open after their day. Counts only. One query."""
    due = Task.objects.filter(programme_id=programme_id, due__range=(since, until))
    counted = due.values("key").annotate(
        made=Count("pk"),
        done=Count("pk", filter=Q(end=TaskEnd.DONE)),
        waived=Count("pk", filter=Q(end=TaskEnd.WAIVED)),
        late=Count("pk", filter=Q(closed_at__isnull=True, due__lt=on)),
    )
    return [TaskFigures(**row) for row in counted.order_by("key")]
