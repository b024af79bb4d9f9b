"""`guanjia web`: the pages."""

from __future__ import annotations

import click
from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from guanjia.cli import district, running, speech, tables
from guanjia.kernel.text import gettext_noop as _

APPLICATION = "guanjia.config.wsgi:application"
#: Threads of each process that may wait for the database at once.
THREADS = 4
#: Seconds that a request in hand has to end when the server stops.
GRACE = 10


@speech.command(
    "web",
    help=_("Serve the pages and the API. Styles and scripts are served by the same processes."),
    example="guanjia web --dir demo --port 8000\nguanjia web --host 0.0.0.0 --workers 4",
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
    connection.close()  # each process that serves opens its own
    Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    ).serve()
