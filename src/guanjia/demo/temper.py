"""How quickly and how well somebody works: the same for one unit or officer throughout."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache

from guanjia.demo.scale import chance


@dataclass(frozen=True, slots=True)
class Temper:
    """`pace`: 1 is usual, 2 takes twice as long. `care`: the share of results that hold."""

    pace: float
    care: float


#: One unit in so many is slow, so that a board has something to show.
SLOW_ONE_IN = 7


@lru_cache(maxsize=4096)
def of(seed: int, what: str, key: int) -> Temper:
    luck = chance(seed, "temper", what, key)
    pace = math.exp(luck.gauss(0, 0.28))
    if what == "unit" and luck.randrange(SLOW_ONE_IN) == 0:
        pace *= 2.0
    return Temper(pace, min(0.985, max(0.72, luck.gauss(0.945, 0.035) - 0.05 * (pace > 1.6))))


def office_minutes(luck: random.Random, median: float, spread: float = 0.7) -> float:
    """Office minutes: most near the median, a few much longer."""
    return median * math.exp(luck.gauss(0, spread))
