"""`guanjia audit`: whether ledger and record are as they were written, and the digests that anybody can hold us to."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from rich.table import Table

from guanjia.cases import verification
from guanjia.cases.models import Digest, Event
from guanjia.cli import district, speech
from guanjia.cli.progress import bar
from guanjia.kernel import seals
from guanjia.kernel.chain import Fault
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.text import gettext_noop as _

#: How many days `guanjia audit digest` prints when none is named.
LATEST = 7


@speech.group(
    "audit",
    help=_("Verify the ledger, print its digest."),
    example="guanjia audit verify --dir demo\nguanjia audit digest --day 2026-11-20",
)
def command() -> None:
    pass


@command.command(
    "verify",
    help=_(
        "Read the whole ledger and the record of changes outside it, and check that nothing was edited, removed, "
        "inserted or re-ordered since it was written.\n\nEach fault is printed with its line (case/line), its entry of "
        "the record, or its day; the exit code is 1 where there is any."
    ),
    example="guanjia audit verify --dir demo",
)
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@speech.language_option
@district.dir_option
@click.pass_context
def verify_command(context: click.Context, as_json: bool) -> None:
    lines, entries = Event.objects.count(), AuditEntry.objects.count()
    with bar(speech.say(_("Lines of the ledger"))) as told:
        faults = list(verification.verify(lambda done: told(done, lines)))
    with bar(speech.say(_("Record of changes"))) as told:
        faults += seals.verify(lambda done: told(done, entries))
    if as_json:
        found = {"lines": lines, "entries": entries, "faults": [_fault(one) for one in faults]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif faults:
        for one in faults:
            speech.fail(f"{_where(one)}  {speech.say(one.what)}")
    else:
        sentence = _("%(lines)s lines of the ledger and %(entries)s entries of the record are as they were written.")
        click.echo(speech.say(sentence, lines=lines, entries=entries))
    context.exit(1 if faults else 0)


def _where(fault: Fault) -> str:
    if fault.entry is not None:
        return speech.say(_("entry %(id)s"), id=fault.entry)
    return fault.event or str(fault.day)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "event": fault.event,
        "entry": fault.entry,
        "day": fault.day.isoformat() if fault.day is not None else None,
        "what": speech.say(fault.what),
    }


@command.command(
    "digest",
    help=_("Print the published digest of a day, or those of the last days: compare them with what you noted then."),
    example="guanjia audit digest\nguanjia audit digest --day 2026-11-20 --dir demo",
)
@speech.option("--day", type=click.DateTime(["%Y-%m-%d"]), help=_("The day; otherwise the last seven that there are."))
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@speech.language_option
@district.dir_option
@click.pass_context
def digest_command(context: click.Context, day: datetime | None, as_json: bool) -> None:
    found = Digest.objects.order_by("-day")
    digests = list(found.filter(day=day.date())) if day is not None else list(found[:LATEST])
    if as_json:
        rows = [
            {"day": one.day.isoformat(), "lines": one.events, "hash": one.hash, "audit": one.audit_seal}
            for one in digests
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        table = Table(box=None, pad_edge=False)
        for heading in (_("Day"), _("Lines"), _("Digest")):
            table.add_column(speech.say(heading), no_wrap=True)
        for one in digests:
            table.add_row(one.day.isoformat(), str(one.events), one.hash)
        speech.out().print(table)
    if not digests:
        speech.fail(
            speech.say(_("There is no digest yet.")),
            speech.say(_("The worker makes a day's digest ten minutes after its midnight.")),
        )
        context.exit(1)
