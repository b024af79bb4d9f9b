"""Whom a programme serves, by name; and of a subject, in which programmes it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.stewardship import Named, named
from guanjia.console.viewmodels.subjects import KIND
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

HOW = {
    "all": gettext_noop("Everybody whom the playbook means is served, but those who were left out."),
    "rule": gettext_noop("Served are those for whom the rule of the playbook holds, and who was added by hand."),
    "list": gettext_noop("Served is who stands on this list."),
}
SIZE = 50


@dataclass(frozen=True, slots=True)
class Member:
    pk: int
    name: str
    kind: str
    place: Any
    steward: Named | None
    #: Whether the reader may take it in or out.
    changeable: bool


@dataclass(frozen=True, slots=True)
class Members:
    """`inside`: those served; otherwise those who might be and are not."""

    inside: bool
    how: str
    rows: Sequence[Member]
    page: Page[Any]
    areas: Sequence[choices.Option]
    find: str
    several_kinds: bool
    with_stewards: bool


def members(
    actor: Actor, programme: Any, playbook: Playbook, query: QueryDict, *, inside: bool, at: datetime
) -> Members:
    """Seven queries at most. Raises not_found, page.bad_cursor."""
    place_id = number_in(query.get("place", ""))
    text = query.get("find", "").strip()[:120]
    by = "rule" if playbook.serves.businesses is not None else playbook.serves.enrol
    page = programmes.enrolled_page(
        actor,
        programme.pk,
        playbook,
        inside=inside,
        text=text,
        place=registry.place(place_id) if place_id else None,
        cursor=query.get("cursor"),
        size=SIZE,
    )
    return Members(
        inside=inside,
        how=_(HOW[by]),
        rows=_rows(actor, programme, playbook, page.rows, inside=inside, at=at),
        page=page,
        areas=choices.places(place_id),
        find=text,
        several_kinds=len(playbook.serves.subjects) > 1,
        with_stewards=inside and playbook.stewards is not None,
    )


def _rows(
    actor: Actor, programme: Any, playbook: Playbook, subjects: Sequence[Any], *, inside: bool, at: datetime
) -> list[Member]:
    stewards: Sequence[Any] = [None] * len(subjects)
    cards: Mapping[int, Any] = {}
    if inside and playbook.stewards is not None:
        wanted = [(one.pk, _path(one)) for one in subjects]
        stewards = programmes.stewards_for_many(programme.pk, wanted, at=at)
        cards = registry.service_cards({one.officer_id for one in stewards if one.officer_id})
    open_to_change = programme.stopped_at is None
    return [
        Member(
            one.pk,
            one.name,
            _(KIND[one.kind]),
            one.place,
            named(dict(cards), steward.officer_id) if steward is not None else None,
            open_to_change and policy.may_enrol(actor, [_path(one)]),
        )
        for one, steward in zip(subjects, stewards, strict=True)
    ]


def _path(subject: Any) -> str:
    return subject.place.path if subject.place else ""


@dataclass(frozen=True, slots=True)
class Serving:
    """A programme that runs and serves subjects of a kind."""

    pk: int
    name: str
    inside: bool


def serving(subject: Any) -> list[Serving]:
    """One query."""
    books = {one.pk: programmes.current_playbook(one.pk) for one in programmes.running()}
    books = {pk: book for pk, book in books.items() if subject.kind in book.serves.subjects}
    inside = programmes.enrolled_in(subject.pk, books)
    return [Serving(pk, said(book.playbook.name), pk in inside) for pk, book in books.items()]
