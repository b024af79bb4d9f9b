"""Whom one answers for, each with what they asked for last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guanjia.cases.queries.latest import Latest, latest_in_places, latest_of_subjects
from guanjia.console.viewmodels.cards import cards_url
from guanjia.console.viewmodels.conduct import Conduct, conduct_in
from guanjia.console.viewmodels.places import KINDS as PLACE_KINDS
from guanjia.console.viewmodels.rows import Row, rows
from guanjia.console.viewmodels.subjects import KIND as SUBJECT_KINDS
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes

SIZE = 50
ROLES = (("steward", gettext_noop("I am their steward")), ("stand_in", gettext_noop("I am their stand-in")))


@dataclass(frozen=True, slots=True)
class Charge:
    """A place, or a business or household. `where`: "" for a place. `latest`: None where there is no case of theirs
    that the reader may see."""

    name: str
    url: str
    kind: str
    where: str
    latest: Row | None
    open: int
    open_url: str


@dataclass(frozen=True, slots=True)
class Care:
    charges: Sequence[Charge]
    page: Page[Any]
    tabs: Sequence[dict[str, Any]]
    text: str
    cards_url: str
    conduct: Sequence[Conduct]


def care(actor: Actor, query: Mapping[str, str], *, at: datetime) -> Care:
    """`?as=` a word of ROLES, `?find=` a part of the name. Nine queries at most. Raises page.bad_cursor."""
    role = query.get("as", "") if query.get("as", "") in dict(ROLES) else ROLES[0][0]
    text = query.get("find", "").strip()[:80]
    page = programmes.in_care(actor, role, text=text, cursor=query.get("cursor"), size=SIZE)
    of_subjects = latest_of_subjects(actor, [one.subject_id for one in page.rows if one.subject_id])
    in_places = latest_in_places(actor, [one.place for one in page.rows if one.place])
    newest = [*of_subjects.newest.values(), *in_places.newest.values()]
    shown = {case.pk: row for case, row in zip(newest, rows(newest, at), strict=True)}
    charges = [
        _of_subject(one, of_subjects, shown) if one.subject_id else _in_place(one, in_places, shown)
        for one in page.rows
    ]
    tabs = [{"label": _(label), "url": f"?as={key}", "active": key == role} for key, label in ROLES]
    cards = cards_url(actor, officer=actor.officer_id) if actor.officer_id else ""
    return Care(charges, page, tabs, text, cards, conduct_in({one.programme_id for one in page.rows}))


def _of_subject(one: Any, latest: Latest, shown: Mapping[int, Row]) -> Charge:
    return Charge(
        name=one.subject.name,
        url=reverse("console:subject", args=[one.subject_id]),
        kind=_(SUBJECT_KINDS[one.subject.kind]),
        where=one.subject.place.name if one.subject.place else "",
        **_asked(latest, one.subject_id, shown, "subject"),
    )


def _in_place(one: Any, latest: Latest, shown: Mapping[int, Row]) -> Charge:
    return Charge(
        name=one.place.name,
        url=reverse("console:place", args=[one.place_id]),
        kind=_(PLACE_KINDS[one.place.kind]),
        where="",
        **_asked(latest, one.place_id, shown, "place"),
    )


def _asked(latest: Latest, id: int, shown: Mapping[int, Row], filter_name: str) -> dict[str, Any]:
    case = latest.newest.get(id)
    return {
        "latest": shown[case.pk] if case is not None else None,
        "open": latest.open.get(id, 0),
        "open_url": f"{reverse('console:ledger')}?{urlencode([('only', 'open'), (filter_name, id)])}",
    }
