from __future__ import annotations

from datetime import date, time

import pytest

from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.registry import actions, queries
from guanjia.registry.tests.conftest import AT, District

SPRING = {date(2027, 2, 6): (False, "春节"), date(2027, 2, 14): (True, "春节"), date(2026, 12, 31): (False, "元旦")}


@pytest.mark.django_db
def test_without_a_calendar_the_plain_week_is_estimated() -> None:
    calendar, hours = queries.work_calendar()
    monday = calendar.day(date(2026, 11, 23))
    assert (monday.working, monday.estimated) == (True, True)
    assert hours == DEFAULT_HOURS


@pytest.mark.django_db
def test_the_seed_holds_the_published_make_up_days_and_leaves_loaded_years_alone() -> None:
    actions.load_notice(SYSTEM, 2026, days={date(2026, 10, 1): (False, "国庆节")}, at=AT)
    years = actions.seed_calendar(SYSTEM, at=AT)
    assert 2025 in years and 2026 not in years
    calendar, _hours = queries.work_calendar()
    assert calendar.day(date(2025, 1, 26)).working
    assert not calendar.day(date(2025, 10, 8)).working
    assert calendar.day(date(2026, 10, 2)).working
    assert actions.seed_calendar(SYSTEM, at=AT) == []


@pytest.mark.django_db
def test_a_notice_makes_its_year_certain_and_tells_everybody() -> None:
    actions.seed_calendar(SYSTEM, at=AT)
    before, _hours = queries.work_calendar()
    assert before.day(date(2027, 2, 8)).estimated
    actions.load_notice(SYSTEM, 2027, days=SPRING, at=AT)
    after, _hours = queries.work_calendar()
    assert after.day(date(2027, 2, 14)).working and not after.day(date(2027, 2, 14)).estimated
    assert not after.day(date(2026, 12, 31)).working
    assert before.version != after.version
    news = OutboxMessage.objects.filter(topic="calendar.changed").last()
    assert news is not None and news.payload["years"] == [2027]


@pytest.mark.django_db
def test_a_corrected_notice_replaces_the_first_one() -> None:
    actions.load_notice(SYSTEM, 2027, days=SPRING, at=AT)
    actions.load_notice(SYSTEM, 2027, days={date(2027, 2, 7): (False, "春节")}, at=AT)
    calendar, _hours = queries.work_calendar()
    assert not calendar.day(date(2027, 2, 14)).working
    assert not calendar.day(date(2027, 2, 7)).working


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2028, 1, 1), date(2026, 11, 30)])
def test_a_notice_names_days_of_its_year(day: date) -> None:
    with pytest.raises(Problem) as refused:
        actions.load_notice(SYSTEM, 2027, days={day: (False, "")}, at=AT)
    assert refused.value.code == "calendar.bad_day"


def test_a_unit_keeps_its_own_hours_and_exceptions_over_the_district_s(
    administrator: Actor, district: District
) -> None:
    actions.seed_calendar(SYSTEM, at=AT)
    unit = actions.create_unit(SYSTEM, "service", name="政务服务中心", at=AT)
    flood, saturday = date(2026, 7, 14), date(2026, 7, 18)
    actions.set_unit_hours(administrator, None, hours=None, exceptions={flood: (False, "防汛")}, at=AT)
    whole_year = {"seasons": [{"first": "01-01", "last": "12-31", "spans": ["09:00-17:00"]}]}
    actions.set_unit_hours(administrator, unit.pk, hours=whole_year, exceptions={saturday: (True, "周末不打烊")}, at=AT)
    for unit_id, works, opens in ((None, [False, False], time(8, 30)), (unit.pk, [False, True], time(9))):
        calendar, hours = queries.work_calendar(unit_id)
        assert [calendar.day(day).working for day in (flood, saturday)] == works
        assert hours.spans_on(flood)[0][0] == opens


def test_hours_that_overlap_are_refused_with_the_reason(administrator: Actor, district: District) -> None:
    bad = {"seasons": [{"first": "01-01", "last": "12-31", "spans": ["09:00-12:00", "11:00-17:00"]}]}
    with pytest.raises(Problem) as refused:
        actions.set_unit_hours(administrator, None, hours=bad, at=AT)
    assert refused.value.code == "calendar.bad_hours"


@pytest.mark.django_db
def test_the_calendar_is_read_again_only_when_it_changed(django_assert_num_queries: object) -> None:
    actions.seed_calendar(SYSTEM, at=AT)
    first = queries.work_calendar()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.work_calendar() is first
    actions.load_notice(SYSTEM, 2027, days=SPRING, at=AT)
    assert queries.work_calendar() is not first
