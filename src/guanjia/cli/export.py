"""`guanjia export`: the ledger as the workbook that offices know."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from django.utils.timezone import now

from guanjia.cases.exports import export_ledger
from guanjia.cases.queries.lists import filtered, read_filters
from guanjia.cli import district, speech
from guanjia.cli.progress import bar
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.text import gettext_noop as _

_DAY = click.DateTime(["%Y-%m-%d"])


@speech.group(
    "export",
    help=_("Write the ledger as a spreadsheet."),
    example="guanjia export ledger 台账.xlsx --since 2026-11-01 --only late --dir demo",
)
def command() -> None:
    pass


@command.command(
    "ledger",
    help=_(
        "Write the ledger to an .xlsx, one line a case, oldest first.\n\nNames and phones of those who asked are left "
        "out; of a case that was handed over sealed there is only that it was."
    ),
    example="guanjia export ledger 台账.xlsx --dir demo\n"
    "guanjia export ledger 超期.xlsx --status working --only late --since 2026-11-01",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@speech.option("--text", help=_("Words of the title, text or address, or a ledger number."))
@speech.option("--status", help=_("State, e.g. working."))
@speech.option("--outcome", help=_("Outcome, e.g. solved."))
@speech.option("--category", help=_("Key of a category."))
@speech.option("--tier", help=_("Key of a tier."))
@speech.option("--channel", help=_("Channel, e.g. hotline."))
@speech.option("--place", help=_("Id of a street, community, grid or courtyard."))
@speech.option("--unit", help=_("Id of the unit that holds them."))
@speech.option("--since", type=_DAY, help=_("Registered on this day or later."))
@speech.option("--until", type=_DAY, help=_("Registered on this day or earlier."))
@speech.option("--only", multiple=True, help=_("open, closed, late, redone, contested …; may be given several times."))
@speech.language_option
@district.dir_option
def ledger_command(
    file: Path, since: datetime | None, until: datetime | None, only: tuple[str, ...], **given: str | None
) -> None:
    days = {"since": since, "until": until}
    raw = {name: value for name, value in given.items() if value}
    raw |= {name: day.date().isoformat() for name, day in days.items() if day is not None}
    filters, at = read_filters(raw, only), now()
    total = filtered(SYSTEM, filters, at=at).count()
    with bar(file.name) as told:
        written = export_ledger(SYSTEM, file, filters, at=at, progress=lambda done: told(done, total))
    click.echo(speech.say(_("%(count)s cases written to %(file)s."), count=written, file=file))
