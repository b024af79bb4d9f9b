"""Sharing out: everybody whom a programme serves gets a steward and a stand-in, by nearness and load, moving as few
as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
from django.db import transaction
from django.utils.timezone import localdate

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy, queries, rules
from guanjia.programmes import share_out as solver
from guanjia.programmes.actions.assigning import stewarding
from guanjia.programmes.actions.writing import after, begin_many, end, open_rows
from guanjia.programmes.models import Assignment, AssignmentReason, AssignmentRole, Programme
from guanjia.programmes.problems import NOBODY_ELIGIBLE
from guanjia.programmes.queries import Candidate
from guanjia.registry.models import Place
from guanjia.registry.policy import demand
from guanjia.registry.rules import path_ids

#: District, street, community: on these three a target counts as inside or outside what a steward answers for.
AREAS = 3
KM_PER_DEGREE = 111.2
Key = tuple[int | None, int | None]  # subject id, place id: one of the two


@dataclass(frozen=True, slots=True)
class Target:
    subject_id: int | None
    place_id: int | None
    name: str
    path: str
    lon: float | None
    lat: float | None

    @property
    def key(self) -> Key:
        return (self.subject_id, self.place_id)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Nobody could take it as `role`. `why`: "no_room" (all are at their limits), "only_the_steward" (nobody else is
    free to stand in)."""

    subject_id: int | None
    place_id: int | None
    name: str
    role: AssignmentRole
    why: Literal["no_room", "only_the_steward"]


