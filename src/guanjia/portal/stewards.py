"""Who serves a place or a business, as everybody may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils.timezone import localdate

from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.portal.drafts import Draft
from guanjia.portal.matter import asked_under
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.queries import BusinessName, ServiceCard
from guanjia.registry.queries.places import Place


@dataclass(frozen=True, slots=True)
class Hours:
    """Of today; `spans` empty on a day off, whose reason is `note`."""

    working: bool
    spans: Sequence[tuple[time, time]]
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """`acting` takes requests now: the steward, or the stand-in while `away`. `of`: the place or business served."""

    of: str
    where: str
    steward: ServiceCard | None
    stand_in: ServiceCard | None
    acting: ServiceCard | None
    hours: Hours
    place_id: int | None
    subject_id: int | None

    @property
    def away(self) -> bool:
        return self.acting is not None and self.steward is not None and self.acting != self.steward


def of_place(place: Place, *, at: datetime, programme: str = "") -> Found:
    """`programme`: key of the one that a card was printed for. About six queries."""
    names = [one.name for one in registry.ancestors(place)]
    return _found(place.name, " ".join(names[1:-1]), place, None, at, programme)


def of_business(business: BusinessName, *, at: datetime, programme: str = "") -> Found:
    return _found(business.name, business.where, business.place, business.subject_id, at, programme)


def of_card(card: Any, *, at: datetime) -> Found:
    """Who serves what a card names, today. Raises not_found for a place that nothing followed, and for a business that
    is no more."""
    if card.subject_id is None:
        return of_place(registry.place(current_place(card.place_id)), at=at, programme=card.programme.key)
    business = registry.business_called(card.subject_id)
    if business is None:
        raise Problem(NOT_FOUND, what=_("business"), key=card.subject.name)
    return of_business(business, at=at, programme=card.programme.key)


def of_draft(draft: Draft, *, at: datetime) -> Found | None:
    """Who gets a request that began with a card or at a place."""
    if draft.card_place_id is not None:
        return of_place(registry.place(draft.card_place_id), at=at, programme=draft.programme)
    business = registry.business_called(draft.subject_id) if draft.programme and draft.subject_id else None
    return of_business(business, at=at, programme=draft.programme) if business else None


def _found(of: str, where: str, place: Place | None, subject_id: int | None, at: datetime, key: str) -> Found:
    programme_id, _playbook = asked_under(key)
    served = programmes.steward_for(programme_id, subject_id=subject_id, place=place, at=at)
    known = registry.service_cards([served.officer_id, served.stand_in_officer_id, served.acting_officer_id])
    acting = known.get(served.acting_officer_id or 0)
    return Found(
        of=of,
        where=where,
        steward=known.get(served.officer_id or 0),
        stand_in=known.get(served.stand_in_officer_id or 0),
        acting=acting,
        hours=hours_on(acting.unit_id if acting else None, at),
        place_id=place.pk if place else None,
        subject_id=subject_id,
    )


def hours_on(unit_id: int | None, at: datetime) -> Hours:
    calendar, hours = registry.work_calendar(unit_id)
    today = calendar.day(localdate(at))
    return Hours(today.working, hours.spans_on(localdate(at)) if today.working else (), today.note)


def current_place(place_id: int) -> int:
    """The place itself, or the one that followed it where a grid was redrawn. Raises not_found."""
    place = registry.place(place_id)
    if place.valid_to is None:
        return place.pk
    heirs = registry.heirs(place_id)
    if not heirs:
        raise Problem(NOT_FOUND, what=_("place"), key=place_id)
    return heirs[0].pk
