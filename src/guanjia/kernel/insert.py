"""Inserting rows without compiling the statement each time.

`bulk_create` builds its SQL anew for every call, which costs ten times what the database needs for a row. A hot path
that writes six tables for each request uses this instead: the same fields, one text for each model, number of rows
and way with conflicts. No defaults of the database, no auto_now, no signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import AutoField, Field, Model

Prepare: TypeAlias = Callable[[Any, Any], Any]
#: What both drivers take as it stands: Django's preparation of such a value costs as much as sending it. By exact type,
#: since a field derived from one of these may encrypt.
_AS_IT_IS = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.FloatField,
        models.ForeignKey,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
    }
)

#: SQLite takes 250,000 parameters and PostgreSQL 65,535; above this many rows `bulk_create` is as good.
MOST_ROWS = 200


def insert(
    given: Iterable[Model],
    *,
    ignore_conflicts: bool = False,
    unique: tuple[str, ...] = (),
    update: tuple[str, ...] = (),
) -> None:
    """Insert rows of one model in one statement; a single row gets its primary key. Must run in a transaction.

    A row whose `unique` fields are there already takes over the `update` fields instead; with `ignore_conflicts` it is
    left as it is, and no keys are given.
    """
    rows = list(given)
    if not rows:
        return
    if len(rows) > MOST_ROWS:
        raise ValueError("use bulk_create for this many rows")
    model = type(rows[0])
    columns, text = _statement(model, len(rows), connection.vendor, ignore_conflicts, unique, update)
    database = connections[DEFAULT_DB_ALIAS]  # itself: through its proxy each of the conversions costs twice as much
    values = [
        getattr(row, name) if prepare is None else prepare(getattr(row, name), database)
        for row in rows
        for name, prepare in columns
    ]
    with database.cursor() as cursor:
        cursor.execute(text, values)
        if len(rows) == 1 and not ignore_conflicts:
            rows[0].pk = cursor.fetchone()[0]
            rows[0]._state.adding = False
            rows[0]._state.db = connection.alias


@lru_cache(maxsize=256)
def _statement(
    model: type[Model],
    count: int,
    vendor: str,
    ignore_conflicts: bool,
    unique: tuple[str, ...],
    update: tuple[str, ...],
) -> tuple[tuple[tuple[str, Prepare | None], ...], str]:
    """(attribute and preparation of each column, the text)."""
    fields = tuple(
        field for field in model._meta.local_concrete_fields if not (field.primary_key and isinstance(field, AutoField))
    )
    columns = tuple((field.attname, _preparation(field)) for field in fields)
    names = _columns(model, [field.name for field in fields])
    row = f"({', '.join(['%s'] * len(fields))})"
    text = (
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({', '.join(names)})"
        f" VALUES {', '.join([row] * count)}"
    )
    if ignore_conflicts:
        return columns, f"{text} ON CONFLICT DO NOTHING"
    if update:
        taken = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, update))
        text += f" ON CONFLICT ({', '.join(_columns(model, unique))}) DO UPDATE SET {taken}"
    if count == 1:
        text += f" RETURNING {_columns(model, ['pk'])[0]}"
    return columns, text


def _preparation(field: Field[Any, Any]) -> Prepare | None:
    if type(field) in _AS_IT_IS:
        return None
    if type(field) is models.DateTimeField:
        return _moment
    return field.get_db_prep_save


def _moment(value: datetime | None, database: Any) -> Any:
    """An aware moment, as every moment of this house is."""
    return database.ops.adapt_datetimefield_value(value)


def _columns(model: type[Model], names: Iterable[str]) -> list[str]:
    quote: Callable[[Any], str] = connection.ops.quote_name
    found: list[Any] = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
    return [quote(field.column) for field in found]
