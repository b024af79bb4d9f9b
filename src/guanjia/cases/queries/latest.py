"""The newest case about each of a few subjects or places, and how many of theirs are open: what a steward wants to know
before ringing a bell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery

from guanjia.cases.models import Case
from guanjia.cases.policy import visible
from guanjia.cases.queries.lists import NEWEST_FIRST, rows_of
from guanjia.kernel.actor import Actor
from guanjia.registry.models import Place, Subject

#: The column of a case that names its place, by the level of that place. Deeper than a grid is the place itself.
_COLUMNS = {"street": "street", "community": "community", "grid": "grid", "courtyard": "place"}


@dataclass(frozen=True, slots=True)
class Latest:
    """By the id of the subject or place; those without a case that the reader may see are left out."""

    newest: Mapping[int, Case] = field(default_factory=dict)
    open: Mapping[int, int] = field(default_factory=dict)


def latest_of_subjects(actor: Actor, ids: Collection[int]) -> Latest:
    """Three queries; each subject is one look into an index."""
    return _latest(actor, Subject, "subject", ids)


def latest_in_places(actor: Actor, places: Collection[Place]) -> Latest:
    """Three queries for each level of place among these, of which a caseload has one or two."""
    levels: dict[str, list[int]] = defaultdict(list)
    for place in places:
        if place.kind in _COLUMNS:
            levels[_COLUMNS[place.kind]].append(place.pk)
    found = [_latest(actor, Place, column, ids) for column, ids in levels.items()]
    return Latest(
        {id: case for one in found for id, case in one.newest.items()},
        {id: count for one in found for id, count in one.open.items()},
    )


def _latest(actor: Actor, model: type[Model], column: str, ids: Collection[int]) -> Latest:
    if not ids:
        return Latest()
    seen: QuerySet[Case] = Case.objects.filter(visible(actor))
    newest = seen.filter(**{column: OuterRef("pk")}).order_by("-id").values("pk")[:1]
    by_id = dict(model._default_manager.filter(pk__in=ids).values_list("pk", Subquery(newest)))
    wanted = {pk for pk in by_id.values() if pk is not None}
    known = {
        case.pk: case for case in rows_of(seen.filter(pk__in=wanted), NEWEST_FIRST, cursor=None, size=len(ids)).rows
    }
    waiting = seen.filter(**{f"{column}__in": list(ids)}, closed_at__isnull=True).order_by()
    counted = waiting.values_list(f"{column}_id").annotate(Count("pk"))
    return Latest({id: known[pk] for id, pk in by_id.items() if pk in known}, dict(counted))
