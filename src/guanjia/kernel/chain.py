"""Hash chains: how a ledger shows that nothing was edited, removed, inserted or re-ordered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

#: The link before the first one.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written: a line of the ledger ("case id/line number"), an entry of the record of
    changes (its id), or a whole day. `what` is a message id."""

    what: str
    event: str = ""
    entry: int | None = None
    day: date | None = None


def canonical(value: Any) -> bytes:
    """One byte string for one value, whatever database it has been through (PostgreSQL re-orders the keys of
    a jsonb)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: str, content: Any) -> str:
    """The hash (64 hex digits, SHA-256) of `content` chained to `previous`."""
    return hashlib.sha256(previous.encode() + canonical(content)).hexdigest()


def digest(previous: str, hashes: Iterable[str]) -> str:
    """The hash of a day's links in their order, chained to the day before."""
    total = hashlib.sha256(previous.encode())
    for one in hashes:
        total.update(one.encode())
    return total.hexdigest()
