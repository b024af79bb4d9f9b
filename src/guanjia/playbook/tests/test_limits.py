import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.playbook.limits import LONGEST, Limit, LimitError, TimeUnit

limits = st.sampled_from(TimeUnit).flatmap(lambda unit: st.integers(0, LONGEST[unit]).map(lambda n: Limit(n, unit)))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("3wd", Limit(3, TimeUnit.WORKING_DAYS)),
        ("4wh", Limit(4, TimeUnit.WORKING_HOURS)),
        ("30min", Limit(30, TimeUnit.MINUTES)),
        ("24h", Limit(24, TimeUnit.HOURS)),
        ("15d", Limit(15, TimeUnit.DAYS)),
        (" 03wd ", Limit(3, TimeUnit.WORKING_DAYS)),
        ("0h", Limit(0, TimeUnit.HOURS)),
    ],
)
def test_a_limit_is_a_number_and_a_unit(text, limit):
    assert Limit.parse(text) == limit


@given(limits)
def test_a_limit_is_read_back_as_it_is_written(limit):
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize(
    "text", ["", "3", "wd", "3 wd", "-1d", "1.5h", "3WD", "3days", "3个工作日", "３wd", "99999999h"]
)
def test_what_is_not_a_limit_is_refused_with_the_units_that_are(text):
    with pytest.raises(LimitError) as refusal:
        Limit.parse(text)
    assert f"“{text}”" in str(refusal.value)
    assert "wd (working days)" in str(refusal.value)
    assert refusal.value.message % refusal.value.params == str(refusal.value)


@pytest.mark.parametrize("unit", TimeUnit)
def test_a_limit_of_more_than_ten_years_is_refused(unit):
    with pytest.raises(LimitError, match=f"between 0 and {LONGEST[unit]}"):
        Limit.parse(f"{LONGEST[unit] + 1}{unit}")


def test_a_negative_limit_is_refused():
    with pytest.raises(LimitError, match="not -1"):
        Limit(-1, TimeUnit.DAYS)
