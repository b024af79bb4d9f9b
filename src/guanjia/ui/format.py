"""Times, spans, amounts and counts as people read them, in the active language and time zone.

Pure: the clock is an argument.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

WAN = 10_000


def day(value: date | datetime) -> str:
    """2026年11月21日 / 21 November 2026. Datetimes are aware."""
    return dateformat.format(_local(value), pgettext("date format", "j F Y"))


def short_day(value: date | datetime) -> str:
    """11-21 / 21 Nov, for dense tables where the year is plain."""
    return dateformat.format(_local(value), pgettext("short date format", "j M"))


def moment(value: datetime, now: datetime | None = None) -> str:
    """11-21 14:30 / 21 Nov 14:30; with the year before or after this one, if `now` is given: 2027-01-04 17:30."""
    local = _local(value)
    if now is not None and local.year != _local(now).year:
        return dateformat.format(local, pgettext("moment of another year", "j M Y H:i"))
    return dateformat.format(local, pgettext("moment", "j M H:i"))


def full_moment(value: datetime) -> str:
    """2026年11月21日 14:30 / 21 November 2026, 14:30."""
    return dateformat.format(_local(value), pgettext("full moment", "j F Y, H:i"))


def ago(value: datetime, now: datetime) -> str:
    """刚刚, 5 分钟前, 2 小时前, 3 天前; older than a week: the day itself."""
    seconds = (now - value).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        n = int(seconds // 60)
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    if seconds < 86400:
        n = int(seconds // 3600)
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    if seconds < 7 * 86400:
        n = int(seconds // 86400)
        return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n}
    return day(value)


def span(amount: int, unit: str) -> str:
    """`amount` of a playbook's unit (min, h, wh, wd, d): 2 个工作日 / 2 working days. KeyError for another."""
    return _units(amount)[unit]


def time_left(amount: int, unit: str) -> str:
    """还剩 2 个工作日; negative amounts are late: 超期 3 小时; nought: 即刻到期."""
    if amount == 0:
        return _("Due now")
    if amount < 0:
        return _("%(span)s late") % {"span": span(-amount, unit)}
    return _("%(span)s left") % {"span": span(amount, unit)}


def duration(value: timedelta) -> str:
    """The two largest of days, hours and minutes: 3 天 4 小时, 35 分钟. Under a minute: 不到 1 分钟."""
    minutes = int(abs(value).total_seconds() // 60)
    parts = [(minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min")]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    words = [span(amount, unit) for amount, unit in parts[:2] if amount]
    return " ".join(words) or _("less than a minute")


def yuan(value: Decimal | int | float) -> str:
    """1,234.50 元 / ¥1,234.50; whole amounts without the fraction."""
    return pgettext("amount in yuan", "¥%(amount)s") % {"amount": _grouped(Decimal(str(value)), 2)}


def amount(value: Decimal | int | float) -> str:
    """元 below ten thousand, 万元 from there on (12.5 万元); English always writes the yuan out."""
    exact = Decimal(str(value))
    if abs(exact) < WAN or not _chinese():
        return yuan(exact)
    return f"{_grouped(exact / WAN, 2, trim=True)} 万元"


def count(value: int) -> str:
    """12,345."""
    return f"{value:,}"


def short_count(value: int) -> str:
    """9,876, then 1.2 万 / 12k: for tiles and badges where room is short."""
    if abs(value) < WAN:
        return count(value)
    if _chinese():
        return f"{_grouped(Decimal(value) / WAN, 1, trim=True)} 万"
    return f"{_grouped(Decimal(value) / 1000, 0)}k"


def percent(part: float, whole: float) -> str:
    """87.5%; – where there is nothing to divide by."""
    if not whole:
        return "–"
    return f"{_grouped(Decimal(str(100 * part / whole)), 1, trim=True)}%"


def size(number: int) -> str:
    """A file's size: 350 KB, 2.4 MB."""
    if number < 1024 * 1024:
        return f"{max(1, round(number / 1024))} KB"
    return f"{_grouped(Decimal(number) / (1024 * 1024), 1, trim=True)} MB"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _units(n: int) -> dict[str, str]:
    values = {"n": n}
    return {
        "min": ngettext("%(n)d minute", "%(n)d minutes", n) % values,
        "h": ngettext("%(n)d hour", "%(n)d hours", n) % values,
        "wh": ngettext("%(n)d working hour", "%(n)d working hours", n) % values,
        "wd": ngettext("%(n)d working day", "%(n)d working days", n) % values,
        "d": ngettext("%(n)d day", "%(n)d days", n) % values,
    }


def _grouped(value: Decimal, places: int, *, trim: bool = False) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == rounded.to_integral_value():
        return f"{rounded.to_integral_value():,f}"
    text = f"{rounded:,f}"
    return text.rstrip("0") if trim else text
