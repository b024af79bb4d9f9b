"""A time limit as a playbook writes it: `3wd`, `4wh`, `30min`, `24h`, `15d`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from guanjia.kernel.text import gettext_noop as _


class TimeUnit(StrEnum):
    MINUTES = "min"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"
    HOURS = "h"
    DAYS = "d"


#: About ten years of each unit. A longer limit is a slip of the pen, and would walk the calendar for nothing.
LONGEST = {
    TimeUnit.MINUTES: 5_256_000,
    TimeUnit.WORKING_HOURS: 20_000,
    TimeUnit.WORKING_DAYS: 2_500,
    TimeUnit.HOURS: 87_600,
    TimeUnit.DAYS: 3_650,
}


class ClockError(ValueError):
    """Something about time that cannot be read: a msgid and its params; str() is the English sentence."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params


class LimitError(ClockError):
    pass


_WRITTEN = re.compile(r"([0-9]{1,7})(min|wh|wd|h|d)")


@dataclass(frozen=True, slots=True)
class Limit:
    amount: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST[self.unit]:
            raise LimitError(
                _("A limit in %(unit)s lies between 0 and %(longest)s, not %(amount)s."),
                unit=self.unit.value,
                longest=LONGEST[self.unit],
                amount=self.amount,
            )

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Raises LimitError, which says what was written and what can be."""
        return _parse(text)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"


@lru_cache(maxsize=256)
def _parse(text: str) -> Limit:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise LimitError(
            _(
                "“%(text)s” is not a time limit. Write a whole number and a unit, without a space: "
                "min (minutes), wh (working hours), wd (working days), h (hours) or d (days), such as 3wd."
            ),
            text=text[:40],
        )
    return Limit(int(found[1]), TimeUnit(found[2]))
