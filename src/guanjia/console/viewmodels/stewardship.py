"""Who answers for a place or a subject, by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.console.viewmodels.rows import said
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

WHY = {
    "subject": gettext_noop("their own"),
    "place": gettext_noop("by place"),
    "nobody": gettext_noop("nobody"),
}
ROLES = {"steward": gettext_noop("Steward"), "stand_in": gettext_noop("Stand-in")}


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    unit: str
    phone: str
    url: str


@dataclass(frozen=True, slots=True)
class Answering:
    """Of one programme. `acting` is set where somebody else than the steward takes new work now."""

    programme: str
    steward: Named | None
    stand_in: Named | None
    acting: Named | None
    why: str


def answering(*, subject_id: int | None = None, place: Any = None, at: datetime) -> list[Answering]:
    """One line a programme with stewards. Two queries a programme, and one for the names."""
    found = []
    for programme in programmes.running():
        playbook = programmes.current_playbook(programme.pk)
        if playbook.stewards is not None:
            steward = programmes.steward_for(programme.pk, subject_id=subject_id, place=place, at=at)
            found.append((said(playbook.playbook.name), steward))
    ids = {id for _name, one in found for id in (one.officer_id, one.stand_in_officer_id, one.acting_officer_id) if id}
    cards = registry.service_cards(ids)
    return [
        Answering(
            name,
            named(cards, one.officer_id),
            named(cards, one.stand_in_officer_id),
            named(cards, one.acting_officer_id) if one.acting_officer_id != one.officer_id else None,
            _(WHY[one.why]),
        )
        for name, one in found
    ]


def named(cards: dict[int, Any], officer_id: int | None) -> Named | None:
    card = cards.get(officer_id or 0)
    if card is None:
        return None
    return Named(card.name, card.unit, card.phone, reverse("console:officer", args=[card.officer_id]))


@dataclass(frozen=True, slots=True)
class Past:
    role: str
    officer: str
    unit: str
    url: str
    since: datetime
    until: datetime | None
    reason: str


def past(rows: Iterable[Any]) -> Sequence[Past]:
    """Assignments as a history shows them."""
    return [
        Past(
            _(ROLES[row.role]),
            row.officer.name,
            str(row.officer.unit),
            reverse("console:officer", args=[row.officer_id]),
            row.since,
            row.until,
            str(row.get_reason_display()),
        )
        for row in rows
    ]
