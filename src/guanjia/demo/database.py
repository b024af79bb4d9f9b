"""What the building of a whole district needs of its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Max, Model


def next_id(model: type[Model]) -> int:
    """The id that the next row will get, while nobody else writes."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, model._meta.pk.column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")
        else:
            cursor.execute("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = %s", [table])
        (found,) = cursor.fetchone()
    return max(int(found), (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1)


def hurry() -> None:
    """Do not wait for the disk: a district that is being built is thrown away when the power goes. For this
    connection."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            for pragma in ("synchronous=OFF", "cache_size=-200000", "wal_autocheckpoint=20000"):
                cursor.execute(f"PRAGMA {pragma}")


def settle() -> None:
    """All on the disk, and counted for the planner of queries, which without that would ask a table of households for
    each business."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
        elif not connection.in_atomic_block:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA analysis_limit=2000")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def apart() -> Iterator[None]:
    """Without a connection, so that processes can be forked; in a test's transaction it stays."""
    if not connection.in_atomic_block:
        connection.close()
    yield
    hurry()
