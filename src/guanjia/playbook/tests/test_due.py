from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.due import NOTE_WORDS, Pause, Remaining, StepNote, due, due_moment, elapsed, remaining
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.limits import ClockError, Limit, TimeUnit

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = published_calendar()
PLACE = (CALENDAR, DEFAULT_HOURS, ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def local(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


def pause(start: str, end: str | None = None) -> Pause:
    return Pause(at(start), at(end) if end else None)


def outcome(start: str, limit: str, *pauses: Pause, **options: bool) -> str:
    return local(due(at(start), Limit.parse(limit), *PLACE, pauses, **options).moment)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        # working days: a holiday, a make-up Saturday, the season's closing time
        ("2026-09-30 16:00", "3wd", "2026-10-10 18:00"),
        ("2026-09-30 00:00", "3wd", "2026-10-10 18:00"),
        ("2026-09-30 23:59", "3wd", "2026-10-10 18:00"),
        ("2026-09-18 10:00", "1wd", "2026-09-20 18:30"),  # a make-up Sunday
        ("2026-10-10 10:00", "1wd", "2026-10-12 18:00"),
        ("2026-11-21 10:00", "1wd", "2026-11-23 18:00"),  # a Saturday
        ("2028-02-28 10:00", "1wd", "2028-02-29 18:00"),
        ("2028-02-28 10:00", "2wd", "2028-03-01 18:00"),
        ("2026-12-30 10:00", "1wd", "2026-12-31 18:00"),
        ("2026-12-30 10:00", "2wd", "2027-01-04 18:00"),
        ("2026-11-23 10:00", "0wd", "2026-11-23 10:00"),
        # working hours: lunch, night, the edges of the day, days off
        ("2026-11-23 08:30", "7wh", "2026-11-23 18:00"),
        ("2026-11-23 11:00", "2wh", "2026-11-23 15:30"),
        ("2026-11-23 12:00", "1wh", "2026-11-23 15:30"),
        ("2026-11-23 13:00", "1wh", "2026-11-23 15:30"),
        ("2026-11-23 17:00", "1wh", "2026-11-23 18:00"),
        ("2026-11-23 18:00", "1wh", "2026-11-24 09:30"),
        ("2026-11-23 22:00", "1wh", "2026-11-24 09:30"),
        ("2026-11-24 03:00", "1wh", "2026-11-24 09:30"),
        ("2026-11-20 17:30", "1wh", "2026-11-23 09:00"),
        ("2026-09-30 16:00", "4wh", "2026-10-08 10:00"),
        ("2026-10-10 18:00", "0wh", "2026-10-10 18:00"),
        # by the wall clock: nights and holidays included
        ("2026-09-30 23:50", "30min", "2026-10-01 00:20"),
        ("2026-10-01 02:00", "2h", "2026-10-01 04:00"),
        ("2026-09-30 16:00", "24h", "2026-10-01 16:00"),
        ("2026-11-23 10:00", "0min", "2026-11-23 10:00"),
        # natural days: all count, but the last one is a working day
        ("2026-11-23 10:00", "1d", "2026-11-24 18:00"),
        ("2026-11-19 10:00", "2d", "2026-11-23 18:00"),
        ("2026-11-19 10:00", "5d", "2026-11-24 18:00"),
        ("2026-09-30 16:00", "3d", "2026-10-08 18:00"),
        ("2026-10-09 16:00", "1d", "2026-10-10 18:00"),
        ("2028-02-28 10:00", "1d", "2028-02-29 18:00"),
        ("2026-11-23 10:00", "0d", "2026-11-23 10:00"),
    ],
)
def test_a_limit_ends_when_the_rules_say(start, limit, expected):
    assert outcome(start, limit) == expected


