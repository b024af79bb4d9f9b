"""How large a demo district is, and how chance is kept the same each time."""

from __future__ import annotations

import random
from dataclasses import dataclass

#: Days of history before the present moment.
HISTORY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Size:
    """Counts at one scale; at 1.0 a district of 100 km² and a quarter of a million people."""

    streets: int
    communities: int
    grids: int
    courtyards: int
    households: int
    businesses: int
    officers: int
    cases: int


FULL = Size(15, 100, 270, 1063, 81_000, 20_000, 900, 21_500)


def size(scale: float) -> Size:
    """At least two streets, and enough below them that every level has something to show."""

    def some(full: int, least: int) -> int:
        return max(least, round(full * scale))

    return Size(
        streets=some(FULL.streets, 2),
        communities=some(FULL.communities, 4),
        grids=some(FULL.grids, 6),
        courtyards=some(FULL.courtyards, 12),
        households=some(FULL.households, 60),
        businesses=some(FULL.businesses, 40),
        officers=some(FULL.officers, 1),
        cases=some(FULL.cases, 60),
    )


def chance(seed: int, *purpose: object) -> random.Random:
    """A stream of chance of its own for each purpose, so that more of one thing does not change another."""
    return random.Random(":".join(map(str, (seed, *purpose))))


def shares(total: int, weights: list[float]) -> list[int]:
    """`total` split by weight into whole parts of at least one each (where there is enough), by largest remainder."""
    least = 1 if total >= len(weights) else 0
    rest, whole = total - least * len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(weights)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: rest - sum(parts)]:
        parts[index] += 1
    return [least + part for part in parts]
