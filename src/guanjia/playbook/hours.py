"""Office hours that change with the season and stop for lunch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.limits import ClockError

Span = tuple[time, time]
MonthDay = tuple[int, int]
#: Days whose moments are kept: those of ten years.
REMEMBERED = 4000


class HoursError(ClockError):
    pass


@dataclass(frozen=True, slots=True)
class Season:
    """Days from `first` to `last` of every year, both included; may run over the New Year."""

    first: MonthDay
    last: MonthDay
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.spans:
            raise HoursError(_("The season from %(first)s has no office hours."), first=_dash(self.first))
        edges = [edge for span in self.spans for edge in span]
        if any(earlier >= later for earlier, later in pairwise(edges)):
            raise HoursError(
                _("The office hours of the season from %(first)s overlap or run backwards: %(spans)s."),
                first=_dash(self.first),
                spans=", ".join(map(_written, self.spans)),
            )

    def holds(self, day: MonthDay) -> bool:
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of a working day, whatever the weekday. Each day of a leap year is in exactly one season."""

    seasons: tuple[Season, ...]
    _by_day: dict[MonthDay, tuple[Span, ...]] = field(init=False, repr=False, compare=False)
    _moments: dict[tuple[date, ZoneInfo], list[tuple[datetime, datetime]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_day", _spread(self.seasons))

    def spans_on(self, day: date) -> tuple[Span, ...]:
        return self._by_day[day.month, day.day]

    def moments_on(self, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
        """`spans_on` in UTC. Remembered, since clocks that are counted one after the other run over the same days."""
        found = self._moments.get((day, zone))
        if found is None:
            if len(self._moments) >= REMEMBERED:
                self._moments.clear()
            spans = self.spans_on(day)
            found = [(_moment(day, opens, zone), _moment(day, closes, zone)) for opens, closes in spans]
            self._moments[day, zone] = found
        return found

    @classmethod
    def parse(cls, data: Mapping[str, object]) -> OfficeHours:
        """Read what TOML or JSON gives; the inverse of `as_data`. Raises HoursError.

        {"seasons": [{"first": "06-01", "last": "09-30", "spans": ["08:30-12:00", "15:00-18:30"]}, ...]}
        """
        if unknown := sorted(data.keys() - {"seasons"}):
            raise HoursError(_("Office hours do not know “%(word)s”; they have seasons."), word=unknown[0])
        return cls(tuple(_season(entry) for entry in _list(data.get("seasons"), "seasons")))

    def as_data(self) -> dict[str, list[dict[str, object]]]:
        return {
            "seasons": [
                {
                    "first": _dash(s.first),
                    "last": _dash(s.last),
                    "spans": [_written(span) for span in s.spans],
                }
                for s in self.seasons
            ]
        }


def _spread(seasons: Sequence[Season]) -> dict[MonthDay, tuple[Span, ...]]:
    table = {}
    for offset in range(366):
        on = date(2024, 1, 1) + timedelta(offset)  # a leap year
        day = (on.month, on.day)
        holding = [season for season in seasons if season.holds(day)]
        if not holding:
            raise HoursError(_("No season of the office hours holds %(day)s."), day=_dash(day))
        if len(holding) > 1:
            raise HoursError(_("%(day)s is in more than one season of the office hours."), day=_dash(day))
        table[day] = holding[0].spans
    return table


def _season(entry: object) -> Season:
    keys = {"first", "last", "spans"}
    if not isinstance(entry, Mapping) or entry.keys() != keys:
        raise HoursError(_("A season has first, last and spans, and nothing else: %(entry)s"), entry=entry)
    spans = tuple(_span(text) for text in _list(entry["spans"], "spans"))
    return Season(_month_day(entry["first"]), _month_day(entry["last"]), spans)


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise HoursError(_("“%(name)s” of the office hours must be a list."), name=name)
    return value


def _month_day(text: object) -> MonthDay:
    try:
        day = date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise HoursError(_("“%(text)s” is not a day of the year. Write it as 06-01."), text=text) from None
    return day.month, day.day


_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def _span(text: object) -> Span:
    found = _SPAN.fullmatch(text) if isinstance(text, str) else None
    try:
        if found:
            return time.fromisoformat(found[1]), time.fromisoformat(found[2])
    except ValueError:
        pass
    raise HoursError(_("“%(text)s” is not a span of time. Write it as 08:30-12:00."), text=text)


def _written(span: Span) -> str:
    return f"{span[0]:%H:%M}-{span[1]:%H:%M}"


def _dash(day: MonthDay) -> str:
    return f"{day[0]:02}-{day[1]:02}"


#: A usual practice, not law: seven hours, with the longer lunch break in summer. A district sets its own.
DEFAULT_HOURS = OfficeHours(
    (
        Season((6, 1), (9, 30), ((time(8, 30), time(12)), (time(15), time(18, 30)))),
        Season((10, 1), (5, 31), ((time(8, 30), time(12)), (time(14, 30), time(18)))),
    )
)
