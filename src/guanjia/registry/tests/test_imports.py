from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from guanjia.kernel import importing
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.codes import credit_code_check
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.registry import queries
from guanjia.registry.imports import KINDS
from guanjia.registry.models import Business, Household, Officer, Place, PostHolding, Subject, Unit
from guanjia.registry.tests.conftest import AT, TODAY, District, square

Rows = list[dict[str, str]]


def credit_code(serial: int) -> str:
    body = f"9111000{serial:010d}"
    return body + credit_code_check(body)


def load(path: Path, kind: str, rows: Rows, *, actor: Actor = SYSTEM, **options: Any) -> importing.Report:
    with path.open("w", newline="", encoding="gb18030") as file:
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)
    return importing.run(KINDS[kind], path, actor, at=AT, **options)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "表.csv"


def problems(report: importing.Report) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.problem.code) for one in report.refused]


SHOPS: Rows = [
    {"企业名称": "迎春面馆", "统一社会信用代码": credit_code(1), "街道": "东桥街道办事处", "社区": "柳荫社区居委会",
     "网格": "第一网格", "联系人": "郑测试", "联系电话": "139 0000 0001", "从业人数": "3", "重点企业": "是"},
    {"企业名称": "清泉书店", "统一社会信用代码": credit_code(2), "经度": "110.012", "纬度": "30.002"},
    {"企业名称": "桃李超市", "社区": "松岭社区", "庭院": "桃李园"},
]  # fmt: skip


def test_businesses_load_with_their_place_by_names_or_by_point(district: District, file: Path) -> None:
    report = load(file, "businesses", SHOPS)
    assert (report.stored, report.loaded, report.refused) == (True, {"business": 3}, [])
    places = dict(Subject.objects.values_list("name", "place_id"))
    assert places == {
        "迎春面馆": district.id("w1"),
        "清泉书店": district.id("yard3"),
        "桃李超市": district.id("yard4"),
    }
    noodles = Business.objects.get(credit_code=credit_code(1))
    assert (noodles.contact_phone, noodles.employees, noodles.is_key) == ("13900000001", 3, True)
    assert AuditEntry.objects.get().verb == "import.businesses"


BAD: Rows = [
    {**SHOPS[0], "统一社会信用代码": "91110000000000000X"},
    {**SHOPS[0], "企业名称": ""},
    {**SHOPS[0], "统一社会信用代码": credit_code(3), "联系电话": "不详"},
    {**SHOPS[0], "统一社会信用代码": credit_code(4), "网格": "第九网格"},
    {"企业名称": "流动摊", "网格": "第一网格"},
    {"企业名称": "天边店", "经度": "120", "纬度": "30"},
    SHOPS[1],
    SHOPS[1],
]


def test_every_bad_row_is_named_with_its_line_and_nothing_is_loaded(district: District, file: Path) -> None:
    report = load(file, "businesses", BAD)
    assert problems(report) == [
        (2, "统一社会信用代码", "field.invalid"),
        (3, "企业名称", "field.missing"),
        (4, "联系电话", "field.invalid"),
        (5, "网格", "import.unknown_place"),
        (6, "网格", "import.ambiguous_place"),
        (7, "经度", "import.unknown_place"),
        (9, "统一社会信用代码", "import.repeated"),
    ]
    assert not report.stored
    assert not Subject.objects.exists() and not AuditEntry.objects.exists()


def test_the_good_rows_load_when_asked_for(district: District, file: Path) -> None:
    report = load(file, "businesses", BAD, skip_bad=True)
    assert (report.stored, report.loaded) == (True, {"business": 1})
    again = load(file, "businesses", SHOPS[1:2])
    assert problems(again) == [(2, "统一社会信用代码", "import.known")]


def test_a_trial_says_what_would_happen_and_leaves_no_trace(district: District, file: Path) -> None:
    report = load(file, "businesses", SHOPS, dry_run=True)
    assert (report.stored, report.loaded) == (False, {"business": 3})
    assert not Subject.objects.exists() and not AuditEntry.objects.exists()


