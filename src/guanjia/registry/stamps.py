"""Knowing when to read again what a process keeps in memory: whoever changes it bumps a stamp, whoever keeps it looks
at the stamp first."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from guanjia.kernel.together import prepared_cursor
from guanjia.registry.models import Stamp

#: What the registry keeps; other rooms name their own.
PLACES = "places"
ORGANISATION = "organisation"
CALENDAR = "calendar"

_TABLE = Stamp._meta.db_table

V = TypeVar("V")

#: All stamps as the request at hand saw them first; empty until it looks; None outside of requests.
_seen: ContextVar[dict[str, str] | None] = ContextVar("stamps", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within, the stamps are read once and hold: what one request tells is of one moment, and costs one query."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def bump(name: str) -> None:
    """Tell every process that what this stamp names has changed. In the transaction of the change."""
    Stamp.objects.bulk_create(
        [Stamp(name=name, version=secrets.token_hex(8))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["version"],
    )
    _seen.set(None)  # whoever changes something in a request looks afresh in the rest of it


def stamp(*names: str) -> str:
    """The version of what the stamps name, or "" where one of them was never changed by an action. One query outside of
    `read_once`."""
    seen = _seen.get()
    versions = seen or _read()
    if seen is not None:
        seen.update(versions)
    return " ".join(versions[name] for name in names) if versions.keys() >= set(names) else ""


def _read() -> dict[str, str]:
    """The whole table: a handful of rows."""
    # Written out: asked in each request, and compiling the query would cost ten times the look-up.
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT name, version FROM {_TABLE}")
        return dict(cursor.fetchall())


class Kept(Generic[V]):
    """A few values kept in this process while their stamps stay the same.

    Without a stamp nothing is kept: rows that no action wrote could change without a sign.
    """

    def __init__(self, *names: str, most: int = 4) -> None:
        self._names = names
        self._most = most
        self._values: OrderedDict[tuple[str, Hashable], V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """One query outside of `read_once`, and those of `make` where the value is not at hand."""
        version = stamp(*self._names)
        if not version:
            return make()
        full_key = (version, key)
        value = self._values.get(full_key)
        if value is None:
            value = self._values[full_key] = make()
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
