"""The one-steward guarantee, counted: the database holds "at most one", this shows where "at least one" fails.

Subjects that go by place are decided by place (a thousand rows, in memory), then counted by SQL; those with a
steward each by SQL alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy, rules
from guanjia.programmes.models import Assignment, AssignmentRole, Gap, GapKind
from guanjia.programmes.queries.adopted import current_playbook
from guanjia.programmes.queries.enrolled import enrolled
from guanjia.programmes.rules import Pair
from guanjia.registry.models import Officer, Place, Subject
from guanjia.registry.queries import readable
from guanjia.registry.rules import path_ids


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """`gaps` counts the enrolled subjects of one kind that each GapKind concerns."""

    kind: str
    enrolled: int
    gaps: dict[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    kinds: tuple[KindCoverage, ...]

    @property
    def enrolled(self) -> int:
        return sum(one.enrolled for one in self.kinds)

    def count(self, gap: str) -> int:
        return sum(one.gaps[gap] for one in self.kinds)

    @property
    def complete(self) -> bool:
        return not any(self.count(gap) for gap in GapKind.values)


class Holes:
    """Where one programme's guarantee fails, as conditions on subjects. Two queries to make."""

    def __init__(self, programme_id: int, playbook: Playbook, on: date) -> None:
        self.programme_id = programme_id
        self.playbook = playbook
        self.covers: dict[str, str] = dict(playbook.stewards.covers.items()) if playbook.stewards else {}
        self.open = Assignment.objects.filter(programme_id=programme_id, until__isnull=True)
        closed = Q(unit__valid_to__isnull=False, unit__valid_to__lte=on)
        self.gone = Officer.objects.filter(Q(active=False) | closed)
        self.paths: dict[int, list[int]] = {}
        self.places: dict[str, dict[str, set[int]]] = {}
        self._read_places()

    def subjects(self, kind: str) -> QuerySet[Subject]:
        return enrolled(self.programme_id, self.playbook).filter(kind=kind)

    def of(self, kind: str, gap: str) -> Q:
        """The subjects of a kind that have the gap."""
        own = self._own(gap)
        level = self.covers.get(kind, rules.OWN)
        if level == rules.OWN:
            return own
        by_place = Q(place_id__in=self.places[level][gap])
        if gap in (GapKind.NO_STEWARD, GapKind.NO_STAND_IN):
            by_place |= Q(place__isnull=True)
        with_own = self._having(AssignmentRole.STEWARD)
        return (by_place & ~with_own) if gap == GapKind.NO_STEWARD else (by_place & ~with_own) | (own & with_own)

    def _having(self, role: AssignmentRole, **conditions: object) -> Q:
        rows = self.open.filter(role=role, subject__isnull=False, **conditions)
        return Q(pk__in=rows.values("subject_id"))

    def _own(self, gap: str) -> Q:
        if gap == GapKind.NO_STEWARD:
            return ~self._having(AssignmentRole.STEWARD)
        if gap == GapKind.NO_STAND_IN:
            return ~self._having(AssignmentRole.STAND_IN)
        if gap == GapKind.STEWARD_GONE:
            return self._having(AssignmentRole.STEWARD, officer__in=self.gone.values("pk"))
        if gap == GapKind.STAND_IN_GONE:
            return self._having(AssignmentRole.STAND_IN, officer__in=self.gone.values("pk"))
        both = self.open.filter(
            role=AssignmentRole.STAND_IN, subject_id=OuterRef("subject_id"), officer_id=OuterRef("officer_id")
        )
        steward = self.open.filter(role=AssignmentRole.STEWARD, subject__isnull=False)
        return Q(pk__in=steward.filter(Exists(both)).values("subject_id"))

    def _read_places(self) -> None:
        levels = set(self.covers.values()) - {rules.OWN}
        if not levels:
            return
        self.paths = {
            pk: path_ids(path) for pk, path in Place.objects.filter(valid_to__isnull=True).values_list("pk", "path")
        }
        roles: dict[int, dict[str, int]] = defaultdict(dict)
        gone: set[int] = set()
        rows = self.open.filter(place__isnull=False).annotate(
            is_gone=Exists(self.gone.filter(pk=OuterRef("officer_id")))
        )
        for place_id, role, officer_id, is_gone in rows.values_list("place_id", "role", "officer_id", "is_gone"):
            roles[place_id][role] = officer_id
            if is_gone:
                gone.add(officer_id)
        pairs = {id: Pair(**given) for id, given in roles.items()}
        for level in levels:
            self.places[level] = self._by_gap(level, pairs, gone)

    def _by_gap(self, level: str, pairs: dict[int, Pair], gone: set[int]) -> dict[str, set[int]]:
        """Which places leave those who stand in them with which gap."""
        found: dict[str, set[int]] = {gap: set() for gap in GapKind.values}
        skip = rules.DEPTH[level] - 1
        for place_id, ids in self.paths.items():
            pair = rules.find(None, pairs, ids[skip:]).pair
            for gap in _gaps_of(pair, gone):
                found[gap].add(place_id)
        return found