def test_the_report_does_not_repeat_people_s_data(district: District, file: Path, tmp_path: Path) -> None:
    rows = [{**SHOPS[0], "联系电话": "139000000012345678901"}]
    data = load(file, "businesses", rows).as_data()
    assert data["refused"][0]["value"].startswith("1*")
    assert "13900" not in json.dumps(data, ensure_ascii=False)


def test_only_an_administrator_imports(clerk: Actor, district: District, file: Path) -> None:
    with pytest.raises(Problem) as refused:
        load(file, "businesses", SHOPS, actor=clerk)
    assert refused.value.code == "not_allowed"


def test_places_load_from_the_top_whatever_their_order(db: None, file: Path) -> None:
    rows = [
        {"街道": "东桥街道", "社区": "柳荫社区", "网格": "第一网格", "庭院": "桃李园", "户数": "120",
         "别名": "老粮站；建设路12号", "边界": json.dumps(square(110, 30, 0.002))},
        {"街道": "东桥街道", "社区": "柳荫社区", "网格": "第一网格", "庭院": "电厂院",
         "边界": json.dumps(square(110.001, 30, 0.002))},
        {"街道": "东桥街道", "社区": "柳荫社区", "网格": "第一网格"},
        {"街道": "东桥街道"},
        {"街道": "东桥街道", "社区": "柳荫社区居委会", "编码": "110001001", "版本": "2020"},
    ]  # fmt: skip
    report = load(file, "places", rows)
    assert report.loaded == {"street": 1, "community": 1, "grid": 1, "courtyard": 2}
    assert [(one.line, one.problem.code) for one in report.warnings] == [(2, "place.overlap")]
    yard = queries.locate_address("老粮站门口")[0].place
    assert [one.name for one in queries.ancestors(yard)][1:] == ["东桥街道", "柳荫社区", "第一网格", "桃李园"]
    assert queries.code_as_of("110001001", "2020").name == "柳荫社区"
    assert problems(load(file, "places", rows[3:4])) == [(2, "街道", "import.known")]


def test_a_place_without_what_stands_above_it_is_refused(district: District, file: Path) -> None:
    rows = [
        {"街道": "东桥街道", "社区": "柳荫社区", "网格": "", "庭院": "新院", "边界": ""},
        {"街道": "东桥街道", "社区": "无名社区", "网格": "第一网格", "庭院": "", "边界": ""},
        {"街道": "东桥街道", "社区": "枫林社区", "网格": "", "庭院": "", "边界": "不是图形"},
        {"街道": "东桥街道", "社区": "枫林社区", "网格": "第一网格", "庭院": "", "边界": ""},
    ]
    report = load(file, "places", rows, skip_bad=True)
    assert sorted(problems(report)) == [
        (2, "庭院", "place.wrong_level"),
        (3, "社区", "import.unknown_place"),
        (4, "边界", "field.invalid"),
        (5, "社区", "import.unknown_place"),
    ]
    assert Place.objects.count() == len(district.places)


def test_units_find_their_parents_anywhere_in_the_file(district: District, file: Path) -> None:
    rows = [
        {"单位名称": "综合执法队", "类别": "队伍", "上级单位": "东桥街道办事处", "街道": "东桥街道", "电话": ""},
        {"单位名称": "东桥街道办事处", "类别": "街道", "上级单位": "", "街道": "东桥街道", "电话": "0371-1234567"},
    ]
    assert load(file, "units", rows).loaded == {"unit": 2}
    team = Unit.objects.get(name="综合执法队")
    assert team.parent is not None and team.parent.name == "东桥街道办事处"
    lost = [{"单位名称": "无根科", "类别": "部门", "上级单位": "无名局"}, {"单位名称": "x", "类别": "帮会"}]
    assert sorted(problems(load(file, "units", lost))) == [
        (2, "上级单位", "import.unknown_unit"),
        (3, "类别", "field.invalid"),
    ]


