"""Who takes whom: targets (businesses, grids) shared out over stewards within limits. Arrays in, arrays out: no
Django, no clock, no chance.

A target goes where distance, areas crossed and load together cost least. Solved as an auction (Bertsekas 1988): each
target without a place bids for the cheapest slot of a steward, by as much as the next best would cost it more;
whoever is outbid bids again. All bids of a round are counted at once. The result costs at most `precision` per target
more than the best there is. Why an auction and not a linear programme: docs/why/assignment.md, with figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Terms:
    """What counts how much. `nearness` (0 to 1) weighs distance and areas against evenness of load: at 0.5, two
    kilometres or one area further cost as much as the step from an idle steward to one at the limit."""

    nearness: float = 0.5
    reach_km: float = 2.0
    #: What moving a target away from its present steward costs. None: nobody is moved unless the steward is gone or
    #: over the limit.
    move_cost: float | None = None
    #: The cheapest stewards that a target looks at first.
    candidates: int = 24
    precision: float = 0.02


@dataclass(frozen=True)
class Targets:
    """`xy` in kilometres (n, 2), NaN where unknown; `areas` (n, levels): the place on each level from the widest
    down, -1 where none."""

    xy: Floats
    areas: Ints
    #: The present steward's position in `Stewards`; NOBODY where there is none or it may not go on.
    current: Ints
    #: A steward that this target must not get (a stand-in is never the steward), and the unit it would rather stay
    #: with.
    barred: Ints | None = None
    unit: Ints | None = None

    def __len__(self) -> int:
        return len(self.current)


@dataclass(frozen=True)
class Stewards:
    """`areas` as of Targets, -1 below the place that a steward answers for; `xy` NaN: at home everywhere in it.
    `busy`: load beside these targets."""

    xy: Floats
    areas: Ints
    limit: Ints
    busy: Ints
    unit: Ints

    def __len__(self) -> int:
        return len(self.limit)


@dataclass(frozen=True)
class Result:
    """`steward` per target (NOBODY: left over), the load per steward, `busy` included, and how many more could be
    taken."""

    steward: Ints
    load: Ints
    room: int

    @property
    def left(self) -> Ints:
        return np.flatnonzero(self.steward == NOBODY)


def share_out(targets: Targets, stewards: Stewards, terms: Terms | None = None) -> Result:
    """Everybody gets a steward as long as there is room at all; nobody is loaded beyond the limit."""
    terms = terms or Terms()
    if not len(targets) or not len(stewards):
        return _result(np.full(len(targets), NOBODY), stewards)
    stewards = _set_down(targets, stewards)
    steward = _kept(targets, stewards, terms) if terms.move_cost is None else np.full(len(targets), NOBODY)
    # First among the nearest; then whoever found no room there goes wherever there is some.
    for reach in (terms.candidates, len(stewards)):
        waiting = np.flatnonzero(steward == NOBODY)
        load = stewards.busy + _count(steward, len(stewards))
        open_ = np.flatnonzero(load < stewards.limit)
        if len(waiting) and len(open_):
            found = _auction(waiting, open_, min(reach, len(open_)), load, targets, stewards, terms)
            steward[waiting] = found
    return _result(steward, stewards)


def _result(steward: Ints, stewards: Stewards) -> Result:
    load = stewards.busy + _count(steward, len(stewards))
    return Result(steward, load, int(np.maximum(stewards.limit - load, 0).sum()))


def price(who: Ints, with_whom: Ints, targets: Targets, stewards: Stewards, terms: Terms) -> Floats:
    """What it costs to give targets `who` to stewards `with_whom` (positions that broadcast together), load aside."""
    apart = targets.xy[who] - stewards.xy[with_whom]
    distance = np.nan_to_num(np.hypot(apart[..., 0], apart[..., 1])) / terms.reach_km
    bound, home = stewards.areas[with_whom], targets.areas[who]
    strays = ((bound != NOBODY) & (bound != home)).sum(axis=-1)
    cost = terms.nearness * (distance + strays)
    if targets.unit is not None:
        wanted = targets.unit[who]
        cost = cost + ((wanted != NOBODY) & (wanted != stewards.unit[with_whom]))
    if terms.move_cost:
        cost = cost + terms.move_cost * (targets.current[who] != with_whom)
    if targets.barred is not None:
        cost = np.where(targets.barred[who] == with_whom, np.inf, cost)
    return cost


def _count(steward: Ints, stewards: int) -> Ints:
    return np.bincount(steward[steward != NOBODY], minlength=stewards)


def _set_down(targets: Targets, stewards: Stewards) -> Stewards:
    """A steward who is at home everywhere still gets neighbours: around the present caseload, or where stewards are
    scarcest."""
    xy = stewards.xy.copy()
    roving = np.flatnonzero(np.isnan(xy[:, 0]))
    known = ~np.isnan(targets.xy[:, 0])
    if not len(roving) or not known.any():
        return stewards
    areas, area = np.unique(targets.areas[known, -1], return_inverse=True)
    centre = np.stack([np.bincount(area, targets.xy[known, axis]) for axis in (0, 1)], axis=1)
    need = np.bincount(area).astype(float)
    centre = centre / need[:, None]
    at_home = stewards.areas[:, -1][:, None] == areas[None, :]
    need -= (at_home * (stewards.limit - stewards.busy)[:, None]).sum(axis=0)
    for one in roving:
        own = targets.xy[known & (targets.current == one)]
        if len(own):
            xy[one] = np.median(own, axis=0)
        else:
            neediest = int(need.argmax())
            xy[one] = centre[neediest]
            need[neediest] -= stewards.limit[one] - stewards.busy[one]
    return replace(stewards, xy=xy)


def _kept(targets: Targets, stewards: Stewards, terms: Terms) -> Ints:
    """Present stewards stay, the nearest targets first where there are more than the limit allows."""
    steward = targets.current.copy()
    if targets.barred is not None:
        steward[steward == targets.barred] = NOBODY
    held = np.flatnonzero(steward != NOBODY)
    cost = price(held, steward[held], targets, stewards, terms)
    held = held[np.lexsort((held, cost, steward[held]))]
    rank = _rank_in_runs(steward[held])
    room = (stewards.limit - stewards.busy)[steward[held]]
    steward[held[rank >= room]] = NOBODY
    return steward


def _rank_in_runs(sorted_values: Ints) -> Ints:
    """0, 1, 2 … within each run of equal values."""
    position = np.arange(len(sorted_values))
    starts = np.r_[True, sorted_values[1:] != sorted_values[:-1]] if len(position) else position.astype(bool)
    return position - np.maximum.accumulate(np.where(starts, position, 0))


def _cheapest(
    who: Ints, open_: Ints, reach: int, targets: Targets, stewards: Stewards, terms: Terms
) -> tuple[Ints, Floats]:
    """The `reach` cheapest of the open stewards for each target: positions in `open_`, and costs."""
    near = np.empty((len(who), reach), dtype=np.int64)
    cost = np.empty((len(who), reach))
    for start in range(0, len(who), 1000):
        part = slice(start, start + 1000)
        all_costs = price(who[part, None], open_[None, :], targets, stewards, terms)
        # Stewards of one office stand at one point: without a difference all would look at the same few of them.
        shade = np.modf(who[part, None] * 0.618034 + open_[None, :] * 0.754878)[0] * terms.precision
        near[part] = np.argpartition(all_costs + shade, reach - 1, axis=1)[:, :reach]
        cost[part] = np.take_along_axis(all_costs, near[part], axis=1)
    return near, cost


def _auction(
    who: Ints, open_: Ints, reach: int, load: Ints, targets: Targets, stewards: Stewards, terms: Terms
) -> Ints:
    """A steward for each of `who`; NOBODY for those whom every candidate would cost more than going elsewhere."""
    near, cost = _cheapest(who, open_, reach, targets, stewards, terms)
    limit, first = stewards.limit[open_], load[open_]
    # Where there is not room for all, prices climb to the top whatever is done: larger steps, a fifth of the time.
    step = terms.precision * (1 if len(who) <= (limit - first).sum() else 5)
    slots = np.arange((limit - first).max())
    # A slot's price starts at the load that it stands for, so that evenness needs no rule of its own.
    filled = first[:, None] + slots[None, :]
    prices = (1 - terms.nearness) * (filled + 0.5) / limit[:, None]
    prices[filled >= limit[:, None]] = np.inf
    too_dear = cost[np.isfinite(cost)].max(initial=0.0) + 1.0
    holder = np.full(prices.shape, NOBODY)
    given = np.full(len(who), NOBODY)
    bidders = np.arange(len(who))
    while len(bidders):
        bidders, steward, bid = _bids(bidders, near, cost, prices, too_dear, step)
        steward_of, slot, winners, bid, losers = _sold(bidders, steward, bid, prices)
        outbid = holder[steward_of, slot]
        outbid = outbid[outbid != NOBODY]
        given[outbid] = NOBODY
        given[winners] = steward_of
        holder[steward_of, slot] = winners
        prices[steward_of, slot] = bid
        bidders = np.concatenate([losers, outbid])
    return np.where(given == NOBODY, NOBODY, open_[given])


def _bids(
    bidders: Ints, near: Ints, cost: Floats, prices: Floats, too_dear: float, step: float
) -> tuple[Ints, Ints, Floats]:
    """Each bids for its cheapest slot what leaves it no worse off than with the second cheapest. Who finds all too
    dear stops."""
    if prices.shape[1] == 1:
        lowest, second = prices[:, 0], np.full(len(prices), np.inf)
    else:
        lowest, second = np.partition(prices, 1, axis=1)[:, :2].T
    row = np.arange(len(bidders))
    total = cost[bidders] + lowest[near[bidders]]
    best = total.argmin(axis=1)
    least = total[row, best]
    steward = near[bidders, best]
    total[row, best] = cost[bidders, best] + second[steward]
    next_best = np.minimum(total.min(axis=1), too_dear)
    go = least < too_dear
    bid = lowest[steward[go]] + (next_best - least)[go] + step
    return bidders[go], steward[go], bid


def _sold(bidders: Ints, steward: Ints, bid: Floats, prices: Floats) -> tuple[Ints, Ints, Ints, Floats, Ints]:
    """The highest bidders of each steward take its cheapest slots, as far as their bids reach; the others have lost
    this round."""
    order = np.lexsort((bidders, -bid, steward))
    bidders, steward, bid = bidders[order], steward[order], bid[order]
    rank = _rank_in_runs(steward)
    asked, row = np.unique(steward, return_inverse=True)
    cheapest = np.argsort(prices[asked], axis=1, kind="stable")
    slot = cheapest[row, np.minimum(rank, prices.shape[1] - 1)]
    wins = (rank < prices.shape[1]) & (bid > prices[steward, slot])
    return steward[wins], slot[wins], bidders[wins], bid[wins], bidders[~wins]
