"""Who answers for a place or a subject, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy, rules
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

WHY = {
    "subject": gettext_noop("their own"),
    "place": gettext_noop("by place"),
    "nobody": gettext_noop("nobody"),
}
ROLES = {"steward": gettext_noop("Steward"), "stand_in": gettext_noop("Stand-in")}


@dataclass(frozen=True, slots=True)
class Target:
    """To whom or what somebody is assigned: a subject, or a place with all who live there. `record`: its row."""

    record: Any
    is_place: bool = False

    @property
    def path(self) -> str:
        place = self.record if self.is_place else self.record.place
        return place.path if place else ""

    @property
    def whose(self) -> dict[str, int]:
        """As the actions and queries of assignments take it."""
        return {"place_id" if self.is_place else "subject_id": self.record.pk}

    def may_assign(self, actor: Actor) -> bool:
        return policy.may_assign(actor, [self.path])

    def serving(self) -> dict[int, Playbook]:
        """The programmes that run and have stewards for it, by id."""
        if self.record.valid_to is not None:
            return {}
        books = {one.pk: programmes.current_playbook(one.pk) for one in programmes.running()}
        return {id: book for id, book in books.items() if book.stewards is not None and self._fits(book)}

    def _fits(self, book: Playbook) -> bool:
        if self.is_place and book.stewards is not None:
            return rules.fits_level(book.stewards.covers.values(), self.record.kind)
        return self.record.kind in book.serves.subjects

    def assign_url(self, key: str, role: str = "") -> str:
        """Of the form that opens with this programme and role."""
        route = "console:place_steward" if self.is_place else "console:subject_steward"
        chosen = urlencode({"programme": key} | ({"role": role} if role else {}))
        return f"{reverse(route, args=[self.record.pk])}?{chosen}"


@dataclass(frozen=True, slots=True)
class Named:
    """`end_url`: where they are taken off, for whoever may, where they were given to just this subject or place."""

    name: str
    unit: str
    phone: str
    url: str
    end_url: str = ""


@dataclass(frozen=True, slots=True)
class Answering:
    """Of one programme. `acting` is set where somebody else than the steward takes new work now. `idle` is a stand-in
    of its own that counts for nothing yet, since the steward is a wider place's. `assign_url` is "" for a reader who
    may not assign, and where the programme has no stewards for such a subject or place."""

    programme: str
    steward: Named | None
    stand_in: Named | None
    acting: Named | None
    why: str
    idle: Named | None = None
    assign_url: str = ""


def answering(actor: Actor, target: Target, *, at: datetime) -> list[Answering]:
    """One line a programme with stewards; of a subject, of those that serve it. Two queries a programme, one to know
    which those are, one for the names, and one for those who assign."""
    place, subject_id = (target.record, None) if target.is_place else (None, target.record.pk)
    books = {one.pk: programmes.current_playbook(one.pk) for one in programmes.running()}
    books = {id: book for id, book in books.items() if book.stewards is not None}
    shown = set(books) if subject_id is None else programmes.enrolled_in(subject_id, books)
    found = [
        (one, programmes.steward_for(one.pk, subject_id=subject_id, place=place, at=at))
        for one in programmes.running()
        if one.pk in shown
    ]
    may = target.may_assign(actor)
    own = {(row.programme_id, row.role): row for row in programmes.standing(**target.whose)} if may else {}
    ids = {id for _one, had in found for id in (had.officer_id, had.stand_in_officer_id, had.acting_officer_id)}
    cards = registry.service_cards(ids | {row.officer_id for row in own.values()})
    serving = target.serving() if may else {}
    return [
        _answering(cards, target, one, had, own, target.assign_url(one.key) if one.pk in serving else "")
        for one, had in found
    ]


def _answering(
    cards: dict[int, Any], target: Target, programme: Any, had: Any, own: Mapping[tuple[int, str], Any], assign_url: str
) -> Answering:
    steward, stand_in = (own.get((programme.pk, role)) for role in ROLES)
    # Its own stand-in counts only where its own steward does: both come from one target.
    in_force = had.place_id == target.record.pk if target.is_place else had.why == "subject"
    return Answering(
        said(programmes.current_playbook(programme.pk).playbook.name),
        named(cards, had.officer_id, _end_url(steward)),
        named(cards, had.stand_in_officer_id, _end_url(stand_in) if in_force else ""),
        named(cards, had.acting_officer_id) if had.acting_officer_id != had.officer_id else None,
        _(WHY[had.why]),
        named(cards, stand_in.officer_id, _end_url(stand_in)) if stand_in and not in_force else None,
        assign_url,
    )


def _end_url(row: Any) -> str:
    return reverse("console:end_assignment", args=[row.pk]) if row is not None else ""


def named(cards: dict[int, Any], officer_id: int | None, end_url: str = "") -> Named | None:
    card = cards.get(officer_id or 0)
    if card is None:
        return None
    return Named(card.name, card.unit, card.phone, reverse("console:officer", args=[card.officer_id]), end_url)


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
