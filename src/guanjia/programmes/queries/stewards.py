"""Who answers for a subject or a place at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection
from django.db.models import Q
from django.utils.timezone import localdate

from guanjia.access.models import Absence
from guanjia.access.queries import stand_ins_on
from guanjia.programmes import rules
from guanjia.programmes.models import Assignment
from guanjia.programmes.rules import Pair
from guanjia.registry.models import Officer, Place, Subject
from guanjia.registry.rules import path_ids


@dataclass(frozen=True, slots=True)
class Stewardship:
    """`acting` takes new work: the steward, or while the steward is away the stand-in. All None where `why` is
    "nobody". `place_id`: the place whose steward it is; None for the subject's own."""

    officer_id: int | None
    unit_id: int | None
    stand_in_officer_id: int | None
    acting_officer_id: int | None
    acting_unit_id: int | None
    why: Literal["subject", "place", "nobody"]
    place_id: int | None


def in_force(at: datetime) -> Q:
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def steward_for(
    programme_id: int, *, subject_id: int | None = None, place: Place | None = None, at: datetime
) -> Stewardship:
    """Of the subject, else of the place (default: where the subject is now); also of a moment in the past.

    One query with `place`, two without.
    """
    above = place.path_ids if place is not None else _whereabouts(subject_id)
    rows = _rows(programme_id, above, subject_id, at)
    pairs: dict[int | None, dict[str, int]] = defaultdict(dict)
    units: dict[int, int] = {}
    away: dict[int, int] = {}
    for place_id, role, officer_id, unit_id, named, named_unit in rows:
        pairs[place_id][role] = officer_id
        units[officer_id] = unit_id
        if named is not None and named_unit is not None:
            away[officer_id] = named
            units[named] = named_unit
    own = Pair(**pairs.pop(None)) if None in pairs else None
    by_place = {id: Pair(**roles) for id, roles in pairs.items() if id is not None}
    return _stewardship(rules.find(own, by_place, above), away, units)


def _rows(
    programme_id: int, places: Sequence[int], subject_id: int | None, at: datetime
) -> list[tuple[int | None, str, int, int, int | None, int | None]]:
    """(place, role, officer, the officer's unit, who stands in by a recorded absence, that one's unit).

    Written out: every request asks this once, and compiling it took a quarter of the time of taking a request in.
    Two halves, because with OR neither database uses the index on the place.
    """
    day = connection.ops.adapt_datefield_value(localdate(at))
    moment = connection.ops.adapt_datetimefield_value(at)
    halves, params = [], []
    for column, ids in (("place_id", places), ("subject_id", [subject_id] if subject_id is not None else [])):
        if ids:
            halves.append(_HALF.format(column=column, marks=", ".join(["%s"] * len(ids))))
            params += [day, day, programme_id, moment, moment, *ids]
    if not halves:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(halves), params)
        return cursor.fetchall()


_HALF = f"""
SELECT a.place_id, a.role, a.officer_id, o.unit_id, b.stand_in_id, s.unit_id
FROM {Assignment._meta.db_table} a
JOIN {Officer._meta.db_table} o ON o.id = a.officer_id
LEFT JOIN {Absence._meta.db_table} b
  ON b.officer_id = a.officer_id AND b.first_day <= %s AND (b.last_day IS NULL OR b.last_day >= %s)
LEFT JOIN {Officer._meta.db_table} s ON s.id = b.stand_in_id
WHERE a.programme_id = %s AND a.since <= %s AND (a.until IS NULL OR a.until > %s) AND a.{{column}} IN ({{marks}})
"""


def stewards_for_many(
    programme_id: int, wanted: Sequence[tuple[int | None, str]], *, at: datetime
) -> list[Stewardship]:
    """For each (subject id, place path), in order. Three queries however many are wanted."""
    own: dict[int | None, dict[str, int]] = defaultdict(dict)
    places: dict[int, dict[str, int]] = defaultdict(dict)
    for subject_id, place_id, role, officer_id in _assignments(programme_id, wanted, at):
        (own[subject_id] if place_id is None else places[place_id])[role] = officer_id
    own_pairs = {id: Pair(**roles) for id, roles in own.items()}
    by_place = {id: Pair(**roles) for id, roles in places.items()}
    officers = {id for roles in [*own.values(), *places.values()] for id in roles.values()}
    away = stand_ins_on(officers, localdate(at))
    units = dict(Officer.objects.filter(pk__in=officers | set(away.values())).values_list("pk", "unit_id"))
    return [
        _stewardship(
            rules.find(own_pairs.get(subject_id) if subject_id else None, by_place, path_ids(path)), away, units
        )
        for subject_id, path in wanted
    ]


def _assignments(
    programme_id: int, wanted: Sequence[tuple[int | None, str]], at: datetime
) -> Iterable[tuple[int | None, int | None, str, int]]:
    """(subject, place, role, officer) of those wanted and of all places above them. Two halves: see `_rows`."""
    columns = ("subject_id", "place_id", "role", "officer_id")
    found = Assignment.objects.filter(in_force(at), programme_id=programme_id).values_list(*columns)
    subjects = {subject_id for subject_id, _path in wanted if subject_id is not None}
    above = {id for _subject, path in wanted for id in path_ids(path)}
    return found.filter(subject_id__in=subjects).union(found.filter(place_id__in=above), all=True)


def _whereabouts(subject_id: int | None) -> list[int]:
    if subject_id is None:
        return []
    path = Subject.objects.filter(pk=subject_id).values_list("place__path", flat=True).first()
    return path_ids(path or "")


def _stewardship(found: rules.Found, away: Mapping[int, int], units: Mapping[int, int]) -> Stewardship:
    acting = rules.acting(found.pair, away)
    return Stewardship(
        found.pair.steward,
        units.get(found.pair.steward) if found.pair.steward else None,
        found.pair.stand_in,
        acting,
        units.get(acting) if acting else None,
        found.why,
        found.place_id,
    )
