"""`guanjia backup`: a district into one file, while it goes on working."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection

from guanjia.cases.models import Case, Event
from guanjia.cli import archive, district, speech, tables
from guanjia.cli.progress import bar
from guanjia.kernel.text import gettext_noop as _


@speech.command(
    "backup",
    help=_(
        "Copy a district into one file: the database as of one moment, and all photos and files.\n\nThe keys are "
        "NOT in it unless "
        "--with-keys is given: keep them in another place, for without them nobody's data can be read from the "
        "backup, and with "
        "them everybody's can. The file is read back before the command says that it is done."
    ),
    example="guanjia backup --dir demo /backups/district.tar.gz\nguanjia backup --with-keys everything.tar.gz",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@district.dir_option
@speech.option("--with-keys", is_flag=True, help=_("Put the keys (district.env) into the file too."))
@speech.option("--force", is_flag=True, help=_("Write over a file that is there."))
def command(file: Path, with_keys: bool, force: bool) -> None:
    if file.exists() and not force:
        raise click.ClickException(speech.say(_("%(file)s is there already; --force writes over it."), file=file))
    keys = Path(settings.DIR) / archive.KEYS if with_keys else None
    if keys is not None and not keys.is_file():
        raise click.ClickException(
            speech.say(_("There is no %(file)s: the keys come from the environment."), file=keys)
        )
    try:
        _back_up(file, keys)
    except (archive.BadArchive, OSError) as error:
        raise click.ClickException(speech.say(_("The backup failed: %(why)s"), why=archive.reason(error))) from error
    except DatabaseError as error:
        raise tables.unreachable(error) from error
    size = file.stat().st_size / 1024**2
    click.echo(speech.say(_("%(file)s: %(size).1f MB, read back and whole."), file=file, size=size))
    if keys is None:
        click.echo(
            speech.say(
                _("The keys are not in it. Keep district.env (or the settings GUANJIA_…_KEY…) in another place.")
            )
        )
    else:
        click.echo(speech.say(_("THE KEYS ARE IN IT: whoever has this file can read everybody's data.")))


def _back_up(file: Path, keys: Path | None) -> None:
    manifest = {
        "format": archive.FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "district": settings.GUANJIA_DISTRICT_NAME,
        "engine": connection.vendor,
        # Counted before the copy is made: the copy has at least these.
        "cases": Case.objects.count(),
        "lines": Event.objects.count(),
        "keys": keys is not None,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file, on the same disk: what takes its name is whole and has been read back.
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
        scratch = Path(folder)
        with bar(speech.say(_("Copying the database"))) as told:
            database = archive.copy_database(scratch, told)
        with bar(speech.say(_("Packing"))) as told:
            archive.write(scratch / file.name, database, manifest=manifest, keys=keys, told=told)
        database.unlink()
        with bar(speech.say(_("Reading it back"))) as told:
            archive.check(scratch / file.name, lambda done: told(done, done), scratch / "back")
        (scratch / file.name).replace(file)
