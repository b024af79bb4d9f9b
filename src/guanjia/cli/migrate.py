"""`guanjia migrate`: a district brought up to the installed version."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from guanjia.cli import district, speech, tables
from guanjia.kernel.text import gettext_noop as _


@speech.command(
    "migrate",
    help=_(
        "Bring a district up to the installed version: its tables, the shared cache, styles and scripts. It says what "
        "it changes; run again, it changes nothing.\n\nMake a backup first, and stop web and worker. With --check it "
        "only says what waits, and the exit code is 1 where anything does."
    ),
    example="guanjia migrate --dir demo\nguanjia migrate --check",
)
@district.dir_option
@speech.option("--check", is_flag=True, help=_("Change nothing; exit code 1 where something waits."))
@click.pass_context
def command(context: click.Context, check: bool) -> None:
    found = tables.look()
    tables.demand_known(found)
    for change in found.waiting:
        _list(change)
    if not found.cache:
        _list(speech.say(_("the table of the shared cache")))
    if check:
        context.exit(_say_what_waits(found))
    tables.bring_up()
    with tables.alone_in_folder("static.lock"):
        # The files of the version before are left: pages that somebody has open still ask for them.
        call_command("collectstatic", interactive=False, verbosity=0)
    count = len(found.waiting)
    click.echo(speech.say(_("%(count)s changes made; the tables, styles and scripts are up to date."), count=count))


def _say_what_waits(found: tables.Standing) -> int:
    """The exit code."""
    collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if not collected:
        _list(speech.say(_("styles and scripts")))
    if found.current and collected:
        click.echo(speech.say(_("Nothing waits: the district is up to date.")))
        return 0
    speech.fail(speech.say(_("This waits.")), speech.say(_("Make a backup, then run `guanjia migrate`.")))
    return 1


def _list(change: str) -> None:
    click.echo(f"  {change}")
