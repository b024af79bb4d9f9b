"""The same seed gives the same district, whoever makes it and in however many processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Prints a hash of every table without what is encrypted, keyed, or salted on purpose.
MAKE = """
import hashlib, sys
from datetime import UTC, datetime
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from guanjia.demo.build import build
at = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
build(seed=3, scale=float(sys.argv[1]), at=at, district="青禾区", processes=int(sys.argv[2]))
total = hashlib.sha256()
with connection.cursor() as cursor:
    for table, columns in (
        ("registry_place", "id, name, path, boundary"),
        ("registry_subject", "id, kind, name, place_id, lon, lat"),
        ("registry_officer", "id, name, unit_id"),
        ("programmes_assignment", "id, subject_id, place_id, role, officer_id"),
        ("cases_case", "id, title, text, status, holder_unit_id, holder_officer_id, due_at, seq"),
        ("cases_event", "case_id, seq, verb, at, data, hash"),
        ("cases_clock", "case_id, key, started, due, next_at, warned"),
        ("cases_document", "id, case_id, event_seq, sha256"),
        ("cases_digest", "day, hash"),
        ("access_account", "id, username, officer_id, demo_role"),
    ):
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")
        rows = repr(cursor.fetchall()).encode()
        print(table, hashlib.sha256(rows).hexdigest()[:16], file=sys.stderr)
        total.update(rows)
print(total.hexdigest())
"""


def made_in(folder: Path, scale: str, processes: int) -> str:
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("GUANJIA_")}
    settings = {
        "DJANGO_SETTINGS_MODULE": "guanjia.config.settings",
        "GUANJIA_DIR": str(folder),
        "GUANJIA_SECRET_KEY": folder.name * 50,
        "GUANJIA_INDEX_KEY": folder.name,
        "GUANJIA_DATA_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }
    command = [sys.executable, "-c", MAKE, scale, str(processes)]
    done = subprocess.run(command, env={**own, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_one_process_and_two_make_the_same_district(tmp_path: Path) -> None:
    assert made_in(tmp_path / "a", "0.1", 1) == made_in(tmp_path / "b", "0.1", 2)


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("GUANJIA_FULL_SIZE"), reason="set GUANJIA_FULL_SIZE=1: several minutes")
def test_a_whole_district_is_made_the_same_twice(tmp_path: Path) -> None:
    assert made_in(tmp_path / "a", "1", 2) == made_in(tmp_path / "b", "1", 2)
