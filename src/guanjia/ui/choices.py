"""What a select offers, as views hand it to `{% options %}`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """`inner` stands below the one before, as a community below its street."""

    value: str
    label: str
    chosen: bool
    inner: bool = False
