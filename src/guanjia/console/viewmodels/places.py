"""The place tree on any day, codes of every edition, and the page of one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.cases.queries import lists
from guanjia.console.navigation import SEES_CASES
from guanjia.console.viewmodels.form_links import FormLinks, links_at
from guanjia.console.viewmodels.rows import Row, rows
from guanjia.console.viewmodels.stewardship import Answering, Past, Target, answering, past
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes
from guanjia.registry import policy, rules
from guanjia.registry import queries as registry
from guanjia.registry.problems import WRONG_LEVEL
from guanjia.registry.queries import history

KINDS = {
    "district": gettext_noop("District"),
    "street": gettext_noop("Street"),
    "community": gettext_noop("Community"),
    "grid": gettext_noop("Grid"),
    "courtyard": gettext_noop("Courtyard"),
}
#: A tree of the whole district goes down to here; a place's own page shows what is below.
DEEPEST = rules.level("community")
LATEST = 5


@dataclass(slots=True)
class Branch:
    label: str
    url: str
    below: list[Branch] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """What a code stood for in one edition. `where`: its names then, from the district down."""

    edition: str
    since: date
    until: date | None
    where: str
    now: str
    url: str


def tree_now() -> list[Branch]:
    """One query."""
    return [_branch(node) for node in registry.place_tree()]


def _branch(node: Any) -> Branch:
    below = [_branch(child) for child in node.children]
    return Branch(node.place.name, reverse("console:place", args=[node.place.pk]), below)


def tree_on(day: date) -> list[Branch]:
    """As it was on a day, by the names of then. One query."""
    below: dict[int | None, list[Any]] = defaultdict(list)
    for one in registry.places_as_of(day):
        if rules.level(one.kind) <= DEEPEST:
            below[one.parent_id].append(one)

    def branches(parent_id: int | None) -> list[Branch]:
        here = sorted(below[parent_id], key=lambda one: one.name)
        return [Branch(one.name, f"{_url(one.place_id)}?on={day}", branches(one.place_id)) for one in here]

    return branches(None)


def _url(place_id: int) -> str:
    return reverse("console:place", args=[place_id])


def counted(branches: Sequence[Branch]) -> int:
    return sum(1 + counted(branch.below) for branch in branches)


def codes(code: str) -> list[Found]:
    """Every place that ever had a code, by edition. A few queries for each of them, of which a code has had few."""
    return [_found(one) for one in registry.code_history(code)]


def _found(row: Any) -> Found:
    try:
        where = " / ".join(registry.place_as_of(row.place_id, row.valid_from).names)
    except Problem:
        where = row.place.name
    return Found(row.edition, row.valid_from, row.valid_to, where, row.place.name, _url(row.place_id))


Deed = dict[str, Any]


def deed(label: str, url: str, icon: str, hint: str = "") -> Deed:
    """A verb of a page, as `{% verbs %}` takes it."""
    return {"label": label, "url": url, "icon": icon, "hint": hint}


@dataclass(frozen=True, slots=True)
class PlacePage:
    place: Any
    kind: str
    crumbs: Sequence[dict[str, str]]
    as_of: Any
    on: date | None
    codes: Sequence[Any]
    aliases: Sequence[str]
    below: Any
    below_kind: str
    units: Sequence[Any]
    answering: Sequence[Answering]
    forms: FormLinks | None
    history: Sequence[Past]
    periods: Sequence[Any]
    became: Sequence[dict[str, Any]]
    open: int
    overdue: int
    rows: Sequence[Row]
    sees_cases: bool
    deeds: Sequence[Deed]


def place_page(actor: Actor, place_id: int, on: date | None, cursor: str | None, *, at: datetime) -> PlacePage:
    """A fixed number of queries, and two for each programme. Raises not_found."""
    place = registry.place(place_id)
    as_of = registry.place_as_of(place_id, on) if on is not None and on != localdate(at) else None
    only_open, late = _filters(place_id, "open"), _filters(place_id, "overdue")
    some = lists.ledger_page(actor, only_open, at=at, sort="due", size=LATEST)
    level = rules.level(place.kind)
    return PlacePage(
        place=place,
        kind=_(KINDS[place.kind]),
        crumbs=[{"label": one.name, "url": _url(one.pk)} for one in registry.ancestors(place)],
        as_of=as_of,
        on=on,
        codes=registry.codes_of(place_id),
        aliases=history.aliases_of(place_id),
        below=registry.children(place_id, on=on, cursor=cursor, size=100),
        below_kind=_(KINDS[rules.LEVELS[level + 1]]) if level + 1 < len(rules.LEVELS) else "",
        units=history.units_at(place_id),
        answering=answering(actor, Target(place, is_place=True), at=at) if place.valid_to is None else [],
        forms=links_at(actor, place),
        history=past(programmes.assignment_history(actor, place_id=place_id, size=20).rows),
        periods=history.periods_of(place_id),
        became=[_became(one, place_id) for one in history.successions_of(place_id)],
        open=lists.how_many(actor, only_open, at=at),
        overdue=lists.how_many(actor, late, at=at),
        rows=rows(some.rows, at),
        sees_cases=actor.holds(*SEES_CASES),
        deeds=deeds(actor, place),
    )


def _filters(place_id: int, word: str) -> lists.Filters:
    return lists.Filters(place=place_id, only=(word,))


def _became(one: Any, place_id: int) -> dict[str, Any]:
    other = one.new if one.old_id == place_id else one.old
    itself = one.old_id == one.new_id
    return {
        "on": one.on,
        "kind": one.get_kind_display(),
        "way": "" if itself else (_("into") if one.old_id == place_id else _("from")),
        "name": "" if itself else other.name,
        "url": _url(other.pk),
    }


def kind_below(place: Any) -> str:
    """Raises place.wrong_level for what is divided no further."""
    level = rules.level(place.kind) + 1
    if level >= len(rules.LEVELS):
        raise Problem(WRONG_LEVEL, kind=_(KINDS[place.kind]), parent_kind=_(KINDS[place.kind]))
    return rules.LEVELS[level]


def deeds(actor: Actor, place: Any) -> list[Deed]:
    """What this reader may do with the place."""
    if not policy.may_change_places(actor) or place.valid_to is not None:
        return []

    def one(label: str, route: str, icon: str, hint: str) -> Deed:
        return deed(label, reverse(f"console:{route}", args=[place.pk]), icon, hint)

    def drawn(label: str, route: str, icon: str, hint: str) -> Deed:
        return {**one(label, route, icon, hint), "page": True}

    found = [one(_("Rename"), "rename_place", "edit", _("The former name is still found"))]
    if place.kind == "grid":
        found += [
            drawn(_("Split"), "split_grid", "branch", _("Into two grids; cases and stewards follow")),
            drawn(_("Merge"), "merge_places", "merge", _("With neighbours in the same community")),
            drawn(_("Redraw"), "redraw_grid", "map", _("New lines, or courtyards from a neighbour")),
        ]
    if place.kind == "courtyard":
        found.append(drawn(_("Merge"), "merge_places", "merge", _("With others in the same grid")))
    if place.kind not in ("district", "street"):
        found.append(one(_("Move"), "move_place", "transfer", _("Under another place of the level above")))
    found.append(one(_("Give a code"), "recode_place", "tag", _("Of a new edition of the official list")))
    if place.kind != "courtyard":
        found.append(one(_("New place below"), "new_place", "plus", _("Of the next level")))
    if place.kind != "district":
        closing = one(_("Close it"), "close_place", "trash", _("That nothing follows"))
        found.append({**closing, "danger": True})
    return found
