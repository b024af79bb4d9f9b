"""What the command line says: in the reader's language, refusals in one clear red sentence with what to do.

`command`, `group` and `option` are click's, with help that is written as an English message id and translated when
it is shown.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from guanjia.kernel.catalogues import catalogue
from guanjia.kernel.problems import Problem, Problems
from guanjia.kernel.text import gettext_noop as _

if TYPE_CHECKING:
    from rich.console import Console

LANGUAGES = ("zh", "en")
VARIABLE = "GUANJIA_LANG"
PIPE_WIDTH = 160


def language() -> str:
    """ "zh" or "en": --lang, else the environment, else Chinese."""
    chosen = os.environ.get(VARIABLE, "zh")
    return chosen if chosen in LANGUAGES else "zh"


def say(message: str, **params: Any) -> str:
    """The message in the reader's language, filled in."""
    text = catalogue(language()).gettext(message) if message else ""
    return text % params if params else text


def out() -> Console:
    """Where answers go; wide enough for tables where nobody's window sets the width."""
    # It takes longer to load than all that --help needs.
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def fail(sentence: str, todo: str = "") -> None:
    """One red sentence and what to do, on the error stream."""
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text(sentence, style="bold red"))
    if todo:
        console.print(Text(todo))


def refuse(problem: Problem) -> None:
    for one in problem.each if isinstance(problem, Problems) else (problem,):
        fail(one.sentence(say), one.advice(say))


def _set_language(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        os.environ[VARIABLE] = value


class Option(click.Option):
    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        spoken, self.help = self.help, say(self.help or "")
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = spoken


def option(*names: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(*names, cls=Option, **more)


language_option = option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_set_language,
    help=_("Language of the output; otherwise the variable GUANJIA_LANG, otherwise Chinese."),
)


class _Spoken:
    """Help that is translated when it is shown, and ends with an example."""

    help: str | None
    example: str

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.help or ""))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say(_("Example"))):
            for line in self.example.splitlines():
                formatter.write(f"  {line.strip()}\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        return say(self.help or "").split("\n")[0]


class Command(_Spoken, click.Command):
    def __init__(self, *args: Any, example: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.example = example


class Group(_Spoken, click.Group):
    command_class = Command

    def __init__(self, *args: Any, example: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.example = example


def command(name: str, *, help: str, example: str) -> Callable[[Callable[..., Any]], Command]:
    """`help`: message id; `example`: command lines that work as they stand."""

    def make(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, help=help, example=example)(language_option(function))

    return make


def group(name: str, *, help: str, example: str) -> Callable[[Callable[..., Any]], Group]:
    def make(function: Callable[..., Any]) -> Group:
        return click.group(name, cls=Group, help=help, example=example)(language_option(function))

    return make
