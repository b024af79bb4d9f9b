"""What every test of the repository shares: the rooms' own tests under src/ and those under tests/.

`GUANJIA_TEST_DB=postgres` runs the tests on the PostgreSQL at 127.0.0.1:5432; without it they run on SQLite.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import translation

from guanjia.cli import speech
from tools import services

#: The people and the tiny district of every story (`tests.ground`), and what else stories start from.
pytest_plugins = [
    "tests.people",
    "tests.programme",
    "tests.field",
    "tests.portal",
    "tests.standing",
    "tests.forms",
    "tests.ground",
]

# Playwright keeps an event loop in the tests' thread, in which Django would refuse to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

#: Real input that is too large or not ours to keep in the repository.
SHARED_DATA = Path(__file__).resolve().parent.parent / "shared/data"

#: Debian's Chromium, as root, in a container: no sandbox, no graphics card, no request beyond this machine.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


def pytest_report_header() -> str:
    database = settings.DATABASES["default"]
    return f"database: {str(database['ENGINE']).rpartition('.')[2]}"


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """A hash made to be slow would be most of the time of a test that signs people in."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What a process remembers: how often somebody tried, and the language of the last request or command. (What it
    remembers of rows: `tests.ground`.)"""
    yield
    cache.clear()
    translation.deactivate()
    os.environ.pop(speech.VARIABLE, None)


@pytest.fixture(autouse=True)
def search_forgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Django empties the tables of models after a test that commits; the full-text table has no model."""
    yield
    if {"transactional_db", "live_server"} & set(request.fixturenames):
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE case_search"
                if connection.vendor == "postgresql"
                else "INSERT INTO case_search(case_search) VALUES ('delete-all')"
            )


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data("name.csv")` is a file of real input; the test is skipped where there is none."""

    def path_of(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"real input {name} is not beside this checkout (../shared/data)")
        return path

    return path_of


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium: `playwright install` would download one."""
    program = services.browser()
    if program is None:
        pytest.fail("no Chromium: apt install chromium fonts-noto-cjk, or name one in GUANJIA_CHROMIUM")
    return {**browser_type_launch_args, "executable_path": program, "args": BROWSER_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
