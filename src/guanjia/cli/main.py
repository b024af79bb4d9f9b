"""The `guanjia` command. A command's module is loaded only when it is called, so that `guanjia --help` and the
commands that need no district start at once.

A new command is a line in COMMANDS and a module `guanjia/cli/<name>.py` with a `command` object.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import click

from guanjia.cli import district, speech
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.limits import ClockError


@dataclass(frozen=True, slots=True)
class Entry:
    """`district`: whether the command works on a district, which is then entered before its module is loaded."""

    module: str
    does: str
    district: bool = True


COMMANDS = {
    "demo": Entry("demo", _("Show a living district of invented people"), district=False),
    "serve": Entry("serve", _("Serve the pages and run the clocks, in one process")),
    "web": Entry("web", _("Serve the pages alone")),
    "worker": Entry("worker", _("Run the clocks and the messages alone")),
    "doctor": Entry("doctor", _("Say what is wrong with the set-up and how to mend it"), district=False),
    "migrate": Entry("migrate", _("Bring a district up to the installed version")),
    "stats": Entry("stats", _("Count what is in a district")),
    "why": Entry("why", _("Explain the dates of a case")),
    "due": Entry("due", _("Work out when a limit runs out, and why"), district=False),
    "audit": Entry("audit", _("Verify the ledger, print its digest")),
    "place": Entry("place", _("Say which place had a code, and what became of it")),
    "playbook": Entry("playbook", _("Check, explain, begin, rehearse, adopt and stop playbooks"), district=False),
    "import": Entry("import_", _("Load places, people, businesses, cases from files")),
    "export": Entry("export", _("Write the ledger as a spreadsheet")),
    "cards": Entry("cards", _("Print contact cards with QR codes as PDF")),
    "backup": Entry("backup", _("Copy a district into one file")),
    "restore": Entry("restore", _("Bring a district back from such a file"), district=False),
}


def module_of(name: str) -> str | None:
    """The module of a command; None where there is none (yet)."""
    entry = COMMANDS.get(name)
    path = f"guanjia.cli.{entry.module}" if entry is not None else ""
    return path if path and find_spec(path) is not None else None


class Guanjia(speech.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if module_of(name) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        path = module_of(cmd_name)
        if path is None:
            return None
        command: click.Command = importlib.import_module(path).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if module_of(name) is None and not ctx.resilient_parsing:
            close = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = speech.say(_("Did you mean %(meant)s?"), meant=close[0]) if close else ""
            ctx.fail(f"{speech.say(_('There is no command %(name)s.'), name=name)} {hint}".strip())
        if name in COMMANDS and COMMANDS[name].district:
            _hear_language(args)
            district.prepare(args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table, without loading a module."""
        with formatter.section(speech.say(_("Commands"))):
            formatter.write_dl([(name, speech.say(COMMANDS[name].does)) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            speech.refuse(problem)
        except ClockError as error:
            speech.fail(speech.say(error.message, **error.params))
        ctx.exit(1)


def _hear_language(words: Sequence[str]) -> None:
    """A district's commands are loaded, with their texts, before their own options are read."""
    for index, word in enumerate(words[:-1]):
        if word == "--lang":
            os.environ[speech.VARIABLE] = words[index + 1]


def _version() -> str:
    try:
        return version("guanjia")
    except PackageNotFoundError:
        return "0"


@click.group(
    cls=Guanjia,
    help=_("Every household and business has a named steward; every request has an owner and a date."),
    example="guanjia due 2026-09-30T16:00 3wd\nguanjia playbook explain service-steward",
)
@speech.language_option
@click.version_option(_version(), prog_name="guanjia")
def main() -> None:
    pass


if __name__ == "__main__":
    main()
