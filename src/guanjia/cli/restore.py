"""`guanjia restore`: a district back from a backup, into an empty place only."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from guanjia.cli import district, speech
from guanjia.cli.progress import bar
from guanjia.kernel.text import gettext_noop as _


@speech.command(
    "restore",
    help=_(
        "Bring a district back from a backup.\n\nThe folder must be empty, or hold district.env with the keys alone "
        "(needed where "
        "the backup has none); a PostgreSQL database must be empty. Afterwards the tables are brought up to this "
        "version and the "
        "whole ledger is verified."
    ),
    example="guanjia restore /backups/district.tar.gz --dir /srv/district",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@speech.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help=_("The folder to restore into."),
)
def command(file: Path, folder: Path) -> None:
    standing = [path.name for path in folder.iterdir()] if folder.exists() else []
    if set(standing) - {district.ENVIRONMENT}:
        sentence = _("%(folder)s is not empty (%(first)s): restore into an empty folder.")
        first = next(name for name in sorted(standing) if name != district.ENVIRONMENT)
        raise click.ClickException(speech.say(sentence, folder=folder, first=first))
    _start_django(folder if district.ENVIRONMENT in standing else None)
    archive: Any = importlib.import_module("guanjia.cli.archive")
    restored: Any = importlib.import_module("guanjia.cli.restored")
    scratch = folder / ".restoring"
    try:
        restored.check_target(archive.manifest_of(file), own_settings=bool(standing))
        manifest = _unpack(archive, file, scratch, folder, standing)
    except (archive.BadArchive, OSError) as error:
        sentence = _("The backup cannot be used: %(why)s")
        raise click.ClickException(speech.say(sentence, why=archive.reason(error))) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if not (folder / district.ENVIRONMENT).exists():
        sentence = _(
            "Restored into %(folder)s. The backup holds no keys: put its district.env there, then run "
            "`guanjia migrate` and `guanjia audit verify`."
        )
        click.echo(speech.say(sentence, folder=folder))
        return
    restored.finish(folder, manifest)


def _start_django(folder: Path | None) -> None:
    """With the folder's keys where it has them; the archive is read with made-up ones otherwise."""
    if folder is None:
        district.prepare(["--help"])
    else:
        district.enter(folder)


def _unpack(archive: Any, file: Path, scratch: Path, folder: Path, standing: Sequence[str]) -> dict[str, Any]:
    scratch.mkdir(parents=True)
    with bar(speech.say(_("Unpacking"))) as told:
        manifest: dict[str, Any] = archive.unpack(file, scratch, lambda done: told(done, done))
    dump = scratch / archive.DUMP
    if dump.exists():
        archive.load_dump(dump)
        dump.unlink()
    for path in sorted(scratch.iterdir()):
        if path.name != district.ENVIRONMENT or not standing:
            path.rename(folder / path.name)
    return manifest
