"""`guanjia why`: each running limit of a case, with every day counted or skipped."""

from __future__ import annotations

import json
from typing import Any

import click
from django.utils.timezone import localtime
from rich.console import Console
from rich.table import Table

from guanjia.cases.queries.numbers import case_id_of
from guanjia.cases.queries.page import why
from guanjia.cli import district, speech
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.due import NOTE_WORDS, Due, Step
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, ClockState
from guanjia.playbook.limits import Limit, TimeUnit


@speech.command(
    "why",
    help=_(
        "Explain the dates of a case: each running limit, with every day that counted and every day that was skipped."
        "\n\nNUMBER is the ledger number, with its dashes or without."
    ),
    example="guanjia why 2026-0000123-4 --dir demo\nguanjia why 2026-0000123-4 --json",
)
@click.argument("number")
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@district.dir_option
def command(number: str, as_json: bool) -> None:
    found = why(SYSTEM, case_id_of(number))
    if as_json:
        click.echo(json.dumps([_data(clock, due) for clock, due in found], ensure_ascii=False, indent=2))
        return
    console = speech.out()
    if not found:
        console.print(speech.say(_("No limit runs in case %(number)s."), number=number))
    for clock, due in found:
        _show(console, clock, due)


def _data(clock: ClockState, due: Due) -> dict[str, Any]:
    return {
        "clock": clock.key,
        "label": speech.say(CLOCK_LABELS[clock.kind]),
        "limit": clock.limit,
        "started": localtime(clock.started).isoformat(),
        "paused": clock.paused,
        "due": localtime(due.moment).isoformat() if due.moment is not None else None,
        "estimated": due.estimated,
        "given": clock.given is not None,
        "days": [
            {
                "day": step.day.isoformat(),
                "counted": step.counted,
                "amount": step.amount,
                "note": str(step.note),
                "label": step.label,
                "estimated": step.estimated,
                "why": _reason(step),
            }
            for step in due.steps
        ],
    }


def _show(console: Console, clock: ClockState, due: Due) -> None:
    facts = {
        "label": speech.say(CLOCK_LABELS[clock.kind]),
        "limit": clock.limit,
        "started": f"{localtime(clock.started):%Y-%m-%d %H:%M}",
        "due": f"{localtime(due.moment):%Y-%m-%d %H:%M}" if due.moment is not None else "",
    }
    sentence = _("%(label)s: %(limit)s from %(started)s, due %(due)s")
    if clock.given is not None:
        sentence = _("%(label)s: due %(due)s, given by the sender")
    elif due.moment is None:
        sentence = _("%(label)s: %(limit)s from %(started)s, paused")
    console.print(speech.say(sentence, **facts), style="bold")
    if due.estimated:
        console.print(speech.say(_("Estimated: no notice on the holidays of that year has been published yet.")))
    if not due.steps:
        return
    days = Limit.parse(clock.limit).unit in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS)
    table = Table(box=None, pad_edge=False)
    for heading in (_("Day"), _("days") if days else _("minutes"), _("Why")):
        table.add_column(speech.say(heading))
    for step in due.steps:
        amount = str(step.amount) if step.counted else "–"
        table.add_row(step.day.isoformat(), amount, _reason(step), style="" if step.counted else "dim")
    console.print(table)


def _reason(step: Step) -> str:
    words = " ".join(filter(None, (speech.say(NOTE_WORDS[step.note]), step.label)))
    return f"{words} ({speech.say(_('estimated'))})" if step.estimated else words
