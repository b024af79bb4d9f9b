"""`guanjia import`: tables of places, people, businesses and cases, with a report on each row that was wrong."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.timezone import now

from guanjia.cases.imports import CASES
from guanjia.cli import district, speech
from guanjia.cli.progress import bar
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.import_report import Report
from guanjia.kernel.importing import load_mapping, run
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes.imports import ENROLMENTS
from guanjia.registry.imports import KINDS
from guanjia.ui.counted import COUNTED

ALL_KINDS = {**KINDS, ENROLMENTS.name: ENROLMENTS, CASES.name: CASES}


@speech.command(
    "import",
    help=_(
        "Load a table (Excel or CSV) into the district.\n\nEvery row that is wrong is reported with its line, column "
        "and what to do; where any is, nothing is loaded, unless --skip-bad. A mapping file says which column is which."
    ),
    example="guanjia import businesses 企业名录.xlsx --dry-run --dir demo\n"
    "guanjia import cases 留言.csv --map 留言.toml --skip-bad --report 问题.xlsx",
)
@click.argument("kind", type=click.Choice(list(ALL_KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@speech.option(
    "--map", "mapping", type=click.Path(exists=True, path_type=Path), help=_("TOML file: which column is which.")
)
@speech.option("--dry-run", is_flag=True, help=_("Report what would happen, and load nothing."))
@speech.option("--skip-bad", is_flag=True, help=_("Load the good rows though others are wrong."))
@speech.option(
    "--report", "report_to", type=click.Path(path_type=Path), help=_("Write the whole report to this .xlsx.")
)
@speech.option("--json", "as_json", is_flag=True, help=_("Print the report as JSON."))
@district.dir_option
@click.pass_context
def command(
    context: click.Context,
    kind: str,
    file: Path,
    mapping: Path | None,
    dry_run: bool,
    skip_bad: bool,
    report_to: Path | None,
    as_json: bool,
) -> None:
    chosen = ALL_KINDS[kind]
    columns = load_mapping(mapping, chosen) if mapping is not None else None
    with bar(file.name) as told:
        report = run(chosen, file, SYSTEM, at=now(), mapping=columns, dry_run=dry_run, skip_bad=skip_bad, progress=told)
    if report_to is not None:
        report.write_xlsx(report_to)
    if as_json:
        click.echo(json.dumps(report.as_data(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    context.exit(1 if report.refused and not report.stored else 0)


def _show(report: Report) -> None:
    console = speech.out()
    if report.refused or report.warnings:
        console.print(report.drawn())
    else:
        console.print(report.summary())
    for what, number in report.loaded.items():
        console.print(f"  {number:>8,}  {speech.say(COUNTED.get(what, what))}")
    if report.unread:
        console.print(speech.say(_("Columns that nothing was read from: %(names)s"), names="、".join(report.unread)))