def test_an_officer_with_two_posts_has_two_rows(district: District, file: Path) -> None:
    load(file, "units", [{"单位名称": "柳荫社区居委会", "类别": "社区居委会", "社区": "柳荫社区"}])
    facts = {"工号": "0001", "姓名": "周测试", "单位": "柳荫社区居委会", "手机": "13900000001"}
    rows = [
        {**facts, "角色": "服务管家", "岗位": "管家", "社区": "柳荫社区", "网格": "第一网格"},
        {**facts, "角色": "社区专干", "岗位": "专干", "社区": "柳荫社区", "网格": ""},
    ]
    assert load(file, "officers", rows).loaded == {"officer": 1, "post": 2, "holding": 2}
    assert Officer.objects.get().mobile == "13900000001"
    assert PostHolding.objects.filter(valid_from=TODAY).count() == 2
    other = [{**rows[0], "姓名": "别人"}, {**rows[0]}, {**rows[0], "工号": "2", "单位": "无名局"}]
    assert [code for _line, _column, code in problems(load(file, "officers", other))] == [
        "officer.staff_number_taken",
        "post.already_held",
        "import.unknown_unit",
    ]


def test_households_load_from_a_sheet_with_a_title_above_its_headings(district: District, tmp_path: Path) -> None:
    path = tmp_path / "住户.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "东桥街道住户登记表（2026年）")
    sheet.write_row(2, 0, ["序号", "社区", "庭院*", "楼栋", "单元", "房号", "家庭人口", "详细地址"])
    sheet.write_row(3, 0, [1, "柳荫社区", "桃李园", 3, 2, 501, 4, "桃李路9号3号楼2单元501"])
    sheet.write_row(4, 0, [2, "柳荫社区", "桃李园", "", "", "", "", ""])
    sheet.write_row(5, 0, [3, "柳荫社区", "桃李园", 3, 2, 501, 4, ""])
    book.close()
    report = importing.run(KINDS["households"], path, SYSTEM, at=AT, skip_bad=True)
    assert problems(report) == [(5, "房号", "field.missing"), (6, "房号", "import.repeated")]
    assert report.unread == ["序号"]
    home = Household.objects.select_related("subject").get()
    assert (home.subject.name, home.subject.place_id, home.members) == ("3号楼2单元501", district.id("yard2"), 4)
    assert home.address == "桃李路9号3号楼2单元501"


def test_a_mapping_file_names_the_columns_of_a_strange_list(district: District, file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'required = ["credit_code"]\n[columns]\nname = "店招"\n[constants]\ncommunity = "柳荫社区"\n'
        'coordinates = "gcj02"\n[values.is_key]\n"★★" = "true"\n',
        encoding="utf-8",
    )
    read = importing.load_mapping(mapping, KINDS["businesses"])
    rows = [
        {"店招": "甲店", "信用代码": credit_code(1), "重点企业": "★★", "经度": "110.0056", "纬度": "30.0"},
        {"店招": "乙店", "信用代码": "", "重点企业": "", "经度": "", "纬度": ""},
    ]
    report = load(file, "businesses", rows, mapping=read, skip_bad=True)
    assert [code for _line, _column, code in problems(report)] == ["field.missing"]
    shop = Subject.objects.get()
    assert (shop.name, shop.business.is_key, shop.place_id) == ("甲店", True, district.id("willow"))
    assert shop.lon is not None and abs(shop.lon - 110.0056) > 0.001


@pytest.mark.parametrize("text", ["[columns\n", '[colums]\nname = "x"\n', '[columns]\nnam = "x"\n', "columns = 3\n"])
def test_a_mapping_with_an_unknown_word_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as refused:
        importing.load_mapping(path, KINDS["businesses"])
    assert refused.value.code == "import.bad_mapping"
