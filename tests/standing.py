"""Districts that stand by themselves, for tests of commands and of processes that are killed: a folder with settings
and keys, and in it an SQLite file, or beside it a PostgreSQL database of its own where the tests run on PostgreSQL.

    def test_a_command(standing):
        assert standing.guanjia("stats").returncode == 0
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from guanjia.demo.keys import write_settings
from tests import warm

ROOT = Path(__file__).resolve().parent.parent
#: Long enough for a loaded machine; nothing is asserted of the time.
PATIENCE = 900
_numbers = count(1)


@dataclass(frozen=True)
class Standing:
    """`database` is the name of one of PostgreSQL; empty for the folder's SQLite file."""

    folder: Path
    database: str = ""

    def guanjia(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return self.run("guanjia.cli.main", *words, "--dir", str(self.folder), **more)

    def run(
        self, module: str, *words: str, preexec_fn: Callable[[], None] | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """In a process of its own, with the settings of the district and `more` that win over them."""
        if preexec_fn is None:
            return warm.run(module, words, self.environment(**more))
        return subprocess.run(
            command(module, *words),
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            preexec_fn=preexec_fn,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """`guanjia …`, left to run."""
        return subprocess.Popen(
            command("guanjia.cli.main", *words, "--dir", str(self.folder)),
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def environment(self, **more: str) -> dict[str, str]:
        """What the folder says, for modules that know no --dir; nothing of the tests' own settings."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GUANJIA_", "DJANGO_"))}
        lines = (self.folder / "district.env").read_text("utf-8").splitlines()
        return {
            **own,
            **dict(line.split("=", 1) for line in lines),
            "GUANJIA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "guanjia.config.settings",
            "GUANJIA_LANG": "en",
            "COLUMNS": "200",
            **more,
        }

    def sql(self, statement: str) -> list[Any]:
        """For what no command does: looking into a table, spoiling one."""
        if self.database:
            with postgres(self.database) as server:
                done = server.execute(statement)  # type: ignore[arg-type]
                return done.fetchall() if done.description else []
        file = sqlite3.connect(self.folder / "district.sqlite3")
        with file:
            rows = file.execute(statement).fetchall()
        file.close()
        return rows

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Standing]:
        """Another district with the same content, for a while. Nobody may be at work in this one."""
        shutil.copytree(self.folder, folder)
        copied = Standing(folder, new_name() if self.database else "")
        try:
            if self.database:
                with postgres() as server:
                    server.execute(f"CREATE DATABASE {copied.database} TEMPLATE {self.database}")
                copied.write_settings()
            yield copied
        finally:
            copied.remove()

    def write_settings(self) -> None:
        """The keys that stand there already, and the database."""
        path = self.folder / "district.env"
        if not path.exists():
            write_settings(path, 8000)
        kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("GUANJIA_DB")]
        path.write_text("\n".join(kept + database_settings(self.database)) + "\n", "utf-8")

    def remove(self) -> None:
        if self.database:
            with postgres() as server:
                server.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


def command(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def new_name() -> str:
    """Of a PostgreSQL database, for this process alone."""
    own = settings.DATABASES["default"]["NAME"].removeprefix("test_").lower()
    return f"{own}_standing_{os.getpid()}_{next(_numbers)}"


def postgres(database: str = "postgres") -> psycopg.Connection[Any]:
    """Of the server that the tests run on; each statement is a transaction."""
    own = settings.DATABASES["default"]
    return psycopg.connect(
        dbname=database,
        host=own["HOST"],
        port=own["PORT"],
        user=own["USER"],
        password=own["PASSWORD"],
        autocommit=True,
    )


def database_settings(name: str) -> list[str]:
    if not name:
        return []
    own = settings.DATABASES["default"]
    values = {"": "postgres", "_NAME": name}
    values |= {f"_{key}": str(own[key]) for key in ("HOST", "PORT", "USER", "PASSWORD")}
    return [f"GUANJIA_DB{key}={value}" for key, value in values.items()]


def new_district(folder: Path, *, keys_of: Standing | None = None) -> Standing:
    """Settings, keys (of its own, or those of another) and an empty database."""
    on_server = settings.ENGINE == "postgres"
    made = Standing(folder, new_name() if on_server else "")
    if keys_of is not None:
        folder.mkdir()
        shutil.copy(keys_of.folder / "district.env", folder)
    made.write_settings()
    if on_server:
        with postgres() as server:
            server.execute(f"CREATE DATABASE {made.database}")
    return made


@contextmanager
def found(folder: Path, cases: int) -> Iterator[Standing]:
    """The tiny district of `tests.programme` with some cases whose clocks ran out."""
    made = new_district(folder)
    try:
        migrated = made.guanjia("migrate")
        assert migrated.returncode == 0, migrated.stderr
        done = made.run("tests.durability.founding", str(cases))
        assert done.returncode == 0, done.stderr
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with found(tmp_path_factory.mktemp("districts") / "founded", cases=3) as made:
        yield made


@pytest.fixture
def standing(founded: Standing, tmp_path: Path) -> Iterator[Standing]:
    """A district with three cases, for this test alone."""
    with founded.copy(tmp_path / "standing") as copied:
        yield copied
