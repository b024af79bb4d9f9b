"""Knowing when to read again what a process keeps in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import connection

from guanjia.registry.models import Stamp

_TABLE = Stamp._meta.db_table

V = TypeVar("V")


def stamp(name: str) -> str:
    """The version of what the stamp names, or "" where it was never changed by an action. One query by primary key."""
    # Written out: asked several times in each request, and compiling the query would cost ten times the look-up.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM {_TABLE} WHERE name = %s", [name])
        row = cursor.fetchone()
    return row[0] if row is not None else ""


class Kept(Generic[V]):
    """A few values kept in this process while their stamp stays the same.

    Without a stamp nothing is kept: rows that no action wrote could change without a sign.
    """

    def __init__(self, name: str, *, most: int = 4) -> None:
        self._name = name
        self._most = most
        self._values: OrderedDict[tuple[str, Hashable], V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """One query, and those of `make` where the value is not at hand."""
        version = stamp(self._name)
        if not version:
            return make()
        full_key = (version, key)
        value = self._values.get(full_key)
        if value is None:
            value = self._values[full_key] = make()
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
