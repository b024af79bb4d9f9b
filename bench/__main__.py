"""`python -m bench intake|pages|lifecycle|clocks|rehearse|locate|visits --db sqlite|postgres --cases N --json`: the
figure, the floor, the ratio."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from bench import figures, ground


def _measured(name: str) -> Callable[..., None]:
    """One bench is one module with `measure(ground, cases, seconds) -> list[Figure]`, imported once Django knows its
    database."""

    def command(db: str, cases: int, seconds: float, folder: Path, as_json: bool) -> None:
        made = ground.prepare(db, cases, folder / db)
        found = import_module(f"bench.{name}").measure(made, cases, seconds)
        figures.show(name, found, ground.facts(made, cases), as_json=as_json)
        if any(one.errors for one in found):
            raise click.ClickException("some requests were not answered as they should")

    return command


@click.group(help=__doc__)
def main() -> None:
    pass


_OPTIONS: list[Any] = [
    click.option("--db", type=click.Choice(["sqlite", "postgres"]), default="sqlite"),
    click.option("--cases", default=100_000, help="how many cases the district has"),
    click.option("--seconds", default=6.0, help="how long each figure is measured"),
    click.option(
        "--folder", type=click.Path(path_type=Path), default=Path("var/bench"), help="where districts are kept"
    ),
    click.option("--json", "as_json", is_flag=True),
]
for bench, told in {
    "intake": "Requests taken in over HTTP, registered at once or soon, at 1, 4 and 16, beside raw writes of the rows.",
    "pages": "Work list, ledger, case page and search, over HTTP as staff see them.",
    "lifecycle": "Whole lives of a case over HTTP: in, accepted, resolved, followed up, struck off.",
    "clocks": "Clocks that come due, rung by the worker.",
    "rehearse": "Past cases under a changed playbook, in the process.",
    "locate": "Points and addresses to places, in the process.",
    "visits": "The dated duties of 81,000 households, made by the worker.",
}.items():
    decorated = _measured(bench)
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    main.command(bench, help=told)(decorated)

if __name__ == "__main__":
    main(prog_name="python -m bench")
