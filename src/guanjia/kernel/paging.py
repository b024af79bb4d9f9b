"""Pages by key, not by offset: page 10,000 of a million cases costs what page 1 costs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from guanjia.kernel.problems import Problem, define
from guanjia.kernel.text import gettext_noop as _

BAD_CURSOR = define(
    "page.bad_cursor",
    422,
    _("This page of the list cannot be opened."),
    todo=_("Start again from the first page."),
)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """`rows` in order; `next` and `previous` are cursors for the URL, None at the ends."""

    rows: Sequence[M]
    next: str | None
    previous: str | None


def page(queryset: QuerySet[M], keys: Sequence[str], *, size: int = 50, cursor: str | None = None) -> Page[M]:
    """One page of `queryset` ordered by `keys` (field names, `-` for descending; the last must be unique,
    none nullable).

    Needs an index on the keys. Costs one query of size + 1 rows. Raises `page.bad_cursor`.
    """
    backwards, values = _decode(cursor, len(keys)) if cursor else (False, None)
    order = [_flip(key) for key in keys] if backwards else list(keys)
    rows_query = queryset.order_by(*order)
    try:
        if values is not None:
            rows_query = rows_query.filter(_after(order, values))
        rows = list(rows_query[: size + 1])
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise Problem(BAD_CURSOR) from error
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else cursor is not None
    return Page(
        rows,
        _encode(rows[-1], keys, backwards=False) if rows and has_next else None,
        _encode(rows[0], keys, backwards=True) if rows and has_previous else None,
    )


def _flip(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) > (x, y) spelled out for mixed directions; the leading `a >= x` lets the index do the work."""
    condition = Q()
    equal = Q()
    for key, value in zip(order, values, strict=True):
        name, operator = (key[1:], "lt") if key.startswith("-") else (key, "gt")
        condition |= equal & Q(**{f"{name}__{operator}": value})
        equal &= Q(**{name: value})
    first = order[0]
    bound = f"{first[1:]}__lte" if first.startswith("-") else f"{first}__gte"
    return Q(**{bound: values[0]}) & condition


def _encode(row: Model, keys: Sequence[str], *, backwards: bool) -> str:
    values = [_plain(row, key.lstrip("-")) for key in keys]
    raw = json.dumps([int(backwards), *values]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _plain(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if isinstance(row, date) else row


def _decode(cursor: str, count: int) -> tuple[bool, list[Any]]:
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise Problem(BAD_CURSOR) from error
    if not isinstance(raw, list) or len(raw) != count + 1 or raw[0] not in (0, 1):
        raise Problem(BAD_CURSOR)
    return bool(raw[0]), raw[1:]
