"""`guanjia doctor`: what is wrong with a set-up, and how to mend it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from guanjia.cli import district, speech
from guanjia.kernel.text import gettext_noop as _

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "bold red")}


@speech.command(
    "doctor",
    help=_(
        "Check settings, keys, database, calendar, storage, fonts, worker and messages, and say of each fault how "
        "to mend it.\n\n"
        "The exit code is 1 where there is an error; warnings do not count."
    ),
    example="guanjia doctor --dir demo\nguanjia doctor --json",
)
@speech.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help=_("Folder of the district; without it, the settings come from the environment."),
)
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def command(folder: Path | None, as_json: bool) -> None:
    district.enter(folder)
    checks: Any = importlib.import_module("guanjia.cli.checkup")
    found = checks.findings()
    if as_json:
        click.echo(json.dumps([_data(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _show(found)
    if any(one.level == "error" for one in found):
        raise SystemExit(1)


def _data(one: Any) -> dict[str, str]:
    return {"check": one.check, "level": one.level, "what": _said(one.what, one), "mend": _said(one.mend, one)}


def _said(message: str, one: Any) -> str:
    return speech.say(message, **one.params) if message else ""


def _show(found: list[Any]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for one in found:
        mark, style = MARKS[one.level]
        table.add_row(Text(mark, style=style), one.check, Text(_said(one.what, one)))
        if one.mend and one.level != "ok":
            table.add_row("", "", Text(f"→ {_said(one.mend, one)}", style="dim"))
    speech.out().print(table)
