"""Dates as people write them in a book."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.console.viewmodels.written import read_written


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  what a clock on the wall says


TODAY = date(2026, 3, 2)
ABOVE = wall(2026, 2, 27, 16, 20)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-02-27 16:20", wall(2026, 2, 27, 16, 20)),
        ("2026年2月27日", wall(2026, 2, 27)),
        ("02-27 16:20", wall(2026, 2, 27, 16, 20)),
        ("2.27", wall(2026, 2, 27)),
        ("2月27日 9点", wall(2026, 2, 27, 9)),
        ("２／２７　９：０５", wall(2026, 2, 27, 9, 5)),
        ("12-31", wall(2025, 12, 31)),
        ("3-2", wall(2026, 3, 2)),
        ("3-3", wall(2025, 3, 3)),
        ("2-29", wall(2024, 2, 29)),
        ("14:30", wall(2026, 2, 27, 14, 30)),
        ("", ABOVE),
        ("同上", ABOVE),
        ("〃", ABOVE),
        ("昨天", None),
        ("13-40", None),
        ("2-30", None),
        ("2-27 25:00", None),
        ("2-27 上午", None),
    ],
)
def test_a_date_in_a_book_is_read_as_it_is_meant(text: str, meant: datetime | None) -> None:
    assert read_written(text, TODAY, ABOVE) == meant


def test_the_first_line_has_nothing_above() -> None:
    assert read_written("", TODAY, None) is None
    assert read_written("9:30", TODAY, None) == wall(2026, 3, 2, 9, 30)


@given(st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    read_written(text, TODAY, None)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_a_day_without_its_year_is_never_to_come(day: date, today: date) -> None:
    meant = read_written(f"{day.month}-{day.day}", today, None)
    assert meant is not None and meant.date() <= today and (meant.month, meant.day) == (day.month, day.day)
