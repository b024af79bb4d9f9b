"""What its sender names is stored once, however often and however close together it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction

Row = TypeVar("Row")


def once(known: Callable[[], Row | None], make: Callable[[], Row]) -> tuple[Row, bool]:
    """(what is there under the sender's name, or was just made in a transaction of its own; whether it is new).

    A unique constraint must stand behind `known`: of two senders at the same moment it refuses the second, who then
    finds what the first stored. Any other broken constraint is raised as it came.
    """
    if (found := known()) is not None:
        return found, False
    try:
        with transaction.atomic():
            return make(), True
    except IntegrityError:
        if (found := known()) is not None:
            return found, False
        raise
