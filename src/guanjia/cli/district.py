"""Which district a command works on: a folder made by `guanjia demo`, or the environment."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from guanjia.cli import speech
from guanjia.kernel.text import gettext_noop as _

ENVIRONMENT = "district.env"
#: For `--help` alone, which needs Django but no district.
MADE_UP = {
    "GUANJIA_SECRET_KEY": "help-only",
    "GUANJIA_DATA_KEYS": "t:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "GUANJIA_INDEX_KEY": "help-only",
}

#: For every command that works on a district. The main command has entered it before the command's module is loaded.
dir_option = speech.option(
    "--dir",
    "district_dir",
    type=click.Path(path_type=Path),
    expose_value=False,
    help=_("Folder of the district; without it, the settings come from the environment."),
)


def folder_in(words: Sequence[str]) -> Path | None:
    """The value of --dir on a command line."""
    for index, word in enumerate(words):
        if word == "--dir" and index + 1 < len(words):
            return Path(words[index + 1])
        if word.startswith("--dir="):
            return Path(word.removeprefix("--dir="))
    return None


def prepare(words: Sequence[str]) -> None:
    """Enter the district of a command line. For --help any will do."""
    if "--help" in words:
        for name, value in MADE_UP.items():
            os.environ.setdefault(name, value)
        enter(None)
    else:
        enter(folder_in(words))


def enter(folder: Path | None) -> None:
    """Take the settings of the folder into the environment and start Django. Raises ClickException where the folder
    is no district or the settings are not right."""
    if folder is not None:
        read_environment(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.config.settings")
    django, exceptions = importlib.import_module("django"), importlib.import_module("django.core.exceptions")
    try:
        django.setup()
    except exceptions.ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error
    translation = importlib.import_module("django.utils.translation")
    translation.activate("zh-hans" if speech.language() == "zh" else "en")


def read_environment(folder: Path) -> None:
    """Lines of NAME=value, without quotes. What the environment sets already wins. Raises ClickException."""
    path = folder / ENVIRONMENT
    if not path.is_file():
        sentence = _("%(folder)s is no district: it holds no %(name)s.")
        todo = _("Make one with `guanjia demo --dir %(folder)s`, or check the path.")
        raise click.ClickException(
            speech.say(sentence, folder=folder, name=ENVIRONMENT) + " " + speech.say(todo, folder=folder)
        )
    os.environ["GUANJIA_DIR"] = str(folder.resolve())
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def work_calendar() -> tuple[Any, Any]:
    """The district's calendar and office hours; the district has been entered."""
    calendar, hours = importlib.import_module("guanjia.registry.queries").work_calendar(None)
    return calendar, hours
