"""Knowing when to read again what a process keeps in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from guanjia.registry.models import Stamp

V = TypeVar("V")


def stamp(name: str) -> str:
    """The version of what the stamp names, or "" where it was never changed by an action. One query by primary key."""
    return Stamp.objects.filter(pk=name).values_list("version", flat=True).first() or ""


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