@pytest.mark.parametrize(
    ("start", "limit", "pauses", "expected"),
    [
        # the wall clock shifts by the length of the pause
        ("2026-11-23 10:00", "24h", [pause("2026-11-23 12:00", "2026-11-25 12:00")], "2026-11-26 10:00"),
        ("2026-11-23 10:00", "30min", [pause("2026-11-23 10:10", "2026-11-23 10:25")], "2026-11-23 10:45"),
        ("2026-11-23 10:00", "2h", [pause("2026-11-23 09:00", "2026-11-23 11:00")], "2026-11-23 13:00"),
        # overlapping pauses count once
        (
            "2026-11-23 10:00",
            "2h",
            [pause("2026-11-23 11:00", "2026-11-23 13:00"), pause("2026-11-23 12:00", "2026-11-23 14:00")],
            "2026-11-23 15:00",
        ),
        # only paused office time is taken out of working hours
        ("2026-11-23 11:00", "2wh", [pause("2026-11-23 12:00", "2026-11-23 14:30")], "2026-11-23 15:30"),
        ("2026-11-23 11:00", "2wh", [pause("2026-11-23 11:30", "2026-11-23 15:00")], "2026-11-23 16:30"),
        # a working day that is paused at any office time does not count
        ("2026-11-23 10:00", "2wd", [pause("2026-11-24 17:59", "2026-11-24 18:30")], "2026-11-26 18:00"),
        ("2026-11-23 10:00", "2wd", [pause("2026-11-24 18:00", "2026-11-25 08:30")], "2026-11-25 18:00"),
        ("2026-11-23 10:00", "2wd", [pause("2026-11-24 12:00", "2026-11-24 14:30")], "2026-11-25 18:00"),
        ("2026-11-20 10:00", "1wd", [pause("2026-11-21 09:00", "2026-11-22 18:00")], "2026-11-23 18:00"),
        ("2026-11-23 10:00", "2wd", [pause("2026-11-23 11:00", "2026-11-23 17:00")], "2026-11-25 18:00"),
        # so does a natural day, and the last one may then fall on a day off
        ("2026-11-23 10:00", "3d", [pause("2026-11-24 23:00", "2026-11-25 01:00")], "2026-11-27 18:00"),
        ("2026-11-24 10:00", "3d", [pause("2026-11-25 09:00", "2026-11-25 10:00")], "2026-11-30 18:00"),
        # an empty pause is none
        ("2026-11-23 10:00", "1wd", [pause("2026-11-24 10:00", "2026-11-24 10:00")], "2026-11-24 18:00"),
    ],
)
def test_a_pause_moves_the_end(start, limit, pauses, expected):
    assert outcome(start, limit, *pauses) == expected


@pytest.mark.parametrize("limit", ["1min", "1h", "1wh", "1wd", "1d"])
def test_an_open_pause_leaves_no_due_moment_and_says_since_when(limit):
    found = due(at("2026-11-23 10:00"), Limit.parse(limit), *PLACE, [pause("2026-11-23 09:00")])
    assert found.moment is None
    assert found.steps[-1].note is StepNote.PAUSED


@pytest.mark.parametrize(
    ("opened", "notes"),
    [
        ("2026-11-24 00:00", ["round_the_clock", "paused"]),
        ("2026-11-24 09:00", ["round_the_clock", "round_the_clock"]),
    ],
)
def test_the_steps_stop_on_the_day_of_an_open_pause(opened, notes):
    steps = due(at("2026-11-23 10:00"), Limit.parse("72h"), *PLACE, [pause(opened)]).steps
    assert [step.note.value for step in steps] == notes


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("1h", "2026-11-23 11:00"), ("7wh", "2026-11-24 10:00"), ("1wd", "2026-11-24 18:00")],
)
def test_an_open_pause_after_the_end_changes_nothing(limit, expected):
    assert outcome("2026-11-23 10:00", limit, pause(expected)) == expected


def test_a_natural_day_of_the_asker_runs_to_midnight():
    assert outcome("2026-11-23 10:00", "1d", until_midnight=True) == "2026-11-25 00:00"
    assert outcome("2026-11-19 10:00", "2d", until_midnight=True) == "2026-11-24 00:00"
    assert outcome("2026-11-23 10:00", "1wd", until_midnight=True) == "2026-11-24 18:00"


@pytest.mark.parametrize(
    ("start", "limit", "estimated"),
    [
        ("2026-12-30 10:00", "1wd", False),
        ("2026-12-31 10:00", "1wd", True),
        ("2026-12-31 17:00", "1wh", False),
        ("2026-12-31 17:00", "2wh", True),
        ("2026-12-31 10:00", "72h", False),
        ("2026-12-01 10:00", "30d", False),
        ("2026-12-01 10:00", "31d", True),
        ("2026-12-31 10:00", "0wd", False),
    ],
)
def test_a_date_is_an_estimate_when_a_year_without_notice_matters(start, limit, estimated):
    assert due(at(start), Limit.parse(limit), *PLACE).estimated is estimated


