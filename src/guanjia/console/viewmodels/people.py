"""Units and officers as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.access import policy as access_policy
from guanjia.access import queries as access
from guanjia.cases.queries import lists
from guanjia.console.navigation import SEES_CASES
from guanjia.console.viewmodels.places import Deed, deed
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.paging import Page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.labels import ROLE_LABELS
from guanjia.programmes import queries as programmes
from guanjia.registry import policy as registry_policy
from guanjia.registry import queries as registry
from guanjia.registry.queries import history

UNIT_KINDS = (
    ("leadership", gettext_noop("District leadership")),
    ("department", gettext_noop("Department")),
    ("street_office", gettext_noop("Street office")),
    ("community_committee", gettext_noop("Community committee")),
    ("body", gettext_noop("Joint meeting or leading group")),
    ("team", gettext_noop("Team")),
    ("company", gettext_noop("Company")),
    ("service", gettext_noop("Public service")),
)
SIZE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    open: int
    overdue: int
    open_url: str
    overdue_url: str


def counts(actor: Actor, *, at: datetime, **narrow: int) -> Counts | None:
    """Two queries; `narrow` as the ledger's filters. None for those whose work is not with cases."""
    if not actor.holds(*SEES_CASES):
        return None

    def found(word: str) -> tuple[int, str]:
        chosen: dict[str, Any] = {**narrow, "only": (word,)}
        url = f"{reverse('console:ledger')}?{urlencode([*narrow.items(), ('only', word)])}"
        return lists.how_many(actor, lists.Filters(**chosen), at=at), url

    (open_, open_url), (overdue, overdue_url) = found("open"), found("overdue")
    return Counts(open_, overdue, open_url, overdue_url)


@dataclass(frozen=True, slots=True)
class PostLine:
    title: str
    role: str
    place: str
    place_url: str
    holders: Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class UnitPage:
    unit: Any
    kind: str
    counts: Counts | None
    posts: Sequence[PostLine]
    officers: Page[Any]
    below: Sequence[Any]


def unit_page(actor: Actor, unit_id: int, cursor: str | None, *, at: datetime) -> UnitPage:
    """Seven queries. Raises not_found."""
    unit = registry.unit(unit_id)
    return UnitPage(
        unit=unit,
        kind=str(unit.get_kind_display()),
        counts=counts(actor, at=at, unit=unit_id),
        posts=[_post(one) for one in history.posts_of_unit(unit_id, localdate(at))],
        officers=registry.officers(actor, unit_id=unit_id, cursor=cursor, size=SIZE),
        below=history.units_below(unit_id),
    )


def _post(post: Any) -> PostLine:
    return PostLine(
        post.title,
        _(ROLE_LABELS[Role(post.role)]),
        post.place.name,
        reverse("console:place", args=[post.place_id]),
        [{"name": one.officer.name, "url": reverse("console:officer", args=[one.officer_id])} for one in post.holders],
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What one programme has given an officer. `targets`: the first of them by name."""

    programme: str
    url: str
    rows: Page[Any]


@dataclass(frozen=True, slots=True)
class OfficerPage:
    officer: Any
    counts: Counts | None
    posts: Sequence[dict[str, Any]]
    absences: Sequence[Any]
    stands_in_for: Sequence[Any]
    loads: Sequence[Load]
    deeds: Sequence[Deed]
    may_record: bool


def officer_page(actor: Actor, officer_id: int, *, at: datetime) -> OfficerPage:
    """Seven queries, and one for each programme. Raises not_found."""
    officer = history.officer(actor, officer_id)
    today = localdate(at)
    away = access.absences_of(officer_id, today)
    standing = [one for one in access.absences_between([officer_id], today, today) if one.stand_in_id == officer_id]
    return OfficerPage(
        officer=officer,
        counts=counts(actor, at=at, officer=officer_id),
        posts=[_held(one) for one in history.holdings_of(officer_id)],
        absences=away,
        stands_in_for=standing,
        loads=[_load(actor, one, officer_id) for one in programmes.running()],
        deeds=deeds(actor, officer),
        may_record=access_policy.may_record_absence(actor, officer_id=officer_id, unit_id=officer.unit_id),
    )


def _held(one: Any) -> dict[str, Any]:
    post = one.post
    return {
        "title": post.title,
        "role": _(ROLE_LABELS[Role(post.role)]),
        "unit": post.unit.name,
        "place": post.place.name,
        "place_url": reverse("console:place", args=[post.place_id]),
        "since": one.valid_from,
        "until": one.valid_to,
    }


def _load(actor: Actor, programme: Any, officer_id: int) -> Load:
    playbook = programmes.playbook_of(programme.current_id)
    rows = programmes.caseload(actor, officer_id, programme_id=programme.pk, size=20)
    return Load(said(playbook.playbook.name), reverse("console:programme", args=[programme.key]), rows)


def deeds(actor: Actor, officer: Any) -> list[Deed]:
    """What this reader may do."""
    found = []
    if access_policy.may_record_absence(actor, officer_id=officer.pk, unit_id=officer.unit_id):
        url = reverse("console:absence", args=[officer.pk])
        found.append(deed(_("Record an absence"), url, "calendar", _("Somebody stands in")))
    if registry_policy.may_change_organisation(actor):
        url = reverse("console:replace", args=[officer.pk])
        found.append(deed(_("Replace"), url, "users", _("Posts, caseload and open cases go over")))
    return found if officer.active else []


def colleagues(actor: Actor, officer: Any) -> list[tuple[str, str]]:
    """Suggestions for who stands in or follows: those of the same unit. One query."""
    rows = registry.officers(actor, unit_id=officer.unit_id, size=100).rows
    return [(one.staff_number, one.name) for one in rows if one.pk != officer.pk]


def officer_called(text: str, field: str) -> Any:
    """By staff number, or by a name that only one has. Raises not_found, with the numbers where several have it."""
    text = text.strip()
    found = history.officers_named(text) if text else []
    exact = [one for one in found if one.staff_number == text] or found
    if len(exact) == 1:
        return exact[0]
    several = "、".join(f"{one.name} {one.unit} {one.staff_number}" for one in exact)
    raise Problem(NOT_FOUND, field=field, what=gettext_noop("officer"), key=several or text)
