from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from guanjia.kernel.actor import Role
from guanjia.kernel.importing import Batch, Field, Kind, Record, one_of, phone
from guanjia.kernel.problems import Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import policy, rules
from guanjia.registry.imports.finder import LEVEL_FIELDS, Places, Units, level_names, the_district
from guanjia.registry.models import Officer, Post, PostHolding
from guanjia.registry.problems import ALREADY_HOLDS, STAFF_NUMBER_TAKEN

_ROLES = {
    "服务管家": "steward",
    "管家": "steward",
    "网格员": "steward",
    "社区专干": "clerk",
    "社区工作人员": "clerk",
    "受理员": "clerk",
    "调度员": "dispatcher",
    "派单员": "dispatcher",
    "承办人": "handler",
    "经办人": "handler",
    "牵头部门": "lead_office",
    "营商办": "lead_office",
    "裁定人": "arbiter",
    "督查": "supervisor",
    "督导": "supervisor",
    "纪检": "discipline",
    "领导": "leader",
    "系统管理员": "administrator",
    "安全管理员": "security_administrator",
    "审计员": "auditor",
}

PostKey = tuple[int, str, int, str]


@dataclass(slots=True)
class _Staff:
    """What there is already. A post is known by its unit, role, place and title; two people may hold it."""

    units: Units
    places: Places
    top: int
    on: date
    officers: dict[str, Officer]
    posts: dict[PostKey, Post]
    held: set[tuple[int, int]]


def _load(batch: Batch) -> None:
    """An officer has a row for each post; the first row says who they are. Without a role the row makes no post."""
    on = localdate(batch.at)
    posts = Post.objects.filter(valid_to__isnull=True)
    current = PostHolding.objects.filter(valid_to__isnull=True)
    staff = _Staff(
        Units(),
        Places(),
        the_district(on).pk,
        on,
        {one.staff_number: one for one in Officer.objects.defer("mobile")},
        {(one.unit_id, one.role, one.place_id, one.title): one for one in posts},
        set(current.values_list("officer_id", "post_id")),
    )
    records = batch.good()
    for done, record in enumerate(records, start=1):
        try:
            _take(batch, record, staff)
        except Problem as problem:
            batch.refuse(record, problem.field or "staff_number", problem)
        if done % 200 == 0:
            batch.progress(done, len(records))


def _take(batch: Batch, record: Record, staff: _Staff) -> None:
    unit_id = staff.units.find(record["unit"], field="unit")
    names = level_names(record)
    place_id = staff.places.find(names) if names else staff.top
    number = record["staff_number"]
    known = staff.officers.get(number)
    if known is not None and known.name != record["name"]:
        raise Problem(STAFF_NUMBER_TAKEN, field="staff_number", number=number, officer=known.name)
    if known is None:
        known = staff.officers[number] = _officer(record, unit_id)
        batch.report.count("officer")
    if record["role"] is None:
        return
    title = record["title"] or record["role"]
    key = (unit_id, record["role"], place_id, title)
    if key not in staff.posts:
        staff.posts[key] = Post.objects.create(
            unit_id=unit_id, role=record["role"], place_id=place_id, title=title, valid_from=staff.on
        )
        batch.report.count("post")
    post = staff.posts[key]
    if (known.pk, post.pk) in staff.held:
        raise Problem(ALREADY_HOLDS, field="title", officer=known.name, post=title)
    PostHolding.objects.create(officer=known, post=post, valid_from=staff.on)
    staff.held.add((known.pk, post.pk))
    batch.report.count("holding")


def _officer(record: Record, unit_id: int) -> Officer:
    mobile = record["mobile"] or ""
    return Officer.objects.create(
        name=record["name"],
        staff_number=record["staff_number"],
        unit_id=unit_id,
        work_phone=record["work_phone"] or "",
        mobile=mobile,
        mobile_index=blind_index(mobile, rules.PHONE) if mobile else "",
    )


OFFICERS = Kind(
    "officers",
    _("import officers"),
    (
        Field("staff_number", _("Staff number"), ("工号", "人员编号", "staff_number"), required=True, limit=32),
        Field("name", _("Full name"), ("姓名", "name"), required=True, limit=40),
        Field("unit", _("Unit"), ("单位", "所在单位", "单位名称", "unit"), required=True, limit=80),
        Field("title", _("Post title"), ("岗位", "职务", "title"), limit=80),
        Field(
            "role",
            _("Role"),
            ("角色", "岗位角色", "role"),
            one_of(*(role.value for role in Role)),
            values=_ROLES,
        ),
        Field("work_phone", _("Work phone"), ("办公电话", "work_phone"), phone),
        Field("mobile", _("Mobile"), ("手机", "手机号", "mobile"), phone, personal=True),
        *LEVEL_FIELDS,
    ),
    policy.may_import,
    _load,
)
