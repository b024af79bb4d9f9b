from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from guanjia.kernel import importing
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.registry import queries
from guanjia.registry.imports import KINDS
from guanjia.registry.lineage import Entry, recoded, reused, step
from guanjia.registry.models import Place, PlaceCode, PlaceSuccession, SuccessionKind
from guanjia.registry.tests.conftest import AT

BEFORE = [
    Entry("01", "东桥街道办事处", "0101", "柳荫社区居委会"),
    Entry("01", "东桥街道办事处", "0102", "荷塘社区居委会"),
    Entry("02", "西桥街道办事处", "0201", "松岭社区居委会"),
    Entry("03", "南桥街道办事处", "0301", "竹溪社区居委会"),
]


@pytest.mark.parametrize(
    ("after", "streets", "communities"),
    [
        pytest.param(
            [Entry("01", "东桥街道", "0101", "柳荫社区"), Entry("01", "东桥街道", "0102", "荷塘社区")],
            {"西桥街道": None, "南桥街道": None},
            {("西桥街道", "松岭社区"): None, ("南桥街道", "竹溪社区"): None},
            id="offices and places of one name are the same; what is not named any more has ended",
        ),
        pytest.param(
            [
                *BEFORE[2:],
                Entry("01", "东桥街道", "0101", "荷塘社区"),
                Entry("01", "东桥街道", "0102", "柳荫社区"),
            ],
            {},
            {},
            id="swapped codes change nothing",
        ),
        pytest.param(
            [*BEFORE[:3], Entry("03", "新南街道", "0301", "竹溪社区")],
            {"南桥街道": "新南街道"},
            {("南桥街道", "竹溪社区"): ("新南街道", "竹溪社区")},
            id="a street with its code under a new name was renamed",
        ),
        pytest.param(
            [*BEFORE[:3], Entry("02", "西桥街道", "0202", "竹溪社区")],
            {"南桥街道": None},
            {("南桥街道", "竹溪社区"): ("西桥街道", "竹溪社区")},
            id="a name that vanished here and appeared there has moved",
        ),
        pytest.param(
            [*BEFORE[:2], *BEFORE[3:], Entry("02", "西桥街道", "0201", "松涛社区")],
            {},
            {("西桥街道", "松岭社区"): ("西桥街道", "松涛社区")},
            id="a community with its code under a new name in its street was renamed",
        ),
    ],
)
def test_places_live_on_by_name_and_street(
    after: list[Entry],
    streets: dict[str, str | None],
    communities: dict[tuple[str, str], tuple[str, str] | None],
) -> None:
    made = step(BEFORE, after)
    assert {old: new for old, new in made.streets.items() if old != new} == streets
    assert {old: new for old, new in made.communities.items() if old != new} == communities


def test_a_name_that_vanished_twice_is_not_guessed_at() -> None:
    before = [Entry("01", "东桥街道", "0101", "中心社区"), Entry("02", "西桥街道", "0201", "中心社区")]
    made = step(before, [Entry("03", "南桥街道", "0301", "中心社区")])
    assert set(made.communities.values()) == {None}


def write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("版本", "街道代码", "街道", "社区代码", "社区"), *rows])
    return path


def code_list(path: Path, **options: object) -> importing.Report:
    return importing.run(KINDS["codes"], path, SYSTEM, at=AT, **options)


@pytest.mark.django_db
def test_an_older_edition_or_another_list_of_a_loaded_one_is_refused(tmp_path: Path) -> None:
    first = [("2019", "110001000", "东桥街道", "110001001", "柳荫社区")]
    assert code_list(write(tmp_path / "2019.csv", first)).stored
    again = code_list(write(tmp_path / "again.csv", first))
    assert (again.stored, again.loaded) == (True, {})
    for edition, code, expected in (
        ("2018", "110001001", "import.edition_order"),
        ("2019", "110001009", "import.edition_differs"),
    ):
        row = (edition, "110001000", "东桥街道", code, "柳荫社区")
        report = code_list(write(tmp_path / "other.csv", [row]), skip_bad=True)
        assert [one.problem.code for one in report.refused] == [expected]
        assert PlaceCode.objects.filter(place__kind="community").count() == 1


@pytest.mark.django_db
def test_a_list_with_a_bad_row_is_not_applied_in_part(tmp_path: Path) -> None:
    """Else the communities of the bad rows would seem to have ended."""
    code_list(write(tmp_path / "a.csv", [("2019", "110001000", "东桥街道", "110001001", "柳荫社区")]))
    rows = [
        ("2020", "110001000", "东桥街道", "1100x", "柳荫社区"),
        ("2020", "110001000", "东桥街道", "110001002", "荷塘社区"),
    ]
    report = code_list(write(tmp_path / "b.csv", rows), skip_bad=True)
    assert [one.line for one in report.refused] == [2]
    assert Place.objects.get(name="柳荫社区").valid_to is None


@pytest.mark.slow
@pytest.mark.django_db
def test_the_official_lists_of_three_editions_load_as_one_history(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("weidu_411002_communities_extract.csv")
    editions: dict[str, list[Entry]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            entry = Entry(row["street_code12"], row["street"], row["community_code12"], row["community"])
            editions.setdefault(row["edition"], []).append(entry)
    made = step(editions["2019"], editions["2020"])
    assert len(recoded(editions["2019"], editions["2020"], made)) == 29
    again = reused(editions["2019"], editions["2020"], made)
    assert len(again) == 4

    report = code_list(path)
    assert report.stored and not report.refused
    assert report.loaded["edition"] == 3
    assert PlaceCode.objects.filter(place__kind="community").count() == sum(map(len, editions.values()))
    assert Place.objects.filter(kind="community", valid_to__isnull=True).count() == len(editions["2020"])
    recodes = PlaceSuccession.objects.filter(kind=SuccessionKind.RECODE, old__kind="community")
    assert recodes.count() == 29
    for edition, entries in editions.items():
        for entry in entries:
            place = queries.code_as_of(entry.code, edition)
            then = queries.place_as_of(place.pk, PlaceCode.objects.get(edition=edition, code=entry.code).valid_from)
            assert then.names[1:] == (entry.street_key, entry.key)
    for code in again:
        assert queries.code_as_of(code, "2019") != queries.code_as_of(code, "2020")


@pytest.mark.django_db
def test_a_list_without_its_columns_says_which_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("街道,社区\n东桥街道,柳荫社区\n", encoding="utf-8")
    with pytest.raises(Problem) as refused:
        code_list(path)
    assert refused.value.code == "table.no_headings"
    assert "street_code12" in refused.value.params["missing"]
