"""A kept connection is known to be gone before a request is tried on it."""

from __future__ import annotations

import select
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from guanjia.kernel.postgres.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could hang up"),
]


@pytest.fixture
def kept() -> Iterator[DatabaseWrapper]:
    """A connection as a web process keeps it."""
    own = connections.create_connection("default")
    assert isinstance(own, DatabaseWrapper)
    own.connect()
    yield own
    own.close()


def test_one_that_stands_is_used(kept: DatabaseWrapper) -> None:
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert kept.is_usable()


def test_one_that_the_server_ended_is_not(kept: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [kept.connection.info.backend_pid])
    heard = select.poll()
    heard.register(kept.connection.pgconn.socket, select.POLLIN)
    assert heard.poll(20_000)
    assert not kept.is_usable()


def test_one_that_was_never_made_is_not(kept: DatabaseWrapper) -> None:
    kept.close()
    assert not kept.is_usable()
