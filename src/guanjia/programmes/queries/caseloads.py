"""Who has how much, and what was before."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy
from guanjia.programmes.models import Assignment, AssignmentRole
from guanjia.programmes.queries.adopted import current_playbook
from guanjia.registry.models import Officer, Place, PostHolding
from guanjia.registry.queries import held_on, readable

#: How a list of loads may be ordered.
LOAD_ORDERS = {"name": ["name", "id"], "most": ["-steward_count", "id"], "least": ["steward_count", "id"]}


def loads(
    actor: Actor,
    programme_id: int,
    *,
    at: datetime,
    unit_id: int | None = None,
    place: Place | None = None,
    order: str = "name",
    cursor: str | None = None,
    size: int = 50,
) -> Page[Officer]:
    """Officers with `steward_count` and `stand_in_count` (how many targets): those who have any, and those who may be
    given some. Two queries; `place` keeps those with a fitting post in it or below."""
    stewards = current_playbook(programme_id).stewards
    posts = PostHolding.objects.filter(held_on(localdate(at)), post__role__in=stewards.roles if stewards else ())
    loaded = Assignment.objects.filter(programme_id=programme_id, until__isnull=True)
    found = Officer.objects.select_related("unit").defer("mobile")
    if place is not None:
        posts = posts.filter(post__place__path__startswith=place.path)
        found = found.filter(pk__in=posts.values("officer_id"))
    else:
        found = found.filter(Q(pk__in=posts.values("officer_id")) | Q(pk__in=loaded.values("officer_id")))
    if unit_id is not None:
        found = found.filter(unit_id=unit_id)
    if not policy.may_see_loads(actor):
        found = found.none()
    found = found.annotate(
        steward_count=_count_of(loaded, AssignmentRole.STEWARD),
        stand_in_count=_count_of(loaded, AssignmentRole.STAND_IN),
    )
    return page(found, LOAD_ORDERS[order], size=size, cursor=cursor)


def _count_of(loaded: QuerySet[Assignment], role: AssignmentRole) -> Coalesce:
    own = loaded.filter(officer_id=OuterRef("pk"), role=role).order_by().values("officer_id")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)


def caseload(
    actor: Actor, officer_id: int, *, programme_id: int | None = None, cursor: str | None = None, size: int = 50
) -> Page[Assignment]:
    """What an officer answers for now, as far as the actor may see it: one's own whole. One query."""
    held = Assignment.objects.filter(officer_id=officer_id, until__isnull=True)
    held = held.select_related("subject__place", "place").defer("subject__place__boundary", "place__boundary")
    if programme_id is not None:
        held = held.filter(programme_id=programme_id)
    if not policy.may_see_loads(actor):
        held = held.none()
    elif officer_id not in actor.officer_ids:
        held = held.filter(Q(place__isnull=False) | Q(subject__in=readable(actor).values("pk")))
    return page(held, ["id"], size=size, cursor=cursor)


def in_care(actor: Actor, role: str, *, text: str = "", cursor: str | None = None, size: int = 50) -> Page[Assignment]:
    """For whom the actor, or somebody whom they stand in for, answers in this role now: whole places first, then by
    name; with `text`, those that have it in their name. One query."""
    held = Assignment.objects.filter(officer_id__in=actor.officer_ids, role=role, until__isnull=True)
    held = held.annotate(
        single=ExpressionWrapper(Q(subject__isnull=False), BooleanField()),
        name=Coalesce("subject__name", "place__name"),
    )
    if text := text.strip():
        held = held.filter(name__contains=text)
    held = held.select_related("subject__place", "place").defer("subject__place__boundary", "place__boundary")
    return page(held, ["single", "name", "id"], size=size, cursor=cursor)


def assignment_history(
    actor: Actor,
    *,
    subject_id: int | None = None,
    place_id: int | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Assignment]:
    """All that a subject or a place ever had, the latest first. Two queries. Raises not_found where the actor may
    not see the subject."""
    history = Assignment.objects.select_related("officer", "officer__unit", "programme").defer("officer__mobile")
    if subject_id is not None:
        if not readable(actor).filter(pk=subject_id).exists():
            raise Problem(NOT_FOUND, what=_("subject"), key=subject_id)
        history = history.filter(subject_id=subject_id)
    elif place_id is not None and policy.may_see_loads(actor):
        history = history.filter(place_id=place_id)
    else:
        history = history.none()
    return page(history, ["-since", "-id"], size=size, cursor=cursor)


def standing(**whose: int) -> list[Assignment]:
    """What a subject (`subject_id`) or a place (`place_id`) has of its own now, whichever programme. One query."""
    held = Assignment.objects.filter(until__isnull=True, **whose)
    return list(held.select_related("officer__unit", "programme").defer("officer__mobile").order_by("role", "pk"))


def assignment(assignment_id: int) -> Assignment:
    """With its programme, target and officer; whether the reader may see the target is for the caller to ask. One
    query. Raises not_found."""
    found = Assignment.objects.select_related("officer", "programme", "subject__place", "place__parent")
    row = found.defer("officer__mobile").filter(pk=assignment_id).first()
    if row is None:
        raise Problem(NOT_FOUND, what=_("assignment"), key=assignment_id)
    return row


def held_by_level(programme_id: int) -> dict[str, tuple[int, int]]:
    """By kind of unit: how many stewards it gives, and for how many subjects and places they answer. Counts only. One
    query."""
    held = Assignment.objects.filter(programme_id=programme_id, role=AssignmentRole.STEWARD, until__isnull=True)
    rows = held.order_by().values_list("officer__unit__kind")
    counted = rows.annotate(officers=Count("officer", distinct=True), targets=Count("pk"))
    return {kind: (officers, targets) for kind, officers, targets in counted}


def caseload_sizes(programme_id: int) -> dict[int, int]:
    """By officer, for how many subjects and places each is steward now. One query."""
    held = Assignment.objects.filter(programme_id=programme_id, role=AssignmentRole.STEWARD, until__isnull=True)
    counted = held.order_by().values_list("officer_id").annotate(total=Count("pk"))
    return dict(counted.order_by("officer_id"))
