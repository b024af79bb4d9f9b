"""Rows of several tables in one statement: for the path that every request takes, where each round trip counts.

PostgreSQL gets the rows of each table as one JSON document, and plans the statement once in a connection: written so,
a case with its lines, clocks, units and asker costs about half of what the same rows cost one table after the other.
SQLite has no round trips: there it is a statement for each table. No defaults of the models and no signals, as `pour`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
from django.db import connection
from django.db.models import Model

from guanjia.kernel.pour import Row, columns_of, next_id, reserve_ids


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table, as `pour.plain` makes them for `way()`. The statement takes them at `{given}`: on PostgreSQL a
    JSON array of objects, on SQLite the values."""

    text: str
    names: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Id:
    """`known` where the row is there already; else no other row will get it."""

    id: int
    known: bool


def way() -> str:
    """How `pour.plain` must make rows that are to be written together."""
    return "json" if connection.vendor == "postgresql" else connection.vendor


def prepared_cursor() -> Any:
    """For a statement that is planned once in a connection; on PostgreSQL it names its values $1, $2 and so on."""
    if connection.vendor == "postgresql":
        return connection.prepared_cursor()  # type: ignore[attr-defined]
    return connection.cursor()


def part(model: type[Model], names: Sequence[str], rows: Sequence[Row], *, conflict: str = "") -> Part:
    """`names` are attribute names of the model's columns; `conflict` is the end of the statement, from ON CONFLICT."""
    return Part(_text(model, tuple(names), connection.vendor, conflict), tuple(names), rows)


def write(parts: Iterable[Part]) -> None:
    """Must run in a transaction on SQLite; on PostgreSQL the statement is one. Raises IntegrityError as any insert,
    with nothing written."""
    some = [one for one in parts if one.rows]
    if not some:
        return
    if connection.vendor == "postgresql":
        given = [_document(one) for one in some]
        with prepared_cursor() as cursor:
            cursor.execute(_whole(tuple(one.text for one in some)), given)
        return
    with connection.cursor() as cursor:
        for one in some:
            cursor.executemany(one.text.format(given=_placeholders(one, 1)), one.rows)


def write_returning(one: Part, columns: str) -> list[Row]:
    """The rows of one table, and these columns of each that is stored then. Must run in a transaction."""
    if not one.rows:
        return []
    text = f"{one.text} RETURNING {columns}"
    if connection.vendor == "postgresql":
        with prepared_cursor() as cursor:
            cursor.execute(text.format(given="$1::jsonb"), [_document(one)])
            return list(cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute(text.format(given=_placeholders(one, len(one.rows))), list(chain.from_iterable(one.rows)))
        return list(cursor.fetchall())


def find_or_reserve(*wanted: tuple[type[Model], str, str | None]) -> list[Id]:
    """Ids of the rows that have a value in a unique column (model, column, value; None is in no row), or, where there
    is none, of rows to come. One query on PostgreSQL; on SQLite it must run in a transaction."""
    values = [value for _model, _column, value in wanted]
    if connection.vendor == "postgresql":
        with prepared_cursor() as cursor:
            cursor.execute(_finding(tuple((model, column) for model, column, _value in wanted)), values)
            row = cursor.fetchone()
        return [Id(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
    found = []
    for model, column, value in wanted:
        known = model._default_manager.filter(**{column: value}).values_list("pk", flat=True).first() if value else None
        found.append(Id(known, True) if known is not None else Id(reserve_ids(model, 1)[0], False))
    return found


def _placeholders(one: Part, rows: int) -> str:
    return ", ".join([f"({', '.join(['%s'] * len(one.names))})"] * rows)


def _document(one: Part) -> str:
    return orjson.dumps([dict(zip(one.names, row, strict=True)) for row in one.rows]).decode()


@lru_cache(maxsize=64)
def _text(model: type[Model], names: tuple[str, ...], vendor: str, conflict: str) -> str:
    quote: Callable[[Any], str] = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(columns_of(model, names))
    if vendor == "postgresql":
        rows = f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, {{given}})"
    else:
        rows = "VALUES {given}"
    return f"INSERT INTO {table} ({columns}) {rows} {conflict}"


@lru_cache(maxsize=64)
def _whole(texts: tuple[str, ...]) -> str:
    parts = (f"w{place} AS ({text.format(given=f'${place}::jsonb')})" for place, text in enumerate(texts, start=1))
    return f"WITH {', '.join(parts)} SELECT"


@lru_cache(maxsize=16)
def _finding(wanted: tuple[tuple[type[Model], str], ...]) -> str:
    quote: Callable[[Any], str] = connection.ops.quote_name
    ids, found = [], []
    for place, (model, column) in enumerate(wanted, start=1):
        assert model._meta.pk is not None
        table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
        ids.append(f"COALESCE(f{place}.id, {next_id(model)}), f{place}.id IS NOT NULL")
        row = f"(SELECT {key} FROM {table} WHERE {columns_of(model, [column])[0]} = ${place})"
        found.append(f"(SELECT {row} AS id) AS f{place}")
    return f"SELECT {', '.join(ids)} FROM {', '.join(found)}"
