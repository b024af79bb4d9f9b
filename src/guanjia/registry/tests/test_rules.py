from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.registry import rules
from guanjia.registry.rules import KnownName, Span


def test_each_kind_stands_under_the_one_before_it_only() -> None:
    kinds: list[str | None] = [None, *rules.LEVELS]
    fitting = [(kind, parent) for kind in rules.LEVELS for parent in kinds if rules.fits_under(kind, parent)]
    assert fitting == list(zip(rules.LEVELS, kinds, strict=False))


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=5), max_size=12))
def test_the_widest_paths_cover_the_same_places_without_repeating(ids: list[list[int]]) -> None:
    paths = ["/" + "/".join(map(str, one)) + "/" for one in ids]
    kept = rules.widest(paths)
    assert all(any(path.startswith(wide) for wide in kept) for path in paths)
    assert not any(one != other and one.startswith(other) for one in kept for other in kept)


def test_a_path_is_not_below_one_whose_number_it_begins_with() -> None:
    assert not rules.is_within("/1/70/", "/1/7/")
    assert rules.widest(["/1/7/", "/1/70/", "/1/7/3/"]) == ["/1/7/", "/1/70/"]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("金地社区居委会", "金地社区"),
        ("金地 社区居民委员会", "金地社区"),
        ("东桥街道办事处", "东桥街道"),
        ("东桥街道", "东桥街道"),
        ("社区服务中心", "社区服务中心"),
        ("第一网格", "第一网格"),
    ],
)
def test_an_office_and_its_place_have_one_name(written: str, normal: str) -> None:
    assert rules.normal_name(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("建设路１２ 号院三栋2单元", "建设路12号院3号楼2单元"),
        ("二十一号楼 5#楼", "21号楼5号楼"),
        ("一百零八号", "108号"),
        ("一二〇号", "120号"),
        ("3幢501室", "3号楼501室"),
        ("三里桥社区三楼", "三里桥社区3楼"),
        ("Ａ座—１", "A座-1"),
    ],
)
def test_addresses_written_differently_become_one(written: str, normal: str) -> None:
    assert rules.normal_address(written) == normal


@given(st.text(max_size=40))
def test_normal_forms_are_stable(text: str) -> None:
    once = rules.normal_address(text)
    assert rules.normal_address(once) == once


@pytest.mark.parametrize(
    ("door", "label"),
    [
        (("3", "2", "501"), "3号楼2单元501"),
        (("3号楼", "", "501"), "3号楼501"),
        (("东楼", "二单元", "中户"), "东楼二单元中户"),
        (("", "", "12号"), "12号"),
    ],
)
def test_a_door_reads_as_people_say_it(door: tuple[str, str, str], label: str) -> None:
    assert rules.household_label(*door) == label


NAMES = [
    KnownName("东桥街道", 2, "/1/2/"),
    KnownName("柳荫社区", 3, "/1/2/3/"),
    KnownName("桃李园", 4, "/1/2/3/9/4/"),
    KnownName("桃李园", 5, "/1/6/7/8/5/"),
    KnownName("松岭社区", 7, "/1/6/7/"),
    KnownName("建设路12号", 10, "/1/2/3/9/10/"),
]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("桃李园3号楼", {4, 5}),
        ("松岭社区桃李园3号楼", {5}),
        ("东桥街道桃李园", {4}),
        ("我住柳荫社区", {3}),
        ("建设路12号院", {10}),
        ("建设路１２号", {10}),
        ("建设路112号", set()),
        ("没有地名的话", set()),
    ],
)
def test_an_address_means_the_place_that_explains_most_of_it(text: str, best: set[int]) -> None:
    found = rules.find_in_address(text, NAMES)
    assert {one.place_id for one in found if one.score == found[0].score} == best


def test_a_match_names_the_words_it_stands_on() -> None:
    found = rules.find_in_address("东桥街道柳荫社区桃李园", NAMES)[0]
    assert (found.words, found.score) == (("东桥街道", "柳荫社区", "桃李园"), 11)


@given(st.dates(), st.dates(), st.none() | st.dates(), st.none() | st.dates())
def test_spans_overlap_when_a_day_is_in_both(
    start: date, other_start: date, end: date | None, other_end: date | None
) -> None:
    one, other = Span(start, end), Span(other_start, other_end)
    if (end and end <= start) or (other_end and other_end <= other_start):
        return
    assert one.overlaps(other) == other.overlaps(one)
    latest = max(start, other_start)
    assert one.overlaps(other) == (one.holds(latest) and other.holds(latest))
