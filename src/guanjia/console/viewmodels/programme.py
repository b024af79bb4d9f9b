"""A programme as its page shows it: the playbook explained, who is covered, who has how much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.cases.queries.under import Under, cases_under
from guanjia.console.viewmodels.conduct import Conduct, conduct_of
from guanjia.console.viewmodels.people import UNIT_KINDS
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.stewardship import Target
from guanjia.console.viewmodels.subjects import KIND, KINDS
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook import explain
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions import Sharing
from guanjia.programmes.queries.versions import versions
from guanjia.registry import queries as registry

GAPS = (
    ("no_steward", gettext_noop("Without steward"), "late"),
    ("no_stand_in", gettext_noop("Without stand-in"), "near"),
    ("same_officer", gettext_noop("Steward and stand-in are one person"), "near"),
    ("steward_gone", gettext_noop("The steward no longer works here"), "late"),
    ("stand_in_gone", gettext_noop("The stand-in no longer works here"), "near"),
)
#: What another steward mends; the others, another stand-in.
STEWARD_GAPS = ("no_steward", "steward_gone")
ORDERS = (
    ("most", gettext_noop("Most first")),
    ("least", gettext_noop("Least first")),
    ("name", gettext_noop("By name")),
)
LEFT = {
    "no_room": gettext_noop("everybody fitting is at the limit"),
    "only_the_steward": gettext_noop("nobody but the steward is free to stand in"),
}
COVERS = {
    "subject": gettext_noop("each has a steward of its own"),
    "courtyard": gettext_noop("by courtyard"),
    "grid": gettext_noop("by grid"),
    "community": gettext_noop("by community"),
    "street": gettext_noop("by street"),
}
SIZE = 50
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Card:
    """`cases`: of a programme that was stopped, how many are still open and how many closed."""

    key: str
    name: str
    url: str
    version: str
    since: datetime
    stopped: datetime | None
    cases: Under

    @property
    def archived(self) -> bool:
        return self.stopped is not None and not self.cases.open


def cards() -> list[Card]:
    """Every programme: those that run, those that work off what is open, those of the archive, the latest first. Three
    queries however many."""
    known = [one for one in programmes.programmes() if one.current_id is not None]
    books = programmes.playbooks_of([one.current_id or 0 for one in known])
    counts = cases_under([one.pk for one in known if one.stopped_at is not None])
    found = [_card(one, books[one.current_id or 0], counts.get(one.pk, Under())) for one in known]
    return sorted(found, key=lambda one: (one.archived, -one.stopped.timestamp() if one.stopped else -math.inf))


def _card(programme: Any, book: Playbook, cases: Under) -> Card:
    return Card(
        key=programme.key,
        name=said(book.playbook.name),
        url=reverse("console:programme", args=[programme.key]),
        version=programme.current.version,
        since=programme.adopted_at,
        stopped=programme.stopped_at,
        cases=cases,
    )


@dataclass(frozen=True, slots=True)
class GapCount:
    label: str
    count: int
    url: str
    level: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """`whole`: enrolled subjects that have a steward and a stand-in as they should."""

    label: str
    how: str
    enrolled: int
    with_steward: int
    level: str
    gaps: Sequence[GapCount]


def gauges(programme: Any, playbook: Playbook, *, at: datetime) -> list[Gauge]:
    """Three queries, and six for each kind of subject."""
    covers: dict[str, str] = (
        {str(kind): how for kind, how in playbook.stewards.covers.items()} if playbook.stewards else {}
    )
    made = []
    for one in (kind for kind in programmes.coverage(programme.pk, at=at).kinds if kind.enrolled):
        with_steward = one.enrolled - one.gaps["no_steward"]
        gaps = [
            GapCount(_(label), one.gaps[gap], _gap_url(programme.key, one.kind, gap), level if one.gaps[gap] else "")
            for gap, label, level in GAPS
        ]
        how = _(COVERS[covers.get(one.kind, "subject")])
        level = "ok" if with_steward == one.enrolled else "late"
        made.append(Gauge(_(dict(KINDS).get(one.kind, KIND[one.kind])), how, one.enrolled, with_steward, level, gaps))
    return made


@dataclass(frozen=True, slots=True)
class Level:
    label: str
    officers: int
    targets: int


def levels(programme: Any) -> list[Level]:
    """三级联动: what each level of the administration has taken on, from the district down. One query."""
    held = programmes.held_by_level(programme.pk)
    return [Level(_(label), *held[kind]) for kind, label in UNIT_KINDS if kind in held]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that stewards of one kind of unit are given in a sharing-out."""

    name: str
    label: str
    given: str


