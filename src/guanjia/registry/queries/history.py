"""What was before of a place, an officer and the calendar, and what stands beside it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Model, Prefetch, Q

from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.cleaning import can_be_stored
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.models import (
    CalendarDay,
    Officer,
    Place,
    PlaceAlias,
    PlacePeriod,
    PlaceSuccession,
    Post,
    PostHolding,
    Subject,
    Unit,
    UnitHours,
)
from guanjia.registry.queries.organisation import held_on


def periods_of(place_id: int) -> list[PlacePeriod]:
    """What a place was called and part of, the latest first."""
    found = PlacePeriod.objects.filter(place_id=place_id).select_related("parent").defer("boundary", "parent__boundary")
    return list(found.order_by("-valid_from"))


def successions_of(place_id: int) -> list[PlaceSuccession]:
    """What it became and what it came from, the latest first."""
    found = PlaceSuccession.objects.filter(Q(old_id=place_id) | Q(new_id=place_id)).select_related("old", "new")
    return list(found.defer("old__boundary", "new__boundary").order_by("-on", "-id"))


def aliases_of(place_id: int) -> list[str]:
    return list(PlaceAlias.objects.filter(place_id=place_id).order_by("text").values_list("text", flat=True))


def beside(place: Place) -> list[Place]:
    """The current places of the same kind under the same parent, by name."""
    found = Place.objects.filter(parent_id=place.parent_id, kind=place.kind, valid_to__isnull=True)
    return list(found.exclude(pk=place.pk).defer("boundary").order_by("name", "id"))


def officer(actor: Actor, officer_id: int) -> Officer:
    """For staff; also one who has left. Raises not_found."""
    found = Officer.objects.select_related("unit").defer("mobile").filter(pk=officer_id).first()
    if found is None or actor.kind not in (ActorKind.OFFICER, ActorKind.SYSTEM):
        raise Problem(NOT_FOUND, what=_("officer"), key=officer_id)
    return found


def officers_named(text: str) -> list[Officer]:
    """Those who work here and have this staff number, or exactly this name. At most ten."""
    if not can_be_stored(text):
        return []
    wanted = Q(staff_number=text) | Q(name=text)
    found = Officer.objects.filter(wanted, active=True).select_related("unit").defer("mobile")
    return list(found.order_by("id")[:10])


def called(records: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """How records are called, by type ("registry.unit") and id; persons masked, as they are stored. One query for each
    type; other types and lost records are left out."""
    found: dict[tuple[str, int], str] = {}
    for kind, ids in records.items():
        model, column = _CALLED.get(kind, (None, ""))
        if model is not None and ids:
            rows = model._default_manager.filter(pk__in=ids).values_list("pk", column)
            found |= {(kind, pk): name for pk, name in rows}
    return found


_CALLED: dict[str, tuple[type[Model] | None, str]] = {
    "registry.unit": (Unit, "name"),
    "registry.post": (Post, "title"),
    "registry.officer": (Officer, "name"),
    "registry.place": (Place, "name"),
    "registry.subject": (Subject, "name"),
}


def holdings_of(officer_id: int) -> list[PostHolding]:
    """Every post that an officer held, the latest first; with unit and place."""
    found = PostHolding.objects.filter(officer_id=officer_id).select_related("post__unit", "post__place")
    return list(found.defer("post__place__boundary").order_by("-valid_from", "-id"))


def posts_of_unit(unit_id: int, on: date) -> list[Post]:
    """The posts that there are now; `holders` of each are those who hold it on the day. Two queries."""
    held = PostHolding.objects.filter(held_on(on)).select_related("officer").defer("officer__mobile")
    found = Post.objects.filter(unit_id=unit_id, valid_to__isnull=True).select_related("place").defer("place__boundary")
    return list(found.prefetch_related(Prefetch("holdings", held.order_by("id"), "holders")).order_by("title", "id"))


def units_below(unit_id: int) -> list[Unit]:
    return list(Unit.objects.filter(parent_id=unit_id, valid_to__isnull=True).order_by("name", "id"))


def units_at(place_id: int) -> list[Unit]:
    return list(Unit.objects.filter(place_id=place_id, valid_to__isnull=True).order_by("name", "id"))


def days_of(year: int) -> list[CalendarDay]:
    """The days that published notices name."""
    return list(CalendarDay.objects.filter(day__year=year).order_by("day"))


def own_hours(unit_id: int | None) -> UnitHours | None:
    """The hours and exceptions set for one unit; None: for the district."""
    return UnitHours.objects.filter(Q(unit_id=unit_id) if unit_id is not None else Q(unit__isnull=True)).first()


def officer_names(ids: Collection[int]) -> dict[int, str]:
    """By id, also those who have left. One query."""
    return dict(Officer.objects.filter(pk__in=ids).values_list("pk", "name"))
