from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate
from shapely.geometry import shape

from guanjia.kernel.importing import Batch, Field, Kind, Record, natural_number
from guanjia.kernel.problems import INVALID, MISSING, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import geometry, policy, rules
from guanjia.registry.actions import tree
from guanjia.registry.bulk import PlaceRow, load_places
from guanjia.registry.imports.finder import LEVEL_FIELDS, Places, Seen, level_names, the_district
from guanjia.registry.models import PlaceCode
from guanjia.registry.problems import CODE_TAKEN, KNOWN, OVERLAP, REPEATED, WRONG_LEVEL


def outline(text: str) -> dict[str, Any]:
    """GeoJSON of a polygon, in WGS-84."""
    try:
        data = json.loads(text)
        return geometry.write_outline(geometry.read_outline(data))
    except (ValueError, AttributeError) as error:
        message = error.message if isinstance(error, geometry.BadOutline) else _("this is not GeoJSON")
        raise ValueError(message) from error


@dataclass(slots=True)
class _Known:
    """What a row may stand under or collide with: the places that there are, and the rows taken so far."""

    top: int
    places: Places
    codes: dict[tuple[str, str], str]
    seen: Seen = field(default_factory=Seen)
    rows: dict[str, PlaceRow] = field(default_factory=dict)


def _load(batch: Batch) -> None:
    """Each row names one place by its levels; what stands above it must be there already, or have a row of its own."""
    on = localdate(batch.at)
    editions = {record["edition"] for record in batch.records if record["edition"]}
    codes = PlaceCode.objects.filter(edition__in=editions).values_list("edition", "code", "place__name")
    known = _Known(the_district(on).pk, Places(), {(edition, code): name for edition, code, name in codes})
    from_the_top = sorted(batch.good(), key=lambda record: len(level_names(record)))
    line_of: dict[str, Record] = {}
    for record in from_the_top:
        try:
            row = _row(record, known)
        except Problem as problem:
            batch.refuse(record, problem.field or "street", problem)
        else:
            known.rows[row.key] = row
            line_of[row.key] = record
    for place in load_places(known.rows.values(), on=on).values():
        batch.report.count(place.kind)
    _warn_of_overlaps(batch, known.rows.values(), line_of)


def _row(record: Record, known: _Known) -> PlaceRow:
    names = level_names(record)
    if not names:
        raise Problem(MISSING, field="street", field_label=_("Street"))
    kind, key = list(names)[-1], _key(names)
    above = {level: name for level, name in names.items() if level != kind}
    if (line := known.seen.before(key, record.line)) is not None:
        raise Problem(REPEATED, field=kind, line=line)
    if len(names) != rules.level(kind):
        parent_kind = list(above)[-1] if above else "district"
        raise Problem(WRONG_LEVEL, field=kind, kind=tree.kind_name(kind), parent_kind=tree.kind_name(parent_kind))
    if known.places.has(names):
        raise Problem(KNOWN, field=kind, name=names[kind])
    return PlaceRow(
        key=key,
        kind=kind,
        name=rules.normal_name(names[kind]),
        parent=_parent(above, known),
        boundary=record["boundary"],
        planned_households=record["planned_households"],
        aliases=[alias.strip() for alias in re.split("[;；、]", record["aliases"]) if alias.strip()],
        code=_code(record, known),
    )


def _key(names: Mapping[str, str]) -> str:
    return "/".join(rules.normal_name(name) for name in names.values())


def _parent(above: Mapping[str, str], known: _Known) -> str | int:
    if not above:
        return known.top
    return _key(above) if _key(above) in known.rows else known.places.find(above)


def _code(record: Record, known: _Known) -> tuple[str, str] | None:
    if not record["code"] and not record["edition"]:
        return None
    if not record["code"] or not record["edition"]:
        raise Problem(INVALID, field="code", field_label=_("Code"), why=_("a code needs its edition"))
    code = (record["edition"], record["code"])
    if code in known.codes:
        raise Problem(CODE_TAKEN, field="code", edition=code[0], code=code[1], name=known.codes[code])
    known.codes[code] = _key(level_names(record))
    return code


def _warn_of_overlaps(batch: Batch, rows: Iterable[PlaceRow], line_of: Mapping[str, Record]) -> None:
    beside: dict[object, list[PlaceRow]] = {}
    for row in rows:
        if row.boundary is not None:
            beside.setdefault((row.kind, row.parent), []).append(row)
    for group in beside.values():
        outlines = [shape(row.boundary) for row in group]
        for left, right, share in geometry.overlapping(outlines, tolerance=tree.OVERLAP_ALLOWED):
            names = {"name": group[left].name, "other": group[right].name, "percent": round(share * 100)}
            batch.warn(line_of[group[left].key], "boundary", Problem(OVERLAP, field="boundary", **names))


PLACES = Kind(
    "places",
    _("import places"),
    (
        *LEVEL_FIELDS,
        Field("aliases", _("Also called"), ("别名", "曾用名", "aliases")),
        Field("planned_households", _("Planned households"), ("规划户数", "户数", "households"), natural_number),
        Field("boundary", _("Outline"), ("边界", "geojson", "boundary"), outline),
        Field("edition", _("Edition"), ("版本", "edition"), limit=16),
        Field("code", _("Code"), ("编码", "代码", "code"), limit=24),
    ),
    policy.may_import,
    _load,
)
