"""`guanjia place`: which community was this code, then?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guanjia.cli.main import main
from guanjia.registry import actions
from tests.people import District

pytestmark = pytest.mark.django_db
CODE, OTHER, GRID = "110101001001", "110101001002", "110101002001001"


def place(*words: str) -> Result:
    return CliRunner().invoke(main, ["place", *words, "--lang", "en"], catch_exceptions=False)


def told(*words: str) -> list[dict[str, Any]]:
    return list(json.loads(place(*words, "--json").stdout))


@pytest.fixture(autouse=True)
def coded(district: District) -> District:
    """The list of 2026 gave 柳荫's code to 槐树; two grids of 杏坛, one with a code, became one."""
    administrator = district.actor("高翔")

    def give(name: str, edition: str, code: str, on: date) -> None:
        place_id = district.places[name].pk
        actions.recode_place(administrator, place_id, edition=edition, code=code, at=district.at, on=on)

    give("柳荫社区", "2025", CODE, date(2025, 2, 1))
    give("槐树社区", "2025", OTHER, date(2025, 2, 1))
    give("柳荫社区", "2026", OTHER, date(2026, 1, 1))
    give("槐树社区", "2026", CODE, date(2026, 1, 1))
    renamed = district.places["柳荫社区"].pk
    actions.rename_place(administrator, renamed, name="柳浪社区", at=district.at, on=date(2026, 3, 1))
    give("杏坛第一网格", "2025", GRID, date(2025, 2, 1))
    grids = [district.places[name].pk for name in ("杏坛第一网格", "杏坛第二网格")]
    actions.merge_grids(administrator, grids, name="杏坛网格", at=district.at, on=date(2026, 5, 1))
    return district


def test_a_code_is_answered_for_its_day_by_the_names_of_then() -> None:
    result = place(CODE, "--on", "2025-06-01")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "青禾区 / 东湖街道 / 柳荫社区  Community",
        f"  {CODE} in edition 2025, from 2025-02-01 until 2026-01-01",
        "  2026-01-01 Recoded",
        "  2026-03-01 Renamed",
        "  Today: 柳浪社区",
    ]
    assert "槐树社区" in place(CODE, "--on", "2026-06-01").stdout


def test_without_a_day_every_place_that_ever_had_it_is_told() -> None:
    assert [(one["edition"], one["names"][-1]) for one in told(CODE)] == [("2025", "柳荫社区"), ("2026", "槐树社区")]


def test_what_became_of_a_place_that_is_no_more_is_told(district: District) -> None:
    (one,) = told(GRID, "--on", "2026-04-30")
    assert one["place"]["valid_to"] == "2026-05-01"
    (step,) = one["became"]
    assert (step["on"], step["kind"], [each["name"] for each in step["into"]]) == ("2026-05-01", "merge", ["杏坛网格"])
    assert one["today"] == step["into"]
    said = place(GRID, "--on", "2026-04-30").stdout
    assert "It is no more since 2026-05-01." in said and "Merged → 杏坛网格" in said and "Today: 杏坛网格" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["999999"], "No place ever had the code 999999."),
        ([CODE, "--on", "2024-06-01"], f"No place had the code {CODE} on 2024-06-01."),
        ([GRID, "--on", "2026-05-01"], "It stood for a place at other times: 2025-02-01–"),
    ],
)
def test_a_code_of_no_place_ends_with_one_and_says_when_it_was_one(words: list[str], said: str) -> None:
    result = place(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert (place(*words, "--json").exit_code, told(*words)) == (1, [])


def test_a_day_that_is_none_is_refused_as_a_wrong_call() -> None:
    assert place(CODE, "--on", "2019-13-01").exit_code == 2
