from __future__ import annotations

from django.utils.timezone import localdate

from guanjia.kernel.importing import Batch, Field, Kind, Record, one_of, phone
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy
from guanjia.registry.bulk import load_unit_cards
from guanjia.registry.imports.finder import LEVEL_FIELDS, Places, Units, level_names, the_district
from guanjia.registry.models import Unit, UnitKind
from guanjia.registry.problems import KNOWN

_KINDS = {
    "区领导": "leadership",
    "领导": "leadership",
    "部门": "department",
    "区直单位": "department",
    "区直部门": "department",
    "街道": "street_office",
    "街道办事处": "street_office",
    "社区": "community_committee",
    "社区居委会": "community_committee",
    "联席会议": "body",
    "领导小组": "body",
    "议事机构": "body",
    "队伍": "team",
    "企业": "company",
    "公共服务": "service",
}


def _load(batch: Batch) -> None:
    """A unit's parent may stand anywhere in the file, or be there already."""
    known, places = Units(), Places()
    top = the_district(localdate(batch.at)).pk
    waiting = batch.good()
    while waiting:
        later = []
        for record in waiting:
            if record["parent"] and record["parent"] not in known:
                later.append(record)
                continue
            try:
                unit = _create(batch, record, known, places, top)
            except Problem as problem:
                batch.refuse(record, problem.field or "name", problem)
            else:
                known.add(unit.pk, unit.name, unit.short_name)
                batch.report.count("unit")
        if len(later) == len(waiting):
            break
        waiting = later
        batch.progress(len(batch.records) - len(waiting), len(batch.records))
    for record in waiting:
        _refuse_orphan(batch, record, known)


def _create(batch: Batch, record: Record, known: Units, places: Places, top: int) -> Unit:
    if record["name"] in known:
        raise Problem(KNOWN, field="name", name=record["name"])
    names = level_names(record)
    unit = Unit.objects.create(
        kind=record["kind"],
        name=record["name"],
        short_name=record["short_name"],
        parent_id=known.find(record["parent"], field="parent") if record["parent"] else None,
        place_id=places.find(names) if names else top,
        phone=record["phone"] or "",
        duties=record["duties"],
        valid_from=localdate(batch.at),
    )
    load_unit_cards([unit])
    return unit


def _refuse_orphan(batch: Batch, record: Record, known: Units) -> None:
    try:
        known.find(record["parent"], field="parent")
    except Problem as problem:
        batch.refuse(record, "parent", problem)


UNITS = Kind(
    "units",
    _("import units"),
    (
        Field("name", _("Name"), ("单位名称", "名称", "单位", "name"), required=True, limit=80),
        Field("short_name", _("Short name"), ("简称", "short_name"), limit=40),
        Field(
            "kind",
            _("Kind of unit"),
            ("单位类别", "类别", "kind"),
            one_of(*UnitKind.values),
            required=True,
            values=_KINDS,
        ),
        Field("parent", _("Parent unit"), ("上级单位", "主管单位", "parent"), limit=80),
        Field("phone", _("Phone"), ("电话", "公开电话", "phone"), phone),
        Field("duties", _("Duties"), ("职责", "duties"), limit=10_000, one_line=False),
        *LEVEL_FIELDS,
    ),
    policy.may_import,
    _load,
)
