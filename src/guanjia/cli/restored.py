"""What is done to a district that has just been restored, in a process that has entered it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from django.db import DatabaseError, connection

from guanjia.cli import archive, district, speech
from guanjia.kernel.text import gettext_noop as _


def check_target(manifest: dict[str, Any], *, own_settings: bool) -> None:
    """Before anything is unpacked: whether the settings name an empty database of the kind that the backup was made of.
    Raises BadArchive."""
    engine = manifest["engine"]
    if engine == "postgresql" and not own_settings:
        # Those in the backup, if any, name the database that it was made of.
        raise archive.BadArchive(
            _("it is of a PostgreSQL database: put a district.env that names an empty one into the folder")
        )
    if engine != connection.vendor:
        sentence = _("it was made of %(engine)s, and the settings name a database of %(other)s")
        raise archive.BadArchive(sentence, engine=engine, other=connection.vendor)
    if engine == "postgresql":
        _check_empty()


def _check_empty() -> None:
    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise archive.BadArchive(_("the database cannot be reached: %(why)s"), why=str(error).strip()) from error
    finally:
        connection.close()
    if tables:
        sentence = _("the database %(name)s is not empty")
        raise archive.BadArchive(sentence, name=connection.settings_dict["NAME"])


def finish(folder: Path, manifest: dict[str, Any]) -> None:
    """Bring the tables up to this version and verify the ledger: in processes of their own, which have entered the
    folder."""
    environment = _environment(folder)
    _run(folder, environment, "migrate", "--dir", str(folder))
    _run(folder, environment, "audit", "verify", "--dir", str(folder))
    sentence = _("Restored into %(folder)s: %(cases)s cases, as of %(moment)s. The ledger is whole.")
    click.echo(speech.say(sentence, folder=folder, cases=manifest["cases"], moment=manifest["made_at"]))


def _environment(folder: Path) -> dict[str, str]:
    """That of this process with the folder's keys instead of the made-up ones by which the archive was read."""
    own = {name: value for name, value in os.environ.items() if district.MADE_UP.get(name) != value}
    lines = (folder / district.ENVIRONMENT).read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {
        **settings,
        **own,
        "GUANJIA_DIR": str(folder.resolve()),
        "DJANGO_SETTINGS_MODULE": "guanjia.config.settings",
    }


def _run(folder: Path, environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "guanjia.cli.main", *words]
    if subprocess.run(command, env=environment, check=False).returncode:
        raise click.ClickException(
            speech.say(_("%(folder)s was restored, but is not in order; see above."), folder=folder)
        )
