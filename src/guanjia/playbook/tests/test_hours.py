import json
from datetime import date, time

import pytest

from guanjia.playbook.hours import DEFAULT_HOURS, HoursError, OfficeHours, Season

ALL_DAY = ((time(9), time(17)),)


def season(first="01-01", last="12-31", spans=("09:00-12:00", "13:00-17:00")):
    return {"first": first, "last": last, "spans": list(spans)}


@pytest.mark.parametrize(
    ("day", "closing"),
    [
        (date(2026, 5, 31), time(18)),
        (date(2026, 6, 1), time(18, 30)),
        (date(2026, 9, 30), time(18, 30)),
        (date(2026, 10, 1), time(18)),
        (date(2028, 2, 29), time(18)),
    ],
)
def test_the_default_hours_change_with_the_season(day, closing):
    morning, afternoon = DEFAULT_HOURS.spans_on(day)
    assert morning == (time(8, 30), time(12))
    assert afternoon[1] == closing


def test_a_season_may_run_over_the_new_year():
    winter, summer = Season((11, 1), (3, 31), ALL_DAY), Season((4, 1), (10, 31), ((time(8), time(16)),))
    hours = OfficeHours((winter, summer))
    assert [hours.spans_on(date(2026, month, 1)) == ALL_DAY for month in (1, 3, 4, 10, 11, 12)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip


def test_hours_survive_json():
    assert OfficeHours.parse(json.loads(json.dumps(DEFAULT_HOURS.as_data()))) == DEFAULT_HOURS


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "“seasons” of the office hours must be a list"),
        ({"seasons": []}, "No season of the office hours holds 01-01"),
        ({"seasons": [season()], "lunch": 1}, "do not know “lunch”"),
        ({"seasons": [season(last="12-30")]}, "No season of the office hours holds 12-31"),
        ({"seasons": [season(last="02-28"), season(first="03-01")]}, "holds 02-29"),
        ({"seasons": [season(), season(first="07-01", last="07-01")]}, "07-01 is in more than one season"),
        ({"seasons": [season(first="13-01")]}, "“13-01” is not a day of the year"),
        ({"seasons": [season(first=6)]}, "“6” is not a day of the year"),
        ({"seasons": ["summer"]}, "A season has first, last and spans"),
        ({"seasons": [season() | {"name": "summer"}]}, "nothing else"),
        ({"seasons": [season(spans=[])]}, "from 01-01 has no office hours"),
        ({"seasons": [season() | {"spans": "09:00-17:00"}]}, "“spans” of the office hours must be a list"),
        ({"seasons": [season(spans=["9-17"])]}, "“9-17” is not a span of time"),
        ({"seasons": [season(spans=["09:00-24:00"])]}, "“09:00-24:00” is not a span of time"),
        ({"seasons": [season(spans=[900])]}, "“900” is not a span of time"),
        ({"seasons": [season(spans=["17:00-09:00"])]}, "overlap or run backwards: 17:00-09:00"),
        ({"seasons": [season(spans=["09:00-13:00", "12:00-17:00"])]}, "overlap or run backwards"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_place(data, says):
    with pytest.raises(HoursError) as refusal:
        OfficeHours.parse(data)
    assert says in str(refusal.value)