def _gaps_of(pair: Pair, gone: set[int]) -> Iterable[GapKind]:
    if pair.steward is None:
        yield GapKind.NO_STEWARD
    if pair.stand_in is None:
        yield GapKind.NO_STAND_IN
    elif pair.stand_in == pair.steward:
        yield GapKind.SAME_OFFICER
    if pair.steward in gone:
        yield GapKind.STEWARD_GONE
    if pair.stand_in in gone:
        yield GapKind.STAND_IN_GONE


def coverage(programme_id: int, *, at: datetime, place: Place | None = None) -> Coverage:
    """How far everyone whom the programme serves has a steward and a stand-in, by kind of subject; `place` narrows to
    it and all below. Counts only: public. Three queries, and six for each kind served."""
    playbook = current_playbook(programme_id)
    holes = Holes(programme_id, playbook, localdate(at))
    kinds = []
    for kind in playbook.serves.subjects if playbook.stewards else ():
        subjects = _within(holes.subjects(kind), place)
        gaps = {gap: subjects.filter(holes.of(kind, gap)).count() for gap in GapKind.values}
        kinds.append(KindCoverage(kind, subjects.count(), gaps))
    return Coverage(tuple(kinds))


def gap_subjects(
    actor: Actor,
    programme_id: int,
    kind: str,
    gap: str,
    *,
    at: datetime,
    place: Place | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Subject]:
    """The subjects behind one number of `coverage`, as far as the actor may read them. Four queries."""
    holes = Holes(programme_id, current_playbook(programme_id), localdate(at))
    found = _within(holes.subjects(kind), place).filter(holes.of(kind, gap))
    found = found.filter(pk__in=readable(actor).values("pk")).select_related("place").defer("place__boundary")
    return page(found, ["id"], size=size, cursor=cursor)


def gap_places(actor: Actor, programme_id: int, kind: str, gap: str, *, at: datetime) -> list[Place]:
    """For a kind that goes by place: the places of the playbook's level (a grid) to which somebody is to be assigned.
    For staff. At most as many as there are grids. Five queries."""
    if not policy.may_see_loads(actor):
        return []
    holes = Holes(programme_id, current_playbook(programme_id), localdate(at))
    _own, places = _targets(holes, kind, gap)
    return list(Place.objects.filter(pk__in=places).defer("boundary").order_by("path"))


def gap_ids(programme_id: int, *, at: datetime) -> set[tuple[str, int | None, int | None]]:
    """Every hole as (kind of gap, subject id, place id), one of the two: what the alarm compares with what it told
    before."""
    playbook = current_playbook(programme_id)
    holes = Holes(programme_id, playbook, localdate(at))
    found: set[tuple[str, int | None, int | None]] = set()
    for kind in playbook.serves.subjects if playbook.stewards else ():
        for gap in GapKind.values:
            subjects, places = _targets(holes, kind, gap)
            found |= {(gap, pk, None) for pk in subjects} | {(gap, None, pk) for pk in places}
    return found


def open_gaps(programme_id: int, *, cursor: str | None = None, size: int = 50) -> Page[Gap]:
    """What the alarm has told and still lasts, the latest first. Ids only: public servants look the names up."""
    return page(Gap.objects.filter(programme_id=programme_id, until__isnull=True), ["-id"], size=size, cursor=cursor)


def _targets(holes: Holes, kind: str, gap: str) -> tuple[set[int], set[int]]:
    """Subjects to be assigned one by one, and places to be assigned for all who live there."""
    rows = holes.subjects(kind).filter(holes.of(kind, gap))
    level = holes.covers.get(kind, rules.OWN)
    if level == rules.OWN:
        return set(rows.values_list("pk", flat=True)), set()
    depth = rules.DEPTH[level]
    own = set(rows.filter(holes._having(AssignmentRole.STEWARD) | Q(place__isnull=True)).values_list("pk", flat=True))
    standing = rows.filter(~holes._having(AssignmentRole.STEWARD), place__isnull=False).order_by()
    occupied = standing.values_list("place_id", flat=True).distinct()
    return own, {holes.paths[pk][:depth][-1] for pk in occupied if pk in holes.paths}


def _within(subjects: QuerySet[Subject], place: Place | None) -> QuerySet[Subject]:
    if place is None:
        return subjects
    below = Place.objects.filter(path__startswith=place.path)
    return subjects.filter(place__in=below.values("pk"))
