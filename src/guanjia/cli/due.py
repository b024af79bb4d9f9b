"""`guanjia due`: when a limit runs out, with every day counted or skipped."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from guanjia.cli import district, speech
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.calendar_seed import published_calendar
from guanjia.playbook.due import NOTE_WORDS, Due, due
from guanjia.playbook.hours import DEFAULT_HOURS
from guanjia.playbook.limits import Limit, TimeUnit

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
DAYS = (TimeUnit.DAYS, TimeUnit.WORKING_DAYS)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = _("“%(text)s” is not a moment. Write it like 2026-09-30T16:00.")
        raise click.UsageError(speech.say(sentence, text=text)) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


@speech.command(
    "due",
    help=_(
        "Work out when a limit runs out.\n\nSTART is a moment (2026-09-30T16:00), LIMIT a number with its unit: "
        "min (minutes), h (hours), wh (working hours), d (days), wd (working days). Counted on the published work "
        "calendar, or with --dir on the district's own."
    ),
    example="guanjia due 2026-09-30T16:00 3wd\nguanjia due 2026-03-06T17:30 4wh --json",
)
@click.argument("start", metavar="START")
@click.argument("limit", metavar="LIMIT")
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@speech.option("--dir", "folder", type=click.Path(path_type=Path), help=_("Count on the calendar of this district."))
def command(start: str, limit: str, as_json: bool, folder: Path | None) -> None:
    calendar, hours = published_calendar(), DEFAULT_HOURS
    if folder is not None:
        district.enter(folder)
        calendar, hours = district.work_calendar()
    zone = ZoneInfo(os.environ.get("GUANJIA_TIME_ZONE", "Asia/Shanghai"))
    wanted = Limit.parse(limit)
    result = due(_moment(start, zone), wanted, calendar, hours, zone)
    if as_json:
        click.echo(json.dumps(_data(start, wanted, result, zone), ensure_ascii=False, indent=2))
    else:
        _show(wanted, result, zone)


def _data(start: str, limit: Limit, result: Due, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "from": start,
        "limit": str(limit),
        "due": _local(result, zone).isoformat(),
        "estimated": result.estimated,
        "days": [
            {
                "day": step.day.isoformat(),
                "counted": step.counted,
                "amount": step.amount,
                "note": str(step.note),
                "label": step.label,
                "estimated": step.estimated,
                "why": speech.say(NOTE_WORDS[step.note]),
            }
            for step in result.steps
        ],
    }


def _local(result: Due, zone: ZoneInfo) -> datetime:
    assert result.moment is not None, "nothing pauses here"
    return result.moment.astimezone(zone)


def _show(limit: Limit, result: Due, zone: ZoneInfo) -> None:
    console, moment = speech.out(), _local(result, zone)
    day = speech.say(WEEKDAYS[moment.weekday()])
    console.print(speech.say(_("Due: %(moment)s %(day)s"), moment=f"{moment:%Y-%m-%d %H:%M}", day=day), style="bold")
    if result.estimated:
        console.print(speech.say(_("Estimated: no notice on the holidays of that year has been published yet.")))
    table = Table(box=None, pad_edge=False)
    unit = speech.say(_("days")) if limit.unit in DAYS else speech.say(_("minutes"))
    for heading in (speech.say(_("Day")), "", unit, speech.say(_("Why"))):
        table.add_column(heading)
    for step in result.steps:
        why = " ".join(filter(None, (speech.say(NOTE_WORDS[step.note]), step.label)))
        why += f" ({speech.say(_('estimated'))})" if step.estimated else ""
        weekday = speech.say(WEEKDAYS[step.day.weekday()])
        style = "" if step.counted else "dim"
        table.add_row(step.day.isoformat(), weekday, str(step.amount) if step.counted else "–", why, style=style)
    console.print(table)
