"""Prints the figures of docs/why/assignment.md: how long a sharing-out takes, and how far from the best it is.

python -m guanjia.programmes.tests.measure [--targets 20000] [--stewards 900] [--best]   (--best: solve it as a
linear programme too, which takes half a minute)
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from guanjia.programmes.share_out import NOBODY, Result, Stewards, Targets, Terms, price, share_out


def town(targets: int, stewards: int, limit: int) -> tuple[Targets, Stewards]:
    """100 communities of unequal size in 15 streets on 10 × 10 km; of the stewards 55 in 100 belong to a community,
    23 to a street and the rest to the district."""
    random = np.random.default_rng(1)
    centres = random.uniform(0, 10, (100, 2))
    street = np.argsort(np.argsort(centres[:, 0])) * 15 // 100
    areas = np.stack([np.zeros(100, dtype=np.int64), street, np.arange(100)], axis=1)
    home = random.choice(100, targets, p=random.dirichlet(np.full(100, 2.0)))
    xy = centres[home] + random.normal(0, 0.4, (targets, 2))
    post = random.integers(0, 100, stewards)
    bounds, place = areas[post], centres[post].copy()
    first, second = stewards * 55 // 100, stewards * 78 // 100
    bounds[first:second, 2] = NOBODY
    bounds[second:, 1:] = NOBODY
    place[second:] = np.nan
    nobody = np.full(targets, NOBODY)
    counts = np.zeros(stewards, dtype=np.int64)
    return Targets(xy, areas[home], nobody), Stewards(place, bounds, np.full(stewards, limit), counts, post)


def timed(what: str, run: Callable[[], Result]) -> Result:
    start = time.process_time()
    result = run()
    load = result.load
    sys.stdout.write(
        f"{what:<42}{time.process_time() - start:7.2f} s of CPU   left {len(result.left):>6}   "
        f"load {load.min()}–{int(np.median(load))}–{load.max()}\n"
    )
    return result


def scenes(targets: Targets, stewards: Stewards) -> None:
    first = timed("stewards, from nothing", lambda: share_out(targets, stewards))
    units = np.where(first.steward == NOBODY, NOBODY, stewards.unit[first.steward])
    timed("stand-ins", lambda: share_out(replace(targets, barred=first.steward, unit=units), stewards))
    again = timed("again, nothing changed", lambda: share_out(replace(targets, current=first.steward), stewards))
    sys.stdout.write(f"    moved {(again.steward != first.steward).sum()}\n")
    gone = replace(stewards, limit=np.where(np.arange(len(stewards)) == 5, 0, stewards.limit))
    current = np.where(first.steward == 5, NOBODY, first.steward)
    after = timed("one steward left", lambda: share_out(replace(targets, current=current), gone))
    sys.stdout.write(f"    moved {(after.steward != first.steward).sum()} of {(first.steward == 5).sum()}\n")


def best(targets: Targets, stewards: Stewards) -> None:
    """The same first sharing-out as a linear programme (HiGHS), everybody's place on the map known."""
    random = np.random.default_rng(2)
    xy = np.where(np.isnan(stewards.xy), random.uniform(0, 10, stewards.xy.shape), stewards.xy)
    stewards, terms = replace(stewards, xy=xy), Terms()
    n, m, k = len(targets), len(stewards), terms.candidates
    ours = timed("auction", lambda: share_out(targets, stewards, terms))
    all_costs = np.concatenate(
        [
            price(np.arange(n)[at : at + 1000, None], np.arange(m)[None], targets, stewards, terms)
            for at in range(0, n, 1000)
        ]
    )
    near = np.argpartition(all_costs, k - 1, axis=1)[:, :k]
    limit = int(stewards.limit[0])
    slots = np.tile((1 - terms.nearness) * (np.arange(limit) + 0.5) / limit, m)
    one_each = sparse.kron(sparse.eye(n), np.ones((1, k)))
    taken = sparse.csr_matrix((np.ones(n * k), (near.ravel(), np.arange(n * k))), shape=(m, n * k))
    room = sparse.kron(sparse.eye(m), np.ones((1, limit)))
    equal = sparse.vstack([sparse.hstack([one_each, sparse.csr_matrix((n, m * limit))]), sparse.hstack([taken, -room])])
    cost = np.concatenate([np.take_along_axis(all_costs, near, axis=1).ravel(), slots])
    bounds = np.stack([np.zeros(len(cost)), np.where(np.arange(len(cost)) < n * k, np.inf, 1.0)], axis=1)
    start = time.process_time()
    solved = linprog(cost, A_eq=equal.tocsc(), b_eq=np.r_[np.ones(n), np.zeros(m)], bounds=bounds, method="highs-ipm")
    sys.stdout.write(f"{'linear programme (HiGHS)':<42}{time.process_time() - start:7.2f} s of CPU\n")
    loads = sum(slots[:load].sum() for load in ours.load)
    total = all_costs[np.arange(n), ours.steward].sum() + loads
    sys.stdout.write(f"    cost {total:.1f} against {solved.fun:.1f}: {100 * (total / solved.fun - 1):+.2f} %\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=20_000)
    parser.add_argument("--stewards", type=int, default=900)
    parser.add_argument("--best", action="store_true")
    given = parser.parse_args()
    even = -(-given.targets // given.stewards)
    for limit in (60, even + 1, even - 2):
        sys.stdout.write(f"{given.targets} targets, {given.stewards} stewards, at most {limit} each\n")
        scenes(*town(given.targets, given.stewards, limit))
    if given.best:
        best(*town(given.targets, given.stewards, 60))


if __name__ == "__main__":
    main()
