"""The ground a measurement stands on: a district with N cases in a database of its own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

#: The present moment of every bench district, so that two runs hold the same rows.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DATABASE = "guanjia_bench"


@dataclass(frozen=True, slots=True)
class Ground:
    database: str
    folder: Path
    environment: dict[str, str]

    @property
    def conninfo(self) -> str:
        env = self.environment
        return f"host={env['GUANJIA_DB_HOST']} user={env['GUANJIA_DB_USER']} dbname={DATABASE}"


def prepare(database: str, cases: int, folder: Path, *, scale: float = 0.3) -> Ground:
    """Make the district, or take the one that an earlier run made with as many cases. Django is set up afterwards."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "guanjia.config.settings",
        "GUANJIA_DIR": str(folder),
        "GUANJIA_SECRET_KEY": "bench-only-" * 5,
        "GUANJIA_DATA_KEYS": "b:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "GUANJIA_INDEX_KEY": "bench-only",
        "GUANJIA_DB": database,
        "GUANJIA_DB_NAME": DATABASE,
        "GUANJIA_DB_HOST": os.environ.get("GUANJIA_DB_HOST", "127.0.0.1"),
        "GUANJIA_DB_USER": os.environ.get("GUANJIA_DB_USER", "postgres"),
        "GUANJIA_STAFF_MFA": "0",
        "GUANJIA_LOG_LEVEL": "ERROR",
    }
    os.environ.update(environment)
    ground = Ground(database, folder, environment)
    ready = folder / f"{database}-{cases}-{scale}"
    if not ready.exists():
        _empty(ground)
    _set_up()
    if not ready.exists():
        _fill(cases, scale)
        ready.touch()
    return ground


def _empty(ground: Ground) -> None:
    shutil.rmtree(ground.folder, ignore_errors=True)
    ground.folder.mkdir(parents=True)
    if ground.database == "postgres":
        with psycopg.connect(ground.conninfo.replace(DATABASE, "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _set_up() -> None:
    django = sys.modules.get("django") or __import__("django")
    django.setup()


def _fill(cases: int, scale: float) -> None:
    from django.core.management import call_command  # noqa: PLC0415  needs the settings of this very run

    from bench.history import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(cases, scale, NOW)
    _settle()


def _settle() -> None:
    """What a server's autovacuum has done by the time that a district is two years old."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def moments(count: int) -> Iterator[datetime]:
    """When the cases came in: spread over the two years before NOW."""
    step = timedelta(days=730) / max(count, 1)
    return (NOW - timedelta(days=730) + step * number for number in range(count))


def facts(ground: Ground, cases: int) -> dict[str, Any]:
    return {"db": ground.database, "cases": cases, "python": sys.version.split()[0], "cores": os.cpu_count()}