def test_a_natural_day_is_no_estimate_when_its_last_day_is_certain():
    unit = CALENDAR.with_overrides({date(2027, 1, 5): (True, "值班")})
    assert not due(at("2026-12-31 10:00"), Limit.parse("5d"), unit, DEFAULT_HOURS, ZONE).estimated


def test_the_steps_tell_each_day_of_the_holiday():
    steps = due(at("2026-09-30 16:00"), Limit.parse("3wd"), *PLACE).steps
    assert [(f"{s.day:%m-%d}", s.note.value, s.amount, s.label) for s in steps] == [
        ("09-30", "start_day", 0, ""),
        *((f"10-0{n}", "holiday", 0, "国庆节") for n in range(1, 8)),
        ("10-08", "workday", 1, ""),
        ("10-09", "workday", 1, ""),
        ("10-10", "makeup", 1, "国庆节"),
    ]


def test_the_steps_of_working_hours_show_the_counted_stretches():
    lunch = pause("2026-11-23 09:00", "2026-11-23 10:00")
    steps = due(at("2026-11-20 19:00"), Limit.parse("4wh"), *PLACE, [lunch]).steps
    assert [(f"{s.day:%m-%d}", s.note.value, s.amount) for s in steps] == [
        ("11-20", "out_of_hours", 0),
        ("11-21", "weekend", 0),
        ("11-22", "weekend", 0),
        ("11-23", "workday", 240),
    ]
    spans = [f"{a.astimezone(ZONE):%H:%M}-{b.astimezone(ZONE):%H:%M}" for a, b in steps[-1].spans]
    assert spans == ["08:30-09:00", "10:00-12:00", "14:30-16:00"]


def test_the_steps_of_the_other_units_say_why_too():
    def notes(start, limit, *pauses):
        return [s.note.value for s in due(at(start), Limit.parse(limit), *PLACE, pauses).steps]

    assert notes("2026-09-30 23:00", "2h") == ["round_the_clock", "round_the_clock"]
    assert notes("2026-11-19 10:00", "2d") == ["start_day", "natural", "weekend", "weekend", "workday"]
    whole_day = pause("2026-11-23 18:00", "2026-11-24 18:00")
    assert notes("2026-11-23 17:00", "2wh", whole_day) == ["workday", "paused", "workday"]
    assert notes("2026-11-23 17:00", "1wd", whole_day) == ["start_day", "paused", "workday"]
    assert notes("2026-11-23 10:00", "0wd") == []


def test_a_unit_has_its_own_days():
    unit = CALENDAR.with_overrides({date(2026, 11, 24): (False, "搬迁"), date(2026, 11, 28): (True, "值班")})
    found = due(at("2026-11-23 10:00"), Limit.parse("4wd"), unit, DEFAULT_HOURS, ZONE)
    assert local(found.moment) == "2026-11-28 18:00"
    assert [(s.note.value, s.label) for s in found.steps[1::4]] == [("closed", "搬迁"), ("extra", "值班")]


def test_each_note_has_words():
    assert NOTE_WORDS.keys() == set(StepNote)


def test_time_without_a_zone_or_out_of_reason_is_refused():
    with pytest.raises(ClockError, match="does not say its time zone"):
        due(datetime(2026, 11, 23), Limit.parse("1h"), *PLACE)  # noqa: DTZ001
    with pytest.raises(ClockError, match="year 9999 is outside"):
        due(datetime.max.replace(tzinfo=UTC), Limit.parse("1h"), *PLACE)
    with pytest.raises(ClockError, match="cannot end"):
        pause("2026-11-23 10:00", "2026-11-23 09:59")


def test_the_longest_limits_stay_inside_the_calendar():
    edge = datetime(9000, 12, 31, tzinfo=UTC)
    for limit in ("2500wd", "20000wh", "3650d"):
        assert due_moment(edge, Limit.parse(limit), *PLACE)[0] > edge


