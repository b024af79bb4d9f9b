"""Hundreds of thousands of rows, without a model instance or a compiled statement for each: for founding a district and
for imports.

`bulk_create` spends five times on each row what the database needs. Here rows are sequences of values: `plain` turns
them into what the database takes (in any process: it asks the database nothing), `pour` writes them. No defaults of
the models, no signals, and constraints hold as ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model

from guanjia.kernel.secrets import EncryptedTextField

Row = tuple[Any, ...]


def plain(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, way: str = "") -> list[Row]:
    """`names` are attribute names of the model's columns (`case_id`, not `case`); each row has a value for each. `way`
    is the database they are for, if not the one at hand, or `json` for `together`."""
    converters = _converters(model, tuple(names), way or connection.vendor)
    found = []
    for row in rows:
        values = list(row)
        for position, convert in converters:
            if values[position] is not None:
                values[position] = convert(values[position])
        found.append(tuple(values))
    return found


def pour(model: type[Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows that `plain` has made. Must run in a transaction."""
    if not rows:
        return
    quote: Callable[[Any], str] = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(columns_of(model, names))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            values = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {into} VALUES ({values})", rows)


def next_id(model: type[Model]) -> str:
    """What gives the next id of a table on PostgreSQL, inside a statement."""
    assert model._meta.pk is not None
    return f"nextval(pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}'))"


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """Ids that no other row will get, for rows that have yet to be written. On SQLite it must run in a
    transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {next_id(model)} FROM generate_series(1, %s)", [count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        if (row := cursor.fetchone()) is None:  # not a row was written yet
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s) RETURNING seq", [table, count])
            row = cursor.fetchone()
        last = int(row[0])
    return list(range(last - count + 1, last + 1))


def columns_of(model: type[Model], names: Sequence[str]) -> list[str]:
    """The quoted columns behind attribute names."""
    quote: Callable[[Any], str] = connection.ops.quote_name
    return [quote(field.column) for field in _fields(model, tuple(names))]


@lru_cache(maxsize=64)
def _fields(model: type[Model], names: tuple[str, ...]) -> list[Field[Any, Any]]:
    by_name = {field.attname: field for field in model._meta.local_concrete_fields}
    return [by_name[name] for name in names]


@lru_cache(maxsize=64)
def _converters(model: type[Model], names: tuple[str, ...], way: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """By position, for the columns that need one."""
    found = ((position, _converter(field, way)) for position, field in enumerate(_fields(model, names)))
    return [(position, convert) for position, convert in found if convert is not None]


def _converter(field: Field[Any, Any], way: str) -> Callable[[Any], Any] | None:
    if isinstance(field, JSONField):
        return None if way == "json" else lambda value: json.dumps(value, cls=field.encoder)
    if isinstance(field, EncryptedTextField):
        return field.get_prep_value
    if way == "sqlite" and isinstance(field, DateTimeField):
        return _as_text
    if way == "sqlite" and isinstance(field, DateField):
        return str
    return None


def _as_text(moment: datetime) -> str:
    return str(moment.astimezone(UTC))[: -len("+00:00")]
