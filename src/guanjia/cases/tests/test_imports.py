"""Requests kept elsewhere: what a row becomes, what is refused, what is only remarked on."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from guanjia.cases import jobs, verification
from guanjia.cases.imports import CASES
from guanjia.cases.models import Asker, Case, Event
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind
from guanjia.kernel.import_report import Report
from guanjia.kernel.importing import load_mapping, run
from guanjia.kernel.problems import Problem
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db

ROW = {
    "编号": "A-1",
    "标题": "路灯不亮",
    "内容": "\n\t\t\t楼下路灯不亮了，晚上很黑",
    "时间": "2019/2/28 11:25:05",
    "类别": "路灯照明",
    "地址": "柳荫家园3号楼",
    "诉求人": "李晓燕",
    "电话": "13900000001",
}


@pytest.fixture
def load(served: Served, tmp_path: Path) -> Any:
    """Write the rows (each as it differs from ROW) as a CSV and load it."""

    def loaded(*rows: dict[str, str], mapping: str = "", **more: Any) -> Report:
        path = tmp_path / "messages.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(ROW | (rows[0] if rows else {})))
            writer.writeheader()
            writer.writerows(ROW | row for row in rows or ({},))
        toml = tmp_path / "map.toml"
        toml.write_text(mapping, "utf-8")
        return run(CASES, path, SYSTEM, at=MONDAY, mapping=load_mapping(toml, CASES), **more)

    return loaded


def codes(report: Report) -> list[tuple[int, str]]:
    return [(remark.line, remark.problem.code) for remark in report.refused]


def test_a_row_becomes_a_dispatched_case_with_its_true_time(load: Any, served: Served) -> None:
    report = load()
    assert report.stored
    case = Case.objects.get()
    assert case.occurred_at == datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
    assert (case.recorded_at, case.registered_at) == (MONDAY, MONDAY)
    assert (case.text, case.category, case.channel) == ("楼下路灯不亮了，晚上很黑", "lighting", "import")
    assert (case.place, case.holder_officer) == (
        served.district.places["柳荫家园"],
        served.district.officers["陈静"],
    )
    assert Asker.objects.get(case=case).contact.name == "李晓燕"
    first = Event.objects.get(case=case, seq=1)
    assert (first.data["source_key"], first.recorded_at) == ("A-1", MONDAY)
    assert list(verification.verify()) == []
    assert jobs.prove() == []


def test_a_file_loaded_again_brings_only_what_is_new(load: Any) -> None:
    load({}, {"编号": "A-2", "内容": "窗外有一盏路灯坏了"})
    again = load({}, {"编号": "A-2", "内容": "窗外有一盏路灯坏了"}, {"编号": "A-3", "内容": "第三盏路灯也坏了"})
    assert (again.loaded["already_loaded"], again.loaded["case"]) == (2, 1)
    assert Case.objects.count() == 3


def test_rows_without_a_number_are_known_by_what_they_say_and_how_often(load: Any) -> None:
    twice = ({"编号": ""}, {"编号": ""})
    assert load(*twice).loaded["case"] == 2
    assert load(*twice).loaded.get("case", 0) == 0
    assert load(*twice, {"编号": ""}).loaded["case"] == 1


def test_the_same_words_are_remarked_on_and_kept(load: Any, served: Served) -> None:
    before = served.ask("楼下路灯不亮了，\n晚上很黑")
    report = load(
        {},
        {"编号": "A-2", "内容": "楼下 路灯不亮了，晚上很黑"},
        {"编号": "A-3", "内容": "谢谢"},
        {"编号": "A-4", "内容": "谢谢"},
    )
    others = [(remark.line, remark.problem.params["other"]) for remark in report.warnings]
    assert [other for _line, other in others] == [before.number, before.number]
    assert report.loaded["case"] == 4


def test_a_trial_names_lines_and_stores_nothing(load: Any) -> None:
    report = load(
        {"内容": "楼下路灯不亮了，晚上很黑"}, {"编号": "A-2", "内容": "楼下路灯不亮了，晚上很黑"}, dry_run=True
    )
    assert [remark.problem.params for remark in report.warnings] == [{"number": "3", "other": "2"}]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"内容": ""}, "field.missing"),
        ({"内容": "长" * 10_001}, "field.too_long"),
        ({"内容": "路灯\u202e不亮"}, "field.control_characters"),
        ({"时间": "28.2.2019"}, "field.invalid"),
        ({"时间": "2030-01-01"}, "case.happens_later"),
        ({"类别": "没有这一类"}, "case.unknown_category"),
        ({"电话": "12"}, "field.invalid"),
        ({"编号": "A-0"}, "import.repeated"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(load: Any, row: dict[str, str], code: str) -> None:
    first = {"编号": "A-0", "内容": "另一盏路灯坏了"}
    report = load(first, row)
    assert [found for _line, found in codes(report)] == [code]
    assert not report.stored
    assert not Case.objects.exists()
    assert load(first, row, skip_bad=True).stored
    assert Case.objects.count() == 1


def test_the_text_suggests_a_category_and_the_mapping_names_one_for_the_rest(load: Any) -> None:
    rows = ({"类别": ""}, {"编号": "A-2", "类别": "", "标题": "你好", "内容": "请问有人在吗，想咨询一下"})
    assert [code for _line, code in codes(load(*rows))] == ["case.no_category"]
    report = load(*rows, mapping='[constants]\notherwise = "lighting"\n')
    assert (report.loaded["category_suggested"], report.loaded["category_otherwise"]) == (1, 1)


def test_a_letter_of_seven_thousand_characters_stays_whole(load: Any) -> None:
    load({"内容": "路灯" * 3500})
    assert len(Case.objects.get().text) == 7000


def test_a_point_decides_the_place_before_the_address_does(load: Any, served: Served) -> None:
    shop = served.district.places["槐香苑"]
    load({"经度": str(shop.centre_lon), "纬度": str(shop.centre_lat)})
    assert Case.objects.get().place == shop


def test_without_a_running_programme_every_row_is_refused(load: Any, served: Served) -> None:
    served.programme.stopped_at = MONDAY
    served.programme.save()
    assert [code for _line, code in codes(load())] == ["case.no_programme"]


def test_only_who_may_import_may(load: Any) -> None:
    with pytest.raises(Problem, match="^not_allowed:"):
        run(CASES, Path("x.csv"), Actor(kind=ActorKind.OFFICER), at=MONDAY)


def test_an_import_costs_few_queries_for_each_row(load: Any, django_assert_max_num_queries: Any) -> None:
    rows = [{"编号": f"B-{number}", "内容": f"第{number}盏路灯坏了"} for number in range(60)]
    load(*rows[:1])
    with django_assert_max_num_queries(40):
        load(*rows)
    assert Case.objects.count() == 60