@pytest.mark.parametrize(
    ("now", "moment", "unit", "expected"),
    [
        ("2026-09-30 16:00", "2026-10-10 18:00", "wd", (False, 3, "wd")),
        ("2026-10-09 09:00", "2026-10-10 18:00", "wd", (False, 1, "wd")),
        ("2026-10-10 09:00", "2026-10-10 18:00", "wd", (False, 6, "wh")),
        ("2026-10-10 17:00", "2026-10-10 18:00", "wd", (False, 60, "min")),
        ("2026-10-10 18:00", "2026-10-10 18:00", "wd", (False, 0, "min")),
        ("2026-10-10 22:00", "2026-10-10 18:00", "wd", (True, 4, "h")),
        ("2026-10-11 22:00", "2026-10-10 18:00", "wd", (True, 28, "h")),
        ("2026-10-12 09:00", "2026-10-10 18:00", "wd", (True, 1, "wd")),
        ("2026-11-23 17:00", "2026-11-24 10:30", "wh", (False, 3, "wh")),
        ("2026-11-23 11:30", "2026-11-23 15:00", "wh", (False, 60, "min")),
        ("2026-11-20 17:00", "2026-11-24 10:30", "wh", (False, 10, "wh")),
        ("2026-11-20 17:00", "2026-11-25 10:30", "wh", (False, 2, "wd")),
        ("2026-11-23 10:00", "2026-11-23 10:30", "min", (False, 30, "min")),
        ("2026-11-23 10:31", "2026-11-23 10:30", "min", (True, 1, "min")),
        ("2026-11-23 10:00", "2026-11-23 11:59", "min", (False, 119, "min")),
        ("2026-11-23 10:00", "2026-11-23 12:00", "min", (False, 2, "h")),
        ("2026-11-23 10:00", "2026-11-24 10:00", "h", (False, 24, "h")),
        ("2026-11-20 10:00", "2026-11-23 09:59", "h", (False, 2, "d")),
        ("2026-11-20 23:59", "2026-11-22 00:01", "h", (False, 24, "h")),
        ("2026-11-20 10:00", "2026-11-23 18:00", "d", (False, 3, "d")),
        ("2026-11-23 10:00", "2026-11-24 00:00", "d", (False, 14, "h")),
        ("2026-11-24 10:00", "2026-11-24 00:00", "d", (True, 10, "h")),
        ("2026-11-25 10:00", "2026-11-24 00:00", "d", (True, 1, "d")),
    ],
)
def test_the_time_left_is_told_as_people_would(now, moment, unit, expected):
    late, amount, told = expected
    assert remaining(at(now), at(moment), TimeUnit(unit), *PLACE) == Remaining(late, amount, TimeUnit(told))


def test_elapsed_counts_whole_units_only():
    def since_wednesday(end, unit, *pauses):
        return elapsed(at("2026-09-30 16:00"), at(end), TimeUnit(unit), *PLACE, pauses)

    assert since_wednesday("2026-10-08 17:59", "wd") == 0
    assert since_wednesday("2026-10-08 18:00", "wd") == 1
    assert since_wednesday("2026-10-02 23:59", "d") == 1
    assert since_wednesday("2026-10-08 09:29", "wh") == 3
    assert since_wednesday("2026-10-08 09:29", "wh", pause("2026-10-07 00:00")) == 2
    assert since_wednesday("2026-10-01 15:59", "h") == 23
    assert since_wednesday("2026-09-30 16:45", "min", pause("2026-09-30 16:10", "2026-09-30 16:20")) == 35
    assert since_wednesday("2026-09-30 15:00", "min") == 0


# What holds for every start, limit and pause. The years straddle the last published one.

moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
short = {"min": 5_000, "wh": 200, "wd": 40, "h": 800, "d": 60}
limits = st.sampled_from(TimeUnit).flatmap(lambda unit: st.builds(Limit, st.integers(0, short[unit]), st.just(unit)))
lengths = st.timedeltas(timedelta(), timedelta(days=9))
closed_pauses = st.builds(lambda start, length: Pause(start, start + length), moments, lengths)


@st.composite
def near_pauses(draw, start: datetime) -> list[Pause]:
    """Up to three pauses, near enough to the start to matter."""
    offsets = draw(st.lists(st.tuples(st.timedeltas(timedelta(days=-3), timedelta(days=25)), lengths), max_size=3))
    return [Pause(start + offset, start + offset + length) for offset, length in offsets]


@st.composite
def clocks(draw) -> tuple[datetime, Limit, list[Pause]]:
    start = draw(moments)
    return start, draw(limits), draw(near_pauses(start))


