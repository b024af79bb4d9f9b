"""In which order to walk a day's doors: each next one near, without crossing one's own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import cos, hypot, radians

#: Metres in one degree of latitude.
_DEGREE = 111_320.0
#: A round of more stops is not walked in a day; beyond it the crossings stay.
MOST_UNCROSSED = 120
_MOST_PASSES = 20


@dataclass(frozen=True, slots=True)
class Stop:
    """`key` is the caller's own; a stop may be nowhere."""

    key: int
    lon: float | None = None
    lat: float | None = None


def metres(a: Stop, b: Stop) -> float:
    """As the crow flies; flat, which is exact enough within a district."""
    assert a.lon is not None and a.lat is not None and b.lon is not None and b.lat is not None
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * _DEGREE


def length(path: Sequence[Stop]) -> float:
    return sum(metres(a, b) for a, b in pairwise(path))


def in_order(stops: Sequence[Stop], start: Stop | None = None) -> list[Stop]:
    """Nearest neighbour from `start` (else from the first stop), then 2-opt; those that are nowhere come last. The same
    stops give the same order."""
    placed = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
    lost = [stop for stop in stops if stop.lon is None or stop.lat is None]
    path = uncrossed(nearest_first(placed, start))
    return [*path, *lost]


def nearest_first(stops: Sequence[Stop], start: Stop | None = None) -> list[Stop]:
    left = list(stops)
    path: list[Stop] = []
    while left:
        here = path[-1] if path else start or left[0]
        best = min(left, key=partial(_distance_and_key, here))
        left.remove(best)
        path.append(best)
    return path


def _distance_and_key(here: Stop, stop: Stop) -> tuple[float, int]:
    return metres(here, stop), stop.key


def uncrossed(path: Sequence[Stop]) -> list[Stop]:
    """2-opt: turn a stretch round wherever that is shorter, until nothing is. The first stop stays first."""
    order = list(path)
    if len(order) > MOST_UNCROSSED:
        return order
    for _pass in range(_MOST_PASSES):
        if not _turn_stretches(order):
            break
    return order


def _turn_stretches(order: list[Stop]) -> bool:
    """One pass over all pairs; whether anything was turned."""
    turned = False
    last = len(order) - 1
    for i in range(last - 1):
        for j in range(i + 2, last + 1):
            before = metres(order[i], order[i + 1]) + (metres(order[j], order[j + 1]) if j < last else 0.0)
            after = metres(order[i], order[j]) + (metres(order[i + 1], order[j + 1]) if j < last else 0.0)
            if after < before - 1e-6:
                order[i + 1 : j + 1] = reversed(order[i + 1 : j + 1])
                turned = True
    return turned
