"""Who answers for whom: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from guanjia.registry.rules import level

#: Where the steward of a kind of subject stands in `stewards.covers`: "subject", or a kind of place.
OWN = "subject"
#: How deep a place of a kind stands, the district being 1 (`Place.depth`).
DEPTH = {"street": 2, "community": 3, "grid": 4, "courtyard": 5}


@dataclass(frozen=True, slots=True)
class Pair:
    """The officers assigned to one target."""

    steward: int | None = None
    stand_in: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`place_id` is the place whose pair it is; None for one's own, or nobody's."""

    pair: Pair
    why: Literal["subject", "place", "nobody"]
    place_id: int | None = None


NOBODY = Found(Pair(), "nobody")


def find(own: Pair | None, by_place: Mapping[int, Pair], path_ids: Sequence[int]) -> Found:
    """One's own pair wins, then the nearest place upwards (`path_ids` from the district down). Steward and stand-in
    come from one target, so that both know it. Only where nobody is steward does a stand-in alone answer."""
    pairs = [Found(own, "subject")] if own else []
    pairs += [Found(by_place[id], "place", id) for id in reversed(path_ids) if id in by_place]
    with_steward = (one for one in pairs if one.pair.steward is not None)
    return next(with_steward, pairs[0] if pairs else NOBODY)


def acting(pair: Pair, away: Mapping[int, int]) -> int | None:
    """Who takes new work. `away` maps who is absent to whom the absence names: called on where the stand-in is away
    too, or missing."""
    if pair.steward is None:
        return pair.stand_in
    if pair.steward not in away:
        return pair.steward
    if pair.stand_in is not None and pair.stand_in not in away:
        return pair.stand_in
    return away[pair.steward]


def counts_for(covers: str, place_depth: int) -> bool:
    """Whether an assignment to a place this deep fulfils the guarantee: at the playbook's level or nearer. A wider
    one (a street's) only keeps requests from waiting."""
    return covers != OWN and place_depth >= DEPTH[covers]


def fits_level(levels: Iterable[str], place_kind: str) -> bool:
    """Whether a steward may be assigned to places of this kind: somebody's level, or nearer."""
    widest = [level(one) for one in levels if one != OWN]
    return bool(widest) and level(place_kind) >= min(widest)


def may_take(load: int, more: int, most: int) -> bool:
    return load + more <= most


#: Without the signs that are read as another: 0 and O, 1 and I and L, 5 and S, 8 and B, 2 and Z, U and V.
CARD_SIGNS = "34679ACDEFGHJKMNPQRTVWXY"
#: 24 to the 7th are 4.6 thousand million: a mistyped code meets nobody's card.
CARD_LENGTH = 7
CARDS_A_PAGE = 10
#: More than this is made by the worker, while nobody waits for a page.
CARDS_AT_ONCE = 200
#: What the worker makes between two looks at whether it should stop; whole pages.
CARDS_A_PART = 500
MOST_COPIES = 100


def card_code(text: str) -> str:
    """As it is stored: capitals, without spaces and dashes."""
    return "".join(text.split()).replace("-", "").upper()


def parts_of(cards: int) -> int:
    return -(-cards // CARDS_A_PART)


def part(codes: Sequence[int], copies: int, number: int) -> list[int]:
    """The codes printed on part `number` (from 0), each as often as there are copies, side by side."""
    first = number * CARDS_A_PART
    return [codes[at // copies] for at in range(first, min(first + CARDS_A_PART, len(codes) * copies))]
