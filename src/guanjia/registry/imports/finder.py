"""Finding the place or unit that a row means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings

from guanjia.kernel.importing import Batch, Field, Record, degrees, one_of
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import geometry, rules
from guanjia.registry.actions import tree
from guanjia.registry.models import Place, PlaceAlias, PlaceKind, Unit
from guanjia.registry.problems import AMBIGUOUS_PLACE, UNKNOWN_PLACE, UNKNOWN_UNIT
from guanjia.registry.queries.locate import locate_many
from guanjia.registry.queries.places import district

#: The columns that name a place, one for each level; the deepest filled one is meant, those above tell it
#: from its namesakes.
LEVEL_FIELDS = (
    Field("street", _("Street"), ("街道", "所属街道", "street"), limit=80),
    Field("community", _("Community"), ("社区", "所属社区", "community"), limit=80),
    Field("grid", _("Grid"), ("网格", "小区网格", "所属网格", "grid"), limit=80),
    Field("courtyard", _("Courtyard"), ("庭院", "小区", "院落", "courtyard"), limit=80),
)
POINT_FIELDS = (
    Field("lon", _("Longitude"), ("经度", "lon", "longitude"), degrees),
    Field("lat", _("Latitude"), ("纬度", "lat", "latitude"), degrees),
    Field("coordinates", _("System of coordinates"), ("坐标系", "coordinates"), one_of("wgs84", "gcj02")),
)
_LEVELS = [one.name for one in LEVEL_FIELDS]


def level_names(record: Record) -> dict[str, str]:
    """kind → name, of the levels that the row fills."""
    return {kind: record[kind] for kind in _LEVELS if record[kind]}


class Places:
    """The current places by kind and name, aliases included. Two queries."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, str], set[int]] = {}
        self._path: dict[int, str] = {}
        current = Place.objects.filter(valid_to__isnull=True)
        for pk, kind, name, path in current.values_list("pk", "kind", "name", "path"):
            self._path[pk] = path
            self._by_name.setdefault((kind, rules.normal_name(name)), set()).add(pk)
        aliases = PlaceAlias.objects.filter(place__valid_to__isnull=True)
        for pk, kind, text in aliases.values_list("place_id", "place__kind", "text"):
            self._by_name.setdefault((kind, rules.normal_name(text)), set()).add(pk)

    def has(self, names: Mapping[str, str]) -> bool:
        return bool(self._find(names))

    def find(self, names: Mapping[str, str]) -> int:
        """The place of the deepest name, below all the others. Raises import.unknown_place, import.ambiguous_place."""
        found, text = self._find(names), "/".join(names.values())
        if len(found) == 1:
            return next(iter(found))
        kind = list(names)[-1]
        if not found:
            raise Problem(UNKNOWN_PLACE, field=kind, text=text)
        raise Problem(AMBIGUOUS_PLACE, field=kind, text=text, count=len(found))

    def _find(self, names: Mapping[str, str]) -> set[int]:
        kind, name = list(names.items())[-1]
        found = self._by_name.get((kind, rules.normal_name(name)), set())
        for above, text in list(names.items())[:-1]:
            wider = self._by_name.get((above, rules.normal_name(text)), set())
            found = {pk for pk in found if any(self._path[pk].startswith(self._path[one]) for one in wider)}
        return found


def the_district(on: date) -> Place:
    """The district at the root, founded on a day where there is none yet."""
    return district() or tree.found(PlaceKind.DISTRICT, settings.GUANJIA_DISTRICT_NAME, None, on=on)


class Units:
    """The current units by name and short name."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        for pk, name, short in Unit.objects.filter(valid_to__isnull=True).values_list("pk", "name", "short_name"):
            self.add(pk, name, short)

    def add(self, pk: int, *names: str) -> None:
        for name in names:
            if name:
                self._ids.setdefault(name, pk)

    def __contains__(self, name: str) -> bool:
        return name in self._ids

    def find(self, name: str, *, field: str) -> int:
        """Raises import.unknown_unit."""
        if name not in self._ids:
            raise Problem(UNKNOWN_UNIT, field=field, text=name)
        return self._ids[name]


def points(records: Sequence[Record]) -> list[tuple[float, float] | None]:
    """Each row's point in WGS-84."""
    return [_point(record) for record in records]


def _point(record: Record) -> tuple[float, float] | None:
    if record["lon"] is None or record["lat"] is None:
        return None
    point = (record["lon"], record["lat"])
    return geometry.from_gcj02(*point) if record["coordinates"] == "gcj02" else point


def place_rows(batch: Batch, records: Sequence[Record], on: date) -> dict[int, int]:
    """Line → place: by the names of its levels, else by its point. Refuses the rows that are nowhere."""
    known = Places()
    found: dict[int, int] = {}
    pointed: list[tuple[Record, tuple[float, float]]] = []
    for record, point in zip(records, points(records), strict=True):
        names = level_names(record)
        try:
            if names:
                found[record.line] = known.find(names)
            elif point is not None:
                pointed.append((record, point))
            else:
                raise Problem(UNKNOWN_PLACE, field="community", text="")
        except Problem as problem:
            batch.refuse(record, problem.field or "community", problem)
    located = locate_many([point for _record, point in pointed], on) if pointed else []
    for (record, point), place_id in zip(pointed, located, strict=True):
        if place_id is None:
            text = f"{point[0]:.5f}, {point[1]:.5f}"
            batch.refuse(record, "lon", Problem(UNKNOWN_PLACE, field="lon", text=text))
        else:
            found[record.line] = place_id
    return found


class Seen:
    """Which line said a thing first."""

    def __init__(self) -> None:
        self._lines: dict[object, int] = {}

    def before(self, key: object, line: int) -> int | None:
        """The line that said it before this one, if any."""
        first = self._lines.setdefault(key, line)
        return first if first != line else None
