"""The same seed gives the same district, whoever makes it and in however many processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

#: Prints, for every model, how many rows there are and a hash of them all, with what is encrypted in clear. Left out is
#: what is drawn anew each time on purpose: the salt of passwords, the versions of stamps, the names of stored files.
MAKE = """
import hashlib, json, sys
from datetime import UTC, datetime
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
call_command("migrate", verbosity=0)
from guanjia.demo.build import build
at = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
build(seed=3, scale=float(sys.argv[1]), at=at, district="青禾区", processes=int(sys.argv[2]))
DRAWN = {"password", "version", "file", "thumbnail"}
tables = {}
for model in apps.get_models():
    names = [one.attname for one in model._meta.local_concrete_fields if one.name not in DRAWN or one.is_relation]
    rows = [repr(row).encode() for row in model._base_manager.order_by("pk").values_list(*names)]
    tables[model._meta.label] = (len(rows), hashlib.sha256(b"\\n".join(rows)).hexdigest())
print(json.dumps(tables))
"""


def made_in(folder: Path, scale: str, processes: int) -> dict[str, Any]:
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("GUANJIA_")}
    settings = {
        "DJANGO_SETTINGS_MODULE": "guanjia.config.settings",
        "GUANJIA_DIR": str(folder),
        "GUANJIA_SECRET_KEY": "s" * 50,
        "GUANJIA_INDEX_KEY": "index",
        "GUANJIA_DATA_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "GUANJIA_SMS_GATEWAY": "file",
        # Of the order of sets and dicts nothing may depend.
        "PYTHONHASHSEED": folder.name,
    }
    command = [sys.executable, "-c", MAKE, scale, str(processes)]
    done = subprocess.run(command, env={**own, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    tables: dict[str, Any] = json.loads(done.stdout)
    return tables


@pytest.mark.slow
def test_two_districts_of_one_seed_are_equal_row_by_row(tmp_path: Path) -> None:
    """One made in one process, the other in two."""
    one, other = made_in(tmp_path / "1", "0.03", 1), made_in(tmp_path / "2", "0.03", 2)
    told = ("cases.Case", "cases.Event", "cases.Clock", "cases.Document", "notices.Notice", "notices.Delivery")
    assert all(one[name][0] > 50 for name in (*told, "registry.Contact", "programmes.Assignment"))
    assert {name: rows for name, rows in one.items() if rows != other[name]} == {}


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("GUANJIA_FULL_SIZE"), reason="set GUANJIA_FULL_SIZE=1: several minutes")
def test_two_whole_districts_of_one_seed_are_equal_row_by_row(tmp_path: Path) -> None:
    assert made_in(tmp_path / "1", "1", 2) == made_in(tmp_path / "2", "1", 2)
