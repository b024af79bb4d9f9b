"""`guanjia demo`: a living district in a folder, made once, then served."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from guanjia.cli import district, running, speech
from guanjia.kernel.text import gettext_noop as _


class Bars:
    """One bar for each stage of the building."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def stage(self, name: str, total: int) -> None:
        self._finish()
        self._task = self._progress.add_task(speech.say(name), total=total)

    def done(self, count: int) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=count)

    def _finish(self) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=self._progress.tasks[self._task].total)
            self._progress.stop_task(self._task)


@contextmanager
def _bars() -> Iterator[Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Bars(progress)


@speech.command(
    "demo",
    help=_(
        "Show a living district of invented people.\n\nThe first time it is made in a folder (about a minute); "
        "afterwards the "
        "folder is served as it was left. Sign-ins for each role stand on the sign-in page and in README.txt of the "
        "folder."
    ),
    example="guanjia demo\nguanjia demo --dir /tmp/small --scale 0.05 --live\nguanjia demo --prepare-only",
)
@speech.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=Path("demo"), help=_("The folder (default: ./demo).")
)
@speech.option("--port", type=click.IntRange(1, 65535), default=8000, help=_("The port to serve on (default: 8000)."))
@speech.option("--seed", type=int, default=1, help=_("Another number makes another district (default: 1)."))
@speech.option(
    "--scale", type=click.FloatRange(0.005, 4), default=1.0, help=_("How large (default: 1, a whole district).")
)
@speech.option("--live", is_flag=True, help=_("Let people go on asking and acting, so that the screens move."))
@speech.option("--no-browser", is_flag=True, help=_("Do not open the browser."))
@speech.option("--prepare-only", is_flag=True, help=_("Make the folder and stop."))
def command(folder: Path, port: int, seed: int, scale: float, live: bool, no_browser: bool, prepare_only: bool) -> None:
    if not prepare_only:
        running.check_port("127.0.0.1", port)
    _enter(folder, port, live)
    made = _prepare(seed, scale)
    if made:
        click.echo(speech.say(_("The district is ready in %(folder)s."), folder=folder))
    if prepare_only:
        return
    importlib.import_module("guanjia.cli.tables").demand_current()
    running.check_port("127.0.0.1", port)
    address = f"http://127.0.0.1:{port}/"
    click.echo(
        speech.say(
            _("Open %(address)s (stop with Ctrl-C). Sign-ins: %(readme)s"),
            address=address,
            readme=folder / "README.txt",
        )
    )
    raise SystemExit(running.serve("127.0.0.1", port, open_browser="" if no_browser else address))


def _enter(folder: Path, port: int, live: bool) -> None:
    settings = folder / district.ENVIRONMENT
    importing = importlib.import_module  # the folder's modules need Django, which needs the folder
    if not settings.exists():
        if folder.exists() and any(folder.iterdir()):
            sentence = _("%(folder)s is not empty and no demo.")
            raise click.ClickException(speech.say(sentence, folder=folder))
        importing("guanjia.demo.keys").write_settings(settings, port)
    if live:
        os.environ["GUANJIA_DEMO_LIVE"] = "1"
    # Links and the check of forms go by the port of this start, not of the first.
    os.environ["GUANJIA_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    os.environ.pop("GUANJIA_DEBUG", None)
    district.enter(folder)


def _prepare(seed: int, scale: float) -> bool:
    folder: Any = importlib.import_module("guanjia.demo.folder")
    try:
        with _bars() as bars:
            made = folder.prepare(seed=seed, scale=scale, at=datetime.now(UTC), progress=bars)
            bars.stage(_("Styles and scripts"), 1)
            folder.collect_static()
            bars.done(1)
    except folder.NotEmpty as error:
        raise click.ClickException(speech.say(str(error))) from error
    return bool(made)
