"""Lists are narrowed to who looks, paged, and cost a fixed number of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guanjia.cases.models import Case
from guanjia.cases.queries import board, lists, page, public, similar
from guanjia.kernel.problems import Problem
from guanjia.registry import stamps
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(served: Served) -> list[Case]:
    """Twelve requests: nine with 陈静, two at the desk, one handed over sealed."""
    made = [served.ask(f"第{number}盏路灯不亮", hours=number / 10) for number in range(9)]
    made += [served.ask("槐香苑路灯", place_id=served.district.places["槐香苑"].pk) for _ in range(2)]
    made.append(served.ask("反映作风问题", category="work-style"))
    return made


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("陈静", 9),
        ("周敏", 9),
        ("赵磊", 11),
        ("郑强", 11),
        ("马骏", 11),
        ("何平", 1),
        ("孙浩", 0),
        ("高翔", 0),
        ("林涛", 0),
        ("邓婷", 11),
    ],
)
def test_everybody_sees_their_own_part_of_the_ledger(served: Served, cases: list[Case], who: str, sees: int) -> None:
    actor = served.district.actor(who, MONDAY)
    assert lists.filtered(actor, lists.Filters(), at=MONDAY).count() == sees


def test_pages_by_due_moment_hold_every_case_once(served: Served, cases: list[Case]) -> None:
    actor = served.district.actor("陈静", MONDAY)
    seen, cursor = [], None
    while True:
        found = lists.my_work(actor, size=4, cursor=cursor)
        seen += [case.pk for case in found.rows]
        cursor = found.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(case.pk for case in cases[:9])
    assert found.previous is not None


@pytest.mark.parametrize("size", [2, 8])
def test_lists_cost_the_same_whatever_their_length(
    served: Served, cases: list[Case], size: int, django_assert_num_queries: Any
) -> None:
    actor = served.district.actor("赵磊", MONDAY)
    with stamps.read_once():
        lists.ledger_page(actor, lists.Filters(), at=MONDAY)  # places and units are read once in a process
        for query in (lists.my_work, lists.unit_work, lists.to_dispatch, lists.to_rule_on, lists.to_follow_up):
            with django_assert_num_queries(1):
                rows = query(actor, size=size).rows
                assert all(str(row.holder_unit) and row.number for row in rows)
        with django_assert_num_queries(1):
            rows = lists.ledger_page(actor, lists.Filters(), at=MONDAY, size=size).rows
            assert [str(row.holder_officer or row.community) for row in rows]
        with django_assert_num_queries(1):
            assert len(public.public_ledger(lists.Filters(), at=MONDAY, size=size).rows) == size


def test_the_case_page_costs_the_same_however_long_its_history(served: Served, django_assert_num_queries: Any) -> None:
    short, long = served.ask(), served.ask("另一盏路灯")
    served.act("陈静", long, "accept", hours=0.1)
    for number in range(20):
        served.act("陈静", long, "note", hours=0.2 + number / 100, text=f"第{number}次记录")
    actor = served.district.actor("陈静", MONDAY)
    page.case_page(actor, short.pk, at=MONDAY)
    with django_assert_num_queries(7):
        page.case_page(actor, short.pk, at=MONDAY)
    with django_assert_num_queries(7):
        assert len(page.case_page(actor, long.pk, at=MONDAY).timeline) == 23


@pytest.mark.parametrize(
    ("raw", "only", "hits"),
    [
        ({"text": "第3盏"}, (), 1),
        ({"status": "assigned"}, (), 9),
        ({"status": "registered"}, ("open",), 2),
        ({"category": "lighting", "since": "2026-03-02", "until": "2026-03-02"}, (), 11),
        ({"since": "2026-03-03"}, (), 0),
        ({}, ("closed",), 0),
        ({}, ("redone", "open"), 0),
    ],
)
def test_filters_narrow(
    served: Served, cases: list[Case], raw: dict[str, str], only: tuple[str, ...], hits: int
) -> None:
    filters = lists.read_filters(raw, only)
    assert lists.filtered(served.district.actor("赵磊", MONDAY), filters, at=MONDAY).count() == hits


@pytest.mark.parametrize("raw", [{"place": "x"}, {"since": "yesterday"}, {"status": "gone"}, {"outcome": "?"}])
def test_a_filter_that_is_none_is_refused_with_its_field(raw: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        lists.read_filters(raw)
    assert refused.value.field in raw


def test_a_ledger_number_typed_into_the_search_opens_its_case(served: Served, cases: list[Case]) -> None:
    actor = served.district.actor("赵磊", MONDAY)
    assert list(lists.filtered(actor, lists.Filters(text=cases[4].number), at=MONDAY)) == [cases[4]]


def test_the_boards_numbers_are_those_of_the_lists(served: Served, cases: list[Case]) -> None:
    actor = served.district.actor("郑强", MONDAY)
    at = served.at(24)
    made = board.board(actor, by="unit", at=at)
    assert made.total.open == 11
    for row in made.rows:
        opened = lists.filtered(actor, lists.Filters(unit=row.id, only=("overdue",)), at=at).count()
        assert opened == row.overdue


def test_similar_open_cases_are_offered_to_join(served: Served, cases: list[Case]) -> None:
    place = served.district.places["柳荫家园"]
    found = similar.similar_open(text="第3盏路灯不亮了", category="lighting", place_path=place.path, at=served.at(24))
    assert found[0].case.pk == cases[3].pk
    assert not similar.similar_open(text="下水道堵塞", category="drainage", place_path=place.path, at=served.at(24))


def test_one_s_own_case_is_found_by_number_and_phone_only(served: Served, cases: list[Case]) -> None:
    case, _contact = public.find_by_proof(cases[0].number.replace("-", " "), "0001")
    assert case == cases[0]
    for number, last4 in ((cases[0].number, "0002"), ("2025" + cases[0].number[4:], "0001"), ("", ""), ("x", "0001")):
        with pytest.raises(Problem, match=r"^case\.wrong_proof:"):
            public.find_by_proof(number, last4)


def test_since_and_until_are_days_of_the_district(served: Served) -> None:
    late_evening = served.ask(hours=14.9)  # 23:54 in the district, the day before in UTC+0
    filters = lists.Filters(since=date(2026, 3, 2), until=date(2026, 3, 2))
    assert late_evening in lists.filtered(served.district.actor("赵磊", MONDAY), filters, at=MONDAY)
