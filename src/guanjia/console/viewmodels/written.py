"""Dates as people write them in a book: short, and repeated with ditto marks. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from guanjia.kernel.tabular import read_moment

#: Ditto: as in the line above.
_SAME = {"", "同上", "上", '"', "''", "〃", "″", "”", "-"}
_TIME = re.compile(r"(?P<hour>\d{1,2})[:点时h](?P<minute>\d{1,2})?分?")
_SHORT = re.compile(r"(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})[日号]?(?:[ T]*(?P<time>\d{1,2}[:点时h].*))?")


def read_written(text: str, today: date, above: datetime | None) -> datetime | None:
    """The moment on the wall that a cell of a book means; None where it is no date, or ditto without a line above.

    `2026-11-20 14:30`, `11-20 14:30`, `11.20`, `11月20日 9点`; `14:30` is of the day above; empty and ditto marks are
    the line above. A day without its year is the latest that is not after `today`; without a time it is midnight.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if plain in _SAME or text.strip() in _SAME:
        return above
    if clock := _TIME.fullmatch(plain):
        return _joined(above.date() if above else today, clock)
    if short := _SHORT.fullmatch(plain):
        day = _latest(int(short["month"]), int(short["day"]), today)
        clock = _TIME.fullmatch(short["time"].strip()) if short["time"] else None
        return None if day is None or (short["time"] and clock is None) else _joined(day, clock)
    return read_moment(plain)


def _latest(month: int, day: int, today: date) -> date | None:
    """29 February looks back to the last leap year."""
    for year in range(today.year, today.year - 8, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _joined(day: date, clock: re.Match[str] | None) -> datetime | None:
    try:
        at = time(int(clock["hour"]), int(clock["minute"] or 0)) if clock else time()
    except ValueError:
        return None
    return datetime.combine(day, at)
