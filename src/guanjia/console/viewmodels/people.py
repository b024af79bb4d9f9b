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
from guanjia.console.viewmodels.cards import cards_url
from guanjia.console.viewmodels.changes import Change, latest
from guanjia.console.viewmodels.hours import seasons
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
    """`appoint_url`, `close_url`, and each holder's `relieve_url` are "" for those who may not."""

    title: str
    role: str
    place: str
    place_url: str
    holders: Sequence[dict[str, str]]
    appoint_url: str
    close_url: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    unit: Any
    kind: str
    counts: Counts | None
    posts: Sequence[PostLine]
    officers: Page[Any]
    below: Sequence[Any]
    hours: Sequence[tuple[str, str]]
    own_hours: bool
    deeds: Sequence[Deed]
    changes: Sequence[Change]
    changes_url: str


def unit_page(actor: Actor, unit_id: int, cursor: str | None, *, at: datetime) -> UnitPage:
    """Eight queries, and four for those who see its changes. Raises not_found."""
    unit = registry.unit(unit_id)
    posts = history.posts_of_unit(unit_id, localdate(at))
    own = history.own_hours(unit_id)
    changes_of = {"registry.unit": [unit_id], "registry.post": [post.pk for post in posts]}
    return UnitPage(
        unit=unit,
        kind=str(unit.get_kind_display()),
        counts=counts(actor, at=at, unit=unit_id),
        posts=[_post(actor, one) for one in posts],
        officers=registry.officers(actor, unit_id=unit_id, cursor=cursor, size=SIZE),
        below=history.units_below(unit_id),
        hours=seasons(registry.work_calendar(unit_id)[1]),
        own_hours=own is not None and own.hours is not None,
        deeds=unit_deeds(actor, unit),
        changes=latest(actor, changes_of),
        changes_url=f"{reverse('console:changes')}?record=registry.unit:{unit_id}",
    )


def unit_deeds(actor: Actor, unit: Any) -> list[Deed]:
    """What this reader may do with the unit, the most frequent first."""
    if not registry_policy.may_change_organisation(actor) or unit.valid_to is not None:
        return []

    def one(label: str, route: str, icon: str, hint: str) -> Deed:
        return deed(label, reverse(f"console:{route}", args=[unit.pk]), icon, hint)

    below = f"{reverse('console:new_unit')}?below={unit.pk}"
    return [
        one(_("New officer"), "new_officer", "user", _("On the staff list of this unit")),
        one(_("New post"), "new_post", "plus", _("With its role and area; then somebody takes it")),
        one(_("Change details"), "change_unit", "edit", _("Name, area, phone, duties")),
        one(_("Office hours"), "unit_hours", "clock", _("Of its own, and its own days off")),
        deed(_("New unit below"), below, "branch", _("A part of this one")),
        *_programmes_of(unit),
        {**one(_("Close it"), "close_unit", "trash", _("Once nothing waits for it")), "danger": True},
    ]


def _programmes_of(unit: Any) -> list[Deed]:
    """Where a programme serves units themselves: inspects them, say."""
    books = [programmes.current_playbook(one.pk) for one in programmes.running()]
    if not any("unit" in book.serves.subjects for book in books):
        return []
    url = reverse("console:programmes_of", args=[unit.subject.pk])
    return [deed(_("Programmes"), url, "bookmark", _("Those that serve the unit itself"))]


def _post(actor: Actor, post: Any) -> PostLine:
    may = registry_policy.may_change_organisation(actor)
    return PostLine(
        post.title,
        _(ROLE_LABELS[Role(post.role)]),
        post.place.name,
        reverse("console:place", args=[post.place_id]),
        [_holder(one, may) for one in post.holders],
        reverse("console:appoint", args=[post.pk]) if may else "",
        reverse("console:close_post", args=[post.pk]) if may else "",
    )


def _holder(holding: Any, may: bool) -> dict[str, str]:
    ids = [holding.officer_id, holding.post_id]
    return {
        "name": holding.officer.name,
        "url": reverse("console:officer", args=[holding.officer_id]),
        "relieve_url": reverse("console:relieve", args=ids) if may else "",
    }


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
    may_change: bool
    changes: Sequence[Change]
    changes_url: str


def officer_page(actor: Actor, officer_id: int, *, at: datetime) -> OfficerPage:
    """Seven queries, one for each programme, and three for those who see the changes. Raises not_found."""
    officer = history.officer(actor, officer_id)
    today = localdate(at)
    away = access.absences_of(officer_id, today)
    standing = [one for one in access.absences_between([officer_id], today, today) if one.stand_in_id == officer_id]
    return OfficerPage(
        officer=officer,
        counts=counts(actor, at=at, officer=officer_id),
        posts=[_held(actor, one) for one in history.holdings_of(officer_id)],
        absences=away,
        stands_in_for=standing,
        loads=[_load(actor, one, officer_id) for one in programmes.running()],
        deeds=deeds(actor, officer),
        may_record=access_policy.may_record_absence(actor, officer_id=officer_id, unit_id=officer.unit_id),
        may_change=registry_policy.may_change_organisation(actor),
        changes=latest(actor, {"registry.officer": [officer_id]}),
        changes_url=f"{reverse('console:changes')}?record=registry.officer:{officer_id}",
    )


def _held(actor: Actor, one: Any) -> dict[str, Any]:
    post = one.post
    may = one.valid_to is None and registry_policy.may_change_organisation(actor)
    return {
        "title": post.title,
        "role": _(ROLE_LABELS[Role(post.role)]),
        "unit": post.unit.name,
        "place": post.place.name,
        "place_url": reverse("console:place", args=[post.place_id]),
        "since": one.valid_from,
        "until": one.valid_to,
        "relieve_url": reverse("console:relieve", args=[one.officer_id, post.pk]) if may else "",
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
        found += [
            deed(label, reverse(f"console:{route}", args=[officer.pk]), icon, hint)
            for label, route, icon, hint in (
                (_("Replace"), "replace", "users", _("Posts, caseload and open cases go over")),
                (_("Change details"), "change_officer", "edit", _("Unit and phones")),
                (_("Leaves"), "retire", "logout", _("Whom nobody has to follow")),
            )
        ]
    if url := cards_url(actor, officer=officer.pk):
        found.append({**deed(_("Contact cards"), url, "card", _("To print, with a QR code")), "page": True})
    return found if officer.active else []


def colleagues(actor: Actor, officer: Any) -> list[tuple[str, str]]:
    """Suggestions for who stands in or follows: those of the same unit. One query."""
    return [one for one in members(actor, officer.unit_id) if one[0] != officer.staff_number]


def members(actor: Actor, unit_id: int) -> list[tuple[str, str]]:
    """Staff numbers and names, as suggestions. One query."""
    return [(one.staff_number, one.name) for one in registry.officers(actor, unit_id=unit_id, size=100).rows]


def officer_called(text: str, field: str) -> Any:
    """By staff number, or by a name that only one has. Raises not_found, with the numbers where several have it."""
    text = text.strip()
    found = history.officers_named(text) if text else []
    exact = [one for one in found if one.staff_number == text] or found
    if len(exact) == 1:
        return exact[0]
    several = "、".join(f"{one.name} {one.unit} {one.staff_number}" for one in exact)
    raise Problem(NOT_FOUND, field=field, what=gettext_noop("officer"), key=several or text)
