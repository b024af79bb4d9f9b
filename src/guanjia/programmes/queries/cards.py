"""Contact cards: whose may be printed, what stands on them, and whom a code leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.hours import OfficeHours
from guanjia.programmes import policy, rules
from guanjia.programmes.models import Assignment, AssignmentRole, CardCode, CardOrder
from guanjia.programmes.problems import UNKNOWN_CARD
from guanjia.programmes.queries.stewards import stewards_for_many
from guanjia.registry import queries as registry
from guanjia.registry.models import Place, SubjectKind
from guanjia.registry.queries import ServiceCard


@dataclass(frozen=True, slots=True)
class CardFace:
    """`where` is the name of the place from the street down, or of the business; `desk` the phone of the dispatch desk
    there, "" where it has none."""

    code: str
    where: str
    steward: ServiceCard | None
    stand_in: ServiceCard | None
    hours: OfficeHours
    desk: str


def cards_to_print(
    actor: Actor,
    programme_id: int,
    *,
    officer_id: int | None = None,
    unit_id: int | None = None,
    place: Place | None = None,
) -> QuerySet[Assignment]:
    """The stewards' assignments of places and businesses: one's own, and those within one's posts as assigner. A home
    gets the card of its grid: nothing names it."""
    held = Assignment.objects.filter(programme_id=programme_id, role=AssignmentRole.STEWARD, until__isnull=True)
    held = held.filter(Q(place__isnull=False) | Q(subject__kind=SubjectKind.BUSINESS, subject__valid_to__isnull=True))
    if officer_id is not None:
        held = held.filter(officer_id=officer_id)
    if unit_id is not None:
        held = held.filter(officer__unit_id=unit_id)
    if place is not None:
        held = held.filter(_within(place.path))
    if actor.kind is not ActorKind.SYSTEM:
        allowed = Q(officer_id__in=actor.officer_ids)
        for post in actor.posts_as(*policy.ASSIGNERS):
            allowed |= _within(post.place_path)
        held = held.filter(allowed)
    return held.order_by("officer__unit_id", "officer_id", "id")


def _within(path: str) -> Q:
    return Q(place__path__startswith=path) | Q(subject__place__path__startswith=path)


def card_of(text: str) -> CardCode:
    """With its programme, place and subject. Public. One query. Raises card.unknown."""
    code = rules.card_code(text)
    known = len(code) <= rules.CARD_LENGTH and code.isascii() and code.isalnum()
    found = CardCode.objects.select_related("programme", "place", "subject__place").filter(code=code) if known else None
    card = found.first() if found is not None else None
    if card is None:
        raise Problem(UNKNOWN_CARD)
    return card


def card_faces(ids: Sequence[int], *, at: datetime) -> dict[int, CardFace]:
    """What to print on each of these cards today, by its id. Five queries however many."""
    found = CardCode.objects.select_related("place", "subject__place").defer(
        "place__boundary", "subject__place__boundary"
    )
    cards = list(found.filter(pk__in=set(ids)))
    if not cards:
        return {}
    wanted = [(card.subject_id, _path(card)) for card in cards]
    served = stewards_for_many(cards[0].programme_id, wanted, at=at)
    officers = registry.service_cards([one for had in served for one in (had.officer_id, had.stand_in_officer_id)])
    faces = {}
    for card, had in zip(cards, served, strict=True):
        steward = officers.get(had.officer_id or 0)
        _calendar, hours = registry.work_calendar(steward.unit_id if steward else None)
        faces[card.pk] = CardFace(
            code=card.code,
            where=card.subject.name if card.subject else places_said(card.place),
            steward=steward,
            stand_in=officers.get(had.stand_in_officer_id or 0),
            hours=hours,
            desk=desk_phone(_path(card), at),
        )
    return faces


def _path(card: CardCode) -> str:
    place = card.place or (card.subject.place if card.subject else None)
    return place.path if place else ""


def places_said(place: Place | None) -> str:
    """From the street down, or the district itself."""
    names = [one.name for one in registry.ancestors(place)] if place else []
    return " ".join(names[1:] or names)


def desk_phone(path: str, at: datetime) -> str:
    """Of the dispatch desk that answers nearest to the place. No query but those of the stamps."""
    ids = [int(part) for part in path.split("/") if part]
    desks = [seat for seat in registry.seats(Role.DISPATCHER, localdate(at)) if not ids or seat.scope in ids]
    nearest = max(desks, key=lambda seat: seat.depth, default=None)
    unit = registry.known_units().get(nearest.unit_id) if nearest else None
    return unit.phone if unit else ""


def cards_out(programme_id: int) -> int:
    """How many have a code. One query."""
    return CardCode.objects.filter(programme_id=programme_id).count()


def card_orders(actor: Actor, programme_id: int, *, cursor: str | None = None, size: int = 20) -> Page[CardOrder]:
    """One's own, newest first; an administrator sees all. One query."""
    return page(_orders(actor).filter(programme_id=programme_id).defer("codes"), ["-id"], size=size, cursor=cursor)


def card_order(actor: Actor, order_id: int) -> CardOrder:
    """Raises not_found."""
    found = _orders(actor).filter(pk=order_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("order of cards"), key=order_id)
    return found


def _orders(actor: Actor) -> QuerySet[CardOrder]:
    orders = CardOrder.objects.all()
    if policy.may_adopt(actor):
        return orders
    return orders.filter(officer_id__in=actor.officer_ids) if actor.officer_id else orders.none()