@dataclass(frozen=True, slots=True)
class Change:
    subject_id: int | None
    place_id: int | None
    role: AssignmentRole
    officer_id: int
    former_id: int | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a sharing-out did, or would do. `loads`: stewarded targets per officer, (before, after)."""

    targets: int
    changes: tuple[Change, ...]
    left: tuple[LeftOver, ...]
    loads: Mapping[int, tuple[int, int]]

    @property
    def given(self) -> int:
        return sum(one.former_id is None for one in self.changes)

    @property
    def moved(self) -> int:
        return len(self.changes) - self.given


@transaction.atomic
def share_out(
    actor: Actor,
    programme_id: int,
    *,
    at: datetime,
    place: Place | None = None,
    dry_run: bool = False,
    limits: Mapping[str, int] | None = None,
    move_cost: float | None = None,
) -> Sharing:
    """Within `place` (default: the whole district). `limits` by kind of unit lower the playbook's. Without
    `move_cost` nobody is moved but from officers who are gone or over the limit; with it (0.5: a kilometre or so)
    whoever gains more than that is.

    Raises assignment.nobody_eligible, .no_stewards, programme.stopped.
    """
    programme, playbook, stewards = stewarding(programme_id)
    scope = place.path if place is not None else ""
    demand(policy.may_assign(actor, [scope]), _("share out"))
    candidates = [one for one in queries.pool(stewards, localdate(at)).values() if _meet(one.path, scope)]
    if not candidates:
        raise Problem(NOBODY_ELIGIBLE)
    targets = _targets(programme_id, playbook, scope)
    present = {(row.role, row.subject_id, row.place_id): row for row in open_rows(programme=programme)}
    terms = solver.Terms(nearness=stewards.nearness, move_cost=move_cost)
    most = [
        min(stewards.most_subjects, (limits or {}).get(one.unit_kind, stewards.most_subjects)) for one in candidates
    ]
    plan = _plan(targets, candidates, np.array(most), present, terms)
    sharing = _compare(targets, candidates, plan, present)
    if not dry_run:
        _write(programme, sharing, present, at)
        facts = {
            "programme": programme_id,
            "place": place.pk if place else None,
            "given": sharing.given,
            "moved": sharing.moved,
            "left": len(sharing.left),
        }
        audit.record(actor, "assignment.share_out", programme, at=at, **facts)
        outbox.publish("assignments.shared_out", facts, at=at)
    return sharing


def _meet(path: str, scope: str) -> bool:
    return path.startswith(scope) or scope.startswith(path)


def _targets(programme_id: int, playbook: Playbook, scope: str) -> list[Target]:
    """Subjects that have a steward each, and the places by which the others go. Two queries."""
    covers: dict[str, str] = dict(playbook.stewards.covers.items()) if playbook.stewards else {}
    own = [kind for kind in playbook.serves.subjects if covers.get(kind, rules.OWN) == rules.OWN]
    levels = {covers[kind] for kind in playbook.serves.subjects if covers.get(kind, rules.OWN) != rules.OWN}
    subjects = queries.enrolled(programme_id, playbook).filter(kind__in=own)
    places = Place.objects.filter(kind__in=levels, valid_to__isnull=True)
    if scope:
        subjects = subjects.filter(place__path__startswith=scope)
        places = places.filter(path__startswith=scope)
    columns = ("pk", "name", "place__path", "lon", "lat", "place__centre_lon", "place__centre_lat")
    found = [
        Target(
            pk, None, name, path or "", lon if lon is not None else centre_lon, lat if lat is not None else centre_lat
        )
        for pk, name, path, lon, lat, centre_lon, centre_lat in subjects.order_by("pk").values_list(*columns)
    ]
    rows = places.order_by("pk").values_list("pk", "name", "path", "centre_lon", "centre_lat")
    return found + [Target(None, *row) for row in rows]


def _plan(
    targets: list[Target],
    candidates: list[Candidate],
    most: solver.Ints,
    present: Mapping[tuple[str, int | None, int | None], Assignment],
    terms: solver.Terms,
) -> dict[AssignmentRole, solver.Result]:
    """First the stewards; then, with them known, the stand-ins: from the steward's unit where possible, never the
    steward."""
    position = {one.officer_id: index for index, one in enumerate(candidates)}
    keys = {one.key for one in targets}
    busy = {role: np.zeros(len(candidates), dtype=np.int64) for role in AssignmentRole}
    now = {role: np.full(len(targets), solver.NOBODY) for role in AssignmentRole}
    order = {one.key: index for index, one in enumerate(targets)}
    for (role, *target), row in present.items():
        officer = position.get(row.officer_id)
        if officer is None:
            continue
        if (key := (target[0], target[1])) in keys:
            now[AssignmentRole(role)][order[key]] = officer
        else:
            busy[AssignmentRole(role)][officer] += 1
    xy = _kilometres([(one.lon, one.lat) for one in targets] + [(one.lon, one.lat) for one in candidates])
    homes = [one.path for one in candidates]
    at_large = np.array([len(path_ids(path)) < 2 for path in homes])
    xy[len(targets) :][at_large] = np.nan
    units = np.array([one.unit_id for one in candidates])
    pool = solver.Stewards(xy[len(targets) :], _areas(homes), most, busy[AssignmentRole.STEWARD], units)
    wanted = solver.Targets(xy[: len(targets)], _areas([one.path for one in targets]), now[AssignmentRole.STEWARD])
    stewards = solver.share_out(wanted, pool, terms)
    of_unit = np.where(stewards.steward == solver.NOBODY, solver.NOBODY, units[stewards.steward])
    wanted = replace(wanted, current=now[AssignmentRole.STAND_IN], barred=stewards.steward, unit=of_unit)
    stand_ins = solver.share_out(wanted, replace(pool, busy=busy[AssignmentRole.STAND_IN]), terms)
    return {AssignmentRole.STEWARD: stewards, AssignmentRole.STAND_IN: stand_ins}


def _kilometres(points: list[tuple[float | None, float | None]]) -> solver.Floats:
    """Longitude and latitude on a plane, NaN where unknown: within a district the error is below one in a thousand."""
    degrees = np.array(points, dtype=np.float64)
    known = degrees[~np.isnan(degrees).any(axis=1)]
    middle = np.radians(known[:, 1].mean()) if len(known) else 0.0
    return degrees * [KM_PER_DEGREE * np.cos(middle), KM_PER_DEGREE]


def _areas(paths: list[str]) -> solver.Ints:
    areas = np.full((len(paths), AREAS), solver.NOBODY)
    for row, path in enumerate(paths):
        ids = path_ids(path)[:AREAS]
        areas[row, : len(ids)] = ids
    return areas


def _compare(
    targets: list[Target],
    candidates: list[Candidate],
    plan: Mapping[AssignmentRole, solver.Result],
    present: Mapping[tuple[str, int | None, int | None], Assignment],
) -> Sharing:
    changes, left = [], []
    officers = [one.officer_id for one in candidates]
    for role, result in plan.items():
        for target, index in zip(targets, result.steward.tolist(), strict=True):
            row = present.get((role, *target.key))
            former = row.officer_id if row is not None else None
            if index == solver.NOBODY:
                why: Literal["no_room", "only_the_steward"] = "only_the_steward" if result.room else "no_room"
                left.append(LeftOver(*target.key, target.name, role, why))
            elif officers[index] != former:
                changes.append(Change(*target.key, role, officers[index], former))
    before = Counter(row.officer_id for row in present.values() if row.role == AssignmentRole.STEWARD)
    after_ = dict(zip(officers, plan[AssignmentRole.STEWARD].load.tolist(), strict=True))
    loads = {officer: (before[officer], after_[officer]) for officer in officers}
    return Sharing(len(targets), tuple(changes), tuple(left), loads)


def _write(
    programme: Programme,
    sharing: Sharing,
    present: Mapping[tuple[str, int | None, int | None], Assignment],
    at: datetime,
) -> None:
    """A target left over keeps whom it had: the coverage shows what is wrong with that. Only a stand-in who has
    become the steward ends."""
    ending, beginning = [], []
    steward = {
        (one.subject_id, one.place_id): one.officer_id for one in sharing.changes if one.role == AssignmentRole.STEWARD
    }
    for change in sharing.changes:
        key = (change.subject_id, change.place_id)
        row = present.get((change.role, *key))
        if row is not None:
            ending.append(row)
            beginning.append(after(row, change.officer_id, reason=AssignmentReason.SHARED_OUT, at=at))
        else:
            beginning.append(
                Assignment(
                    programme=programme,
                    subject_id=change.subject_id,
                    place_id=change.place_id,
                    role=change.role,
                    officer_id=change.officer_id,
                    since=at,
                    reason=AssignmentReason.SHARED_OUT,
                )
            )
    for one in sharing.left:
        row = present.get((AssignmentRole.STAND_IN, one.subject_id, one.place_id))
        if row is not None and row.officer_id == steward.get((one.subject_id, one.place_id)):
            ending.append(row)
    end(ending, at=at)
    begin_many(beginning)
