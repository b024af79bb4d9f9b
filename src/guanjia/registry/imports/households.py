from __future__ import annotations

from django.utils.timezone import localdate

from guanjia.kernel.importing import Batch, Field, Kind, Record, natural_number, phone
from guanjia.kernel.problems import MISSING, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy, rules
from guanjia.registry.bulk import BATCH, HouseholdRow, load_households
from guanjia.registry.imports.finder import LEVEL_FIELDS, POINT_FIELDS, Seen, place_rows, points
from guanjia.registry.models import Subject, SubjectKind
from guanjia.registry.problems import DOOR_TAKEN, REPEATED


def _label(record: Record) -> str:
    return rules.household_label(record["building"], record["unit_no"], record["room"]) or record["address"][:120]


def _load(batch: Batch) -> None:
    on = localdate(batch.at)
    records = batch.good()
    for record in records:
        if not _label(record):
            batch.refuse(record, "room", Problem(MISSING, field="room", field_label=_("Door or address")))
    records = batch.good()
    place_of = place_rows(batch, records, on)
    _refuse_known(batch, [record for record in records if record.line in place_of], place_of)
    good = batch.good()
    rows = [
        HouseholdRow(
            place_id=place_of[record.line],
            building=record["building"],
            unit_no=record["unit_no"],
            room=record["room"],
            address=record["address"],
            members=record["members"],
            phone=record["phone"] or "",
            lon=point[0] if point else None,
            lat=point[1] if point else None,
        )
        for record, point in zip(good, points(good), strict=True)
    ]
    ids = load_households(rows, on=on, progress=lambda done: batch.progress(done, len(rows)))
    batch.report.count("household", len(ids))


def _refuse_known(batch: Batch, records: list[Record], place_of: dict[int, int]) -> None:
    places = sorted(set(place_of.values()))
    taken: set[tuple[int | None, str]] = set()
    for start in range(0, len(places), BATCH):
        there = Subject.objects.filter(
            kind=SubjectKind.HOUSEHOLD, place_id__in=places[start : start + BATCH], valid_to__isnull=True
        )
        taken |= set(there.values_list("place_id", "name"))
    seen = Seen()
    for record in records:
        door = (place_of[record.line], _label(record))
        if (line := seen.before(door, record.line)) is not None:
            batch.refuse(record, "room", Problem(REPEATED, field="room", line=line))
        elif door in taken:
            batch.refuse(record, "room", Problem(DOOR_TAKEN, field="room", name=door[1]))


HOUSEHOLDS = Kind(
    "households",
    _("import households"),
    (
        *LEVEL_FIELDS,
        Field("building", _("Building"), ("楼栋", "楼号", "栋", "building"), limit=24),
        Field("unit_no", _("Entrance"), ("单元", "单元号", "unit_no"), limit=24),
        Field("room", _("Room"), ("房号", "室", "门牌", "room"), limit=24, personal=True),
        Field("address", _("Address"), ("详细地址", "地址", "address"), personal=True),
        Field("members", _("Members of the household"), ("人口数", "家庭人口", "members"), natural_number),
        Field("phone", _("Phone"), ("联系电话", "电话", "phone"), phone, personal=True),
        *POINT_FIELDS,
    ),
    policy.may_import,
    _load,
)
