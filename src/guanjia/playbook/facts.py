"""What the registry knows of a subject, and a form therefore does not ask again (enter once).

Each fact has the names under which forms ask for it: names of rows, and labels in Chinese and English. A row that
asks so without being bound is refused by the playbook check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from guanjia.kernel.text import gettext_noop as _

FactKey = Literal[
    "subject.name",
    "subject.place",
    "subject.address",
    "contact.name",
    "contact.phone",
    "business.credit_code",
    "business.industry",
    "business.employees",
    "household.building",
    "household.unit_no",
    "household.room",
    "household.members",
    "person.id_number",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """`kinds`: the subjects that have it. `personal`: shown masked, kept encrypted. `asked`: how forms ask for it, in
    small letters."""

    name: str
    kinds: tuple[str, ...]
    personal: bool
    asked: tuple[str, ...]


EVERYBODY = ("business", "household", "person", "place", "unit")
PEOPLE = ("business", "household", "person")

FACTS: dict[str, Fact] = {
    "subject.name": Fact(
        _("its name"), ("business", "unit", "place"), False, ("企业名称", "单位名称", "店铺名称", "business name")
    ),
    "subject.place": Fact(
        _("the grid or courtyard where it is"),
        EVERYBODY,
        False,
        ("所在网格", "所属网格", "所在庭院", "grid", "courtyard"),
    ),
    "subject.address": Fact(
        _("the address"),
        ("business", "household"),
        True,
        ("address", "地址", "详细地址", "经营地址", "家庭住址", "住址"),
    ),
    "contact.name": Fact(
        _("the name of whom to ask for"),
        PEOPLE,
        True,
        (
            "contact_name",
            "联系人",
            "联系人姓名",
            "户主",
            "户主姓名",
            "负责人",
            "负责人姓名",
            "contact",
            "name of the contact",
        ),
    ),
    "contact.phone": Fact(
        _("the phone by which it is reached"),
        PEOPLE,
        True,
        (
            "phone",
            "mobile",
            "tel",
            "telephone",
            "phone number",
            "电话",
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "联系方式",
        ),
    ),
    "business.credit_code": Fact(
        _("the unified social credit code"),
        ("business",),
        False,
        ("credit_code", "统一社会信用代码", "信用代码", "unified social credit code"),
    ),
    "business.industry": Fact(_("the industry by GB/T 4754"), ("business",), False, ("industry", "行业", "所属行业")),
    "business.employees": Fact(
        _("how many work there"),
        ("business",),
        False,
        ("employees", "员工人数", "从业人数", "职工人数", "number of employees"),
    ),
    "household.building": Fact(_("the building"), ("household",), False, ("building", "楼栋", "楼号")),
    "household.unit_no": Fact(_("the entrance"), ("household",), False, ("unit_no", "单元", "单元号", "entrance")),
    "household.room": Fact(_("the room"), ("household",), True, ("room", "房号", "室号", "room number")),
    "household.members": Fact(
        _("how many live there"), ("household",), False, ("members", "家庭人口", "家庭人口数", "number of members")
    ),
    "person.id_number": Fact(
        _("the identity number"),
        ("person",),
        True,
        ("id_number", "身份证号", "身份证号码", "公民身份号码", "identity number"),
    ),
}

assert set(FACTS) == set(get_args(FactKey))


def asked_for(about: str, words: Iterable[str]) -> str | None:
    """The fact that a row asks for by one of these words (its name, its labels), of a subject of the kind `about`."""
    given = {word.strip().rstrip("：:？?").casefold() for word in words}
    return next((key for key, fact in FACTS.items() if about in fact.kinds and given & set(fact.asked)), None)
