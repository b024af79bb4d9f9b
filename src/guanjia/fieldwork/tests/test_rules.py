"""Cadence, periods, rounds and shifts: tables, and properties that hold for whatever is given."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.fieldwork.rules.cadence import WANTED, Reason, earliest, next_due, too_often
from guanjia.fieldwork.rules.periods import Every, days_after, due_of, next_month, period_of
from guanjia.fieldwork.rules.rounds import Stop, in_order, length, nearest_first, uncrossed
from guanjia.fieldwork.rules.shifts import Shift, shift_at, uncovered_minutes
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema import Visits

PLAIN = WorkCalendar({}, range(1990, 2101))
DAYS = st.dates(date(2000, 1, 1), date(2099, 11, 30))
EVERY: tuple[Every, ...] = ("week", "fortnight", "month", "quarter", "half-year", "year")


@pytest.mark.parametrize(
    ("every", "day", "key", "first", "last"),
    [
        ("week", date(2026, 3, 2), "2026-W10", date(2026, 3, 2), date(2026, 3, 8)),
        ("week", date(2026, 12, 31), "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("fortnight", date(2026, 3, 9), "2026-W10-11", date(2026, 3, 2), date(2026, 3, 15)),
        ("month", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("quarter", date(2026, 11, 21), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("half-year", date(2026, 6, 30), "2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", date(2026, 6, 30), "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_name_and_its_days(every, day, key, first, last):
    found = period_of(every, day)
    assert (found.key, found.first, found.last) == (key, first, last)


@given(st.sampled_from(EVERY), DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(every, day):
    found = period_of(every, day)
    after = period_of(every, found.last + timedelta(days=1))
    assert found.first <= day <= found.last
    assert after.first == found.last + timedelta(days=1)
    assert period_of(every, found.first) == period_of(every, found.last) == found != after
    assert found.key != after.key


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("0d", date(2026, 2, 28)),
        ("5wd", date(2026, 3, 6)),
        ("1d", date(2026, 3, 2)),  # Sunday 1 March is a day off
        ("10d", date(2026, 3, 10)),
        ("25h", date(2026, 3, 2)),
    ],
)
def test_a_duty_of_february_is_due_after_it(limit, due):
    assert due_of(period_of("month", date(2026, 2, 10)), Limit.parse(limit), PLAIN) == due


@given(DAYS, st.integers(1, 40), st.sampled_from(["d", "wd"]))
def test_a_limit_ends_on_a_working_day_and_a_longer_one_no_earlier(day, amount, unit):
    one, more = (days_after(day, Limit.parse(f"{count}{unit}"), PLAIN) for count in (amount, amount + 1))
    assert PLAIN.day(one).working and day < one <= more


def test_a_make_up_day_counts_and_a_holiday_does_not():
    calendar = WorkCalendar({date(2026, 2, 28): (True, "makeup", ""), date(2026, 3, 2): (False, "holiday", "")}, {2026})
    assert days_after(date(2026, 2, 27), Limit.parse("2wd"), calendar) == date(2026, 3, 3)


def test_the_next_visit_is_owed_so_long_after_the_last():
    visits = Visits(at_least=Limit.parse("30d"))
    assert next_due(visits, date(2026, 3, 2), PLAIN) == date(2026, 4, 1)
    assert next_due(Visits(), date(2026, 3, 2), PLAIN) is None


def test_beyond_the_cap_nobody_is_visited_before_the_next_month():
    visits = Visits(at_most_per_month=2)
    days = [date(2026, 3, 2), date(2026, 3, 20)]
    assert earliest(visits, days, date(2026, 3, 25)) == date(2026, 4, 1)
    assert earliest(visits, days[:1], date(2026, 3, 25)) == date(2026, 3, 25)
    assert too_often(visits, days, date(2026, 3, 25), Reason.CADENCE)
    assert not too_often(visits, days, date(2026, 4, 1), Reason.CADENCE)


@given(st.lists(DAYS, max_size=12), DAYS, st.integers(1, 4), st.sampled_from(sorted(WANTED)))
def test_whoever_called_is_visited_however_often_it_was(days, on, cap, reason):
    assert not too_often(Visits(at_most_per_month=cap), days, on, reason)


@given(st.lists(DAYS, max_size=12), DAYS, st.integers(1, 4))
def test_the_cap_holds_in_every_month(days, on, cap):
    visits = Visits(at_most_per_month=cap)
    first = earliest(visits, days, on)
    assert first in (on, next_month(on))
    if first == on:
        assert sum((day.year, day.month) == (on.year, on.month) for day in days) < cap


POINTS = st.floats(-0.05, 0.05, allow_nan=False)
STOPS = st.lists(st.tuples(POINTS, POINTS), max_size=14).map(
    lambda points: [Stop(key, 110 + x, 35 + y) for key, (x, y) in enumerate(points)]
)


@given(STOPS)
def test_a_round_visits_each_door_once_and_is_no_longer_than_going_to_the_nearest(stops):
    walked = in_order(stops)
    assert sorted(stop.key for stop in walked) == [stop.key for stop in stops]
    assert length(walked) <= length(nearest_first(stops)) + 1e-3
    assert length(uncrossed(walked)) >= length(walked) - 1e-3 if walked else True
    assert in_order(stops) == walked


def test_a_round_along_a_street_goes_along_it():
    street = [Stop(key, 110 + key / 1000, 35.0) for key in range(9)]
    shuffled = [street[index] for index in (0, 7, 3, 8, 1, 5, 2, 6, 4)]
    assert in_order(shuffled) == street


def test_a_crossing_is_undone():
    a, b, c, d = Stop(1, 110.0, 35.0), Stop(2, 110.01, 35.01), Stop(3, 110.01, 35.0), Stop(4, 110.0, 35.01)
    assert length(uncrossed([a, b, c, d])) < length([a, b, c, d])


def test_what_is_nowhere_comes_last():
    assert [stop.key for stop in in_order([Stop(1), Stop(2, 110.0, 35.0)])] == [2, 1]


DAY, NIGHT = Shift("day", time(8), time(20)), Shift("night", time(20), time(8))


@pytest.mark.parametrize(
    ("local", "key", "day"),
    [
        (datetime(2026, 7, 1, 8, 0), "day", date(2026, 7, 1)),  # noqa: DTZ001  local by its meaning
        (datetime(2026, 7, 1, 20, 0), "night", date(2026, 7, 1)),  # noqa: DTZ001
        (datetime(2026, 7, 2, 3, 0), "night", date(2026, 7, 1)),  # noqa: DTZ001
        (datetime(2026, 7, 2, 7, 59), "night", date(2026, 7, 1)),  # noqa: DTZ001
    ],
)
def test_a_night_shift_belongs_to_the_day_it_began_on(local, key, day):
    found = shift_at([DAY, NIGHT], local)
    assert found is not None and (found[0].key, found[1]) == (key, day)


def test_day_and_night_together_leave_no_minute_uncovered():
    assert uncovered_minutes([DAY, NIGHT]) == 0
    assert uncovered_minutes([DAY]) == 12 * 60
    assert uncovered_minutes([Shift("all", time(0), time(0))]) == 0
    assert shift_at([DAY], datetime(2026, 7, 1, 21, 0)) is None  # noqa: DTZ001