def moment_of(start, limit, pauses) -> datetime:
    moment, _ = due_moment(start, limit, *PLACE, pauses)
    assert moment is not None
    return moment


@given(clocks())
def test_the_reasons_agree_with_the_moment_and_add_up(clock):
    start, limit, pauses = clock
    found = due(start, limit, *PLACE, pauses)
    assert (found.moment, found.estimated) == due_moment(start, limit, *PLACE, pauses)
    assert found.moment >= start
    per_unit = 60 if limit.unit in (TimeUnit.HOURS, TimeUnit.WORKING_HOURS) else 1
    assert sum(step.amount for step in found.steps) == limit.amount * per_unit
    assert all(step.counted or step.amount == 0 for step in found.steps)
    days = [step.day for step in found.steps]
    assert days == [days[0] + timedelta(n) for n in range(len(days))] if days else limit.amount == 0


@given(clocks())
def test_the_stretches_lie_between_start_and_end_and_outside_the_pauses(clock):
    start, limit, pauses = clock
    assume(limit.unit not in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS))
    found = due(start, limit, *PLACE, pauses)
    spans = [span for step in found.steps for span in step.spans]
    assert all(start <= begin < end <= found.moment for begin, end in spans)
    assert all(end <= p.start or p.end <= begin for begin, end in spans for p in pauses if p.start < p.end)
    length = timedelta(minutes=1) if limit.unit is TimeUnit.MINUTES else timedelta(hours=1)
    assert sum((end - begin for begin, end in spans), timedelta()) == limit.amount * length


@given(clocks(), moments)
def test_who_starts_later_is_never_due_earlier(clock, other):
    start, limit, pauses = clock
    first, second = sorted((start, other))
    assert moment_of(first, limit, pauses) <= moment_of(second, limit, pauses)


@given(clocks())
def test_a_longer_limit_is_never_due_earlier(clock):
    start, limit, pauses = clock
    assert moment_of(start, limit, pauses) <= moment_of(start, Limit(limit.amount + 1, limit.unit), pauses)


@given(clocks(), st.data())
def test_one_more_pause_is_never_due_earlier(clock, data):
    start, limit, pauses = clock
    more = data.draw(near_pauses(start))
    assert moment_of(start, limit, pauses) <= moment_of(start, limit, pauses + more)


@given(clocks(), lengths, st.booleans())
def test_a_pause_from_the_end_on_comes_too_late(clock, offset, open_ended):
    start, limit, pauses = clock
    end = moment_of(start, limit, pauses)
    begin = end + offset
    after = Pause(begin, None if open_ended else begin + timedelta(hours=5))
    assert moment_of(start, limit, [*pauses, after]) == end


@given(clocks())
def test_an_open_pause_before_the_end_holds_the_clock(clock):
    start, limit, pauses = clock
    assume(limit.amount)
    assert due_moment(start, limit, *PLACE, [*pauses, Pause(start)])[0] is None


@given(clocks())
def test_limits_in_days_end_at_closing_time_of_a_working_day(clock):
    start, limit, pauses = clock
    assume(limit.amount and limit.unit in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS))
    end = moment_of(start, limit, pauses).astimezone(ZONE)
    assert CALENDAR.day(end.date()).working
    assert end.time() == DEFAULT_HOURS.spans_on(end.date())[-1][1]


@given(clocks())
def test_at_the_due_moment_the_limit_has_elapsed_and_not_before(clock):
    start, limit, pauses = clock
    end = moment_of(start, limit, pauses)
    run = elapsed(start, end, limit.unit, *PLACE, pauses)
    if limit.unit is TimeUnit.DAYS:  # its last day may have moved past days off
        assert run >= limit.amount
    else:
        assert run == limit.amount
        assert limit.amount == 0 or elapsed(start, end - timedelta.resolution, limit.unit, *PLACE, pauses) < run


@given(moments, moments, st.sampled_from(TimeUnit))
def test_time_left_and_time_late_mirror_each_other(now, moment, unit):
    there, back = remaining(now, moment, unit, *PLACE), remaining(moment, now, unit, *PLACE)
    assert (there.amount, there.unit) == (back.amount, back.unit)
    assert there.late == (now > moment)
    assert there.amount >= 0
