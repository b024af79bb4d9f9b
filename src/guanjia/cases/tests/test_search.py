"""Words of one, two or many characters are found, on both databases, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.cases import search
from guanjia.cases.models import Case
from guanjia.cases.search import matching, words
from tests.programme import Served


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("路灯不亮", ["路", "灯", "不", "亮"]),
        ("3号楼WiFi坏了", ["3", "号", "楼", "wifi", "坏", "了"]),
        ("😀，。", []),
        ("A_b", ["a", "b"]),
        ("", []),
    ],
)
def test_each_character_is_a_word_and_latin_words_stay_whole(text: str, spoken: list[str]) -> None:
    assert words(text) == spoken


@given(st.text())
def test_any_text_can_be_cut_into_words(text: str) -> None:
    assert all(word and " " not in word and "'" not in word and '"' not in word for word in words(text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("路灯", True),
        ("灯", True),
        ("楼下路灯不亮了", True),
        ("灯路", False),
        ("路灯 晚上", True),
        ("路灯 早上", False),
        ("WIFI", True),
        ("O'Neil\" OR", False),
        ("' & | !", False),
        ("柳荫家园", True),
    ],
)
def test_a_query_is_found_as_it_is_written(served: Served, query: str, hit: bool) -> None:
    case = served.ask("楼下路灯不亮了，晚上很黑，wifi 也断了", address="柳荫家园三号楼")
    served.ask("下水道堵了")
    assert list(matching(Case.objects.all(), query)) == ([case] if hit else [])


@pytest.mark.django_db
@pytest.mark.parametrize(("few", "common"), [(0, 50), (2, 50), (1000, 50), (1000, 1)])
def test_a_common_word_finds_as_much_as_one_that_is_named_case_by_case(
    served: Served, few: int, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "COMMON", common)
    cases = [served.ask(f"第{number}盏路灯不亮") for number in range(3)]
    served.ask("下水道堵了")
    newest_first = matching(Case.objects.order_by("-pk"), "路灯")
    assert list(newest_first) == cases[::-1] and list(newest_first[:2]) == cases[:0:-1]
    assert list(matching(Case.objects.all(), "下水道 路灯")) == []