LIMIT = "limit-"
MOST = gettext_noop("Most for each steward")


def limits(playbook: Playbook, given: Mapping[str, str], *, at: datetime) -> list[Limit]:
    """For the kinds of unit from which the playbook takes stewards. One query."""
    if playbook.stewards is None:
        return []
    kinds = {one.unit_kind for one in programmes.pool(playbook.stewards, localdate(at)).values()}
    return [
        Limit(f"{LIMIT}{kind}", _(label), given.get(f"{LIMIT}{kind}", ""))
        for kind, label in UNIT_KINDS
        if kind in kinds
    ]


def read_limits(given: Mapping[str, str]) -> dict[str, int]:
    """Those that are filled in. Raises field.invalid."""
    found = {}
    for kind, _label in UNIT_KINDS:
        if text := given.get(f"{LIMIT}{kind}", "").strip():
            number = number_in(text)
            if number is None:
                raise Problem(INVALID, field=f"{LIMIT}{kind}", field_label=MOST, why=text[:20])
            found[kind] = number
    return found


def _gap_url(key: str, kind: str, gap: str) -> str:
    return f"{reverse('console:gaps', args=[key])}?{urlencode({'kind': kind, 'gap': gap})}"


@dataclass(frozen=True, slots=True)
class Hole:
    """A place or a subject that has a gap. `assign_url`: where the reader mends it at once, else ""."""

    record: Any
    assign_url: str


@dataclass(frozen=True, slots=True)
class Gaps:
    title: str
    places: Sequence[Hole]
    page: Page[Any]
    rows: Sequence[Hole]


def gaps(actor: Actor, programme: Any, playbook: Playbook, query: Any, *, at: datetime) -> Gaps | None:
    """The names behind one number; None for a kind or gap that there is not. Nine queries at most."""
    kind, gap = query.get("kind", ""), query.get("gap", "")
    labels = {key: label for key, label, _level in GAPS}
    if kind not in playbook.serves.subjects or gap not in labels or playbook.stewards is None:
        return None
    by_place = playbook.stewards.covers.get(kind, "subject") != "subject"
    places = programmes.gap_places(actor, programme.pk, kind, gap, at=at) if by_place else []
    page = programmes.gap_subjects(actor, programme.pk, kind, gap, at=at, cursor=query.get("cursor"), size=SIZE)
    title = f"{_(dict(KINDS).get(kind, KIND[kind]))} · {_(labels[gap])}"
    role = "" if programme.stopped_at is not None else "steward" if gap in STEWARD_GAPS else "stand_in"
    return Gaps(
        title,
        [_hole(actor, programme, Target(one, is_place=True), role) for one in places],
        page,
        [_hole(actor, programme, Target(one), "" if by_place else role) for one in page.rows],
    )


def _hole(actor: Actor, programme: Any, target: Target, role: str) -> Hole:
    may = role and target.may_assign(actor)
    return Hole(target.record, target.assign_url(programme.key, role) if may else "")


@dataclass(frozen=True, slots=True)
class Explained:
    purpose: str
    source: str
    conduct: Sequence[Conduct]
    table: explain.Table
    drawing: SafeString
    versions: Sequence[Any]


def explained(programme: Any, playbook: Playbook) -> Explained:
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    # The drawing escapes what the playbook says.
    drawing = mark_safe(explain.flow_svg(playbook, language))
    head = playbook.playbook
    return Explained(
        purpose=said(head.purpose),
        source=head.source,
        conduct=[conduct_of(playbook)] if head.conduct else [],
        table=explain.table(playbook, language),
        drawing=drawing,
        versions=versions(programme.pk),
    )


def may_share(actor: Actor) -> bool:
    return actor.holds(*policy.ASSIGNERS)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a sharing-out would do. `loads`: who gets or gives most, (name, before, after)."""

    targets: int
    given: int
    moved: int
    left: Sequence[tuple[str, str, str]]
    left_count: int
    loads: Sequence[tuple[str, int, int]]


def shared(sharing: Sharing) -> Shared:
    """One query."""
    changed = [(id, before, after) for id, (before, after) in sharing.loads.items() if before != after]
    changed.sort(key=lambda one: -abs(one[2] - one[1]))
    cards = registry.service_cards([id for id, _before, _after in changed[:MOST_SHOWN]])
    return Shared(
        targets=sharing.targets,
        given=sharing.given,
        moved=sharing.moved,
        left=[(one.name, str(one.role.label), _(LEFT[one.why])) for one in sharing.left[:MOST_SHOWN]],
        left_count=len(sharing.left),
        loads=[(cards[id].name, before, after) for id, before, after in changed[:MOST_SHOWN] if id in cards],
    )
