"""Office minutes as one long line, so that "forty working minutes later" is one look-up."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.hours import OfficeHours

MINUTE = timedelta(minutes=1)


class OfficeTime:
    """The office hours of the days from `first` to `last`."""

    def __init__(self, calendar: WorkCalendar, hours: OfficeHours, zone: ZoneInfo, first: date, last: date) -> None:
        self._opens: list[datetime] = []
        #: Office minutes gone before each stretch opens.
        self._before: list[float] = []
        gone, day = 0.0, first
        while day <= last:
            for opens, closes in hours.spans_on(day) if calendar.day(day).working else ():
                start = datetime.combine(day, opens, zone).astimezone(UTC)
                self._opens.append(start)
                self._before.append(gone)
                gone += (datetime.combine(day, closes, zone).astimezone(UTC) - start) / MINUTE
            day += timedelta(1)
        self._whole = gone

    def gone(self, moment: datetime) -> float:
        """Office minutes from the beginning to this moment."""
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return 0.0
        end = self._before[index + 1] if index + 1 < len(self._before) else self._whole
        return min(self._before[index] + (moment - self._opens[index]) / MINUTE, end)

    def after(self, moment: datetime, minutes: float) -> datetime:
        """So many office minutes later, always within office hours."""
        wanted = min(self.gone(moment) + max(minutes, 1.0), self._whole)
        index = bisect_right(self._before, wanted) - 1
        return self._opens[index] + timedelta(seconds=round((wanted - self._before[index]) * 60))

    def between(self, start: datetime, end: datetime) -> float:
        return self.gone(end) - self.gone(start)
