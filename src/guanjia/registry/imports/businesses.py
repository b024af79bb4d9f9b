from __future__ import annotations

from django.utils.timezone import localdate

from guanjia.kernel.importing import Batch, Field, Kind, Record, credit_code, flag, natural_number, phone
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy
from guanjia.registry.bulk import BATCH, BusinessRow, load_businesses
from guanjia.registry.imports.finder import LEVEL_FIELDS, POINT_FIELDS, Seen, place_rows, points
from guanjia.registry.models import Business, Subject, SubjectKind
from guanjia.registry.problems import KNOWN, REPEATED


def _load(batch: Batch) -> None:
    on = localdate(batch.at)
    records = batch.good()
    place_of = place_rows(batch, records, on)
    _refuse_known(batch, records, place_of)
    good = batch.good()
    rows = [
        BusinessRow(
            name=record["name"],
            place_id=place_of[record.line],
            lon=point[0] if point else None,
            lat=point[1] if point else None,
            credit_code=record["credit_code"],
            industry=record["industry"],
            address=record["address"],
            contact_name=record["contact_name"],
            contact_phone=record["contact_phone"] or "",
            employees=record["employees"],
            is_key=bool(record["is_key"]),
        )
        for record, point in zip(good, points(good), strict=True)
    ]
    ids = load_businesses(rows, on=on, progress=lambda done: batch.progress(done, len(rows)))
    batch.report.count("business", len(ids))


def _refuse_known(batch: Batch, records: list[Record], place_of: dict[int, int]) -> None:
    """By credit code; those without one by name and place."""
    codes = [record["credit_code"] for record in records if record["credit_code"]]
    names: dict[str, str] = {}
    for start in range(0, len(codes), BATCH):
        found = Business.objects.filter(credit_code__in=codes[start : start + BATCH])
        names |= {code: name for code, name in found.values_list("credit_code", "subject__name") if code}
    without = {record["name"] for record in records if not record["credit_code"]}
    there = Subject.objects.filter(kind=SubjectKind.BUSINESS, name__in=without, valid_to__isnull=True)
    doors = set(there.values_list("name", "place_id")) if without else set()
    seen = Seen()
    for record in records:
        if record.line not in place_of:
            continue
        code, door = record["credit_code"], (record["name"], place_of[record.line])
        column = "credit_code" if code else "name"
        if (line := seen.before(code or door, record.line)) is not None:
            batch.refuse(record, column, Problem(REPEATED, field=column, line=line))
        elif code in names or (not code and door in doors):
            name = names.get(code, record["name"])
            batch.refuse(record, column, Problem(KNOWN, field=column, name=name))


BUSINESSES = Kind(
    "businesses",
    _("import businesses"),
    (
        Field("name", _("Name"), ("企业名称", "单位名称", "经营主体名称", "名称", "name"), required=True, limit=120),
        Field("credit_code", _("Credit code"), ("统一社会信用代码", "信用代码", "credit_code"), credit_code),
        Field("industry", _("Industry"), ("行业代码", "industry"), limit=5),
        Field("address", _("Address"), ("经营地址", "住所", "地址", "address")),
        Field("contact_name", _("Contact person"), ("联系人", "负责人", "contact_name"), personal=True, limit=40),
        Field("contact_phone", _("Phone"), ("联系电话", "电话", "手机", "contact_phone"), phone, personal=True),
        Field("employees", _("Employees"), ("从业人数", "员工数", "employees"), natural_number),
        Field("is_key", _("Key business"), ("重点企业", "是否重点", "is_key"), flag),
        *LEVEL_FIELDS,
        *POINT_FIELDS,
    ),
    policy.may_import,
    _load,
)
