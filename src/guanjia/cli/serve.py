"""`guanjia serve`: the pages and the worker together."""

from __future__ import annotations

import click

from guanjia.cli import district, running, speech, tables
from guanjia.kernel.text import gettext_noop as _


@speech.command(
    "serve",
    help=_(
        "Serve the pages and run the clocks: `guanjia web` and `guanjia worker` side by side.\n\nCtrl-C stops both; "
        "where one "
        "of them ends, so does the other, with exit code 1. A real deployment runs the two apart under its own "
        "supervisor."
    ),
    example="guanjia serve --dir demo\nguanjia serve --host 0.0.0.0 --port 8080",
)
@district.dir_option
@speech.option("--host", default="127.0.0.1", help=_("The address to listen on (default: this machine alone)."))
@speech.option("--port", type=click.IntRange(1, 65535), default=8000, help=_("The port to serve on (default: 8000)."))
@speech.option(
    "--workers", type=click.IntRange(1, 64), default=2, help=_("How many processes serve pages (default: 2).")
)
def command(host: str, port: int, workers: int) -> None:
    running.check_port(host, port)
    tables.demand_current()
    click.echo(speech.say(_("Serving on http://%(host)s:%(port)s (stop with Ctrl-C)."), host=host, port=port))
    raise SystemExit(running.serve(host, port, workers=workers))
