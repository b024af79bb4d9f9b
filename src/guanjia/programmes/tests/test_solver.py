"""Sharing out, whatever the district looks like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from guanjia.programmes.share_out import NOBODY, Stewards, Targets, Terms, price, share_out


def a_district(
    seed: int, targets: int, stewards: int, limit: int, *, unmapped: float = 0.0
) -> tuple[Targets, Stewards]:
    """A few communities in streets; stewards of communities, of streets and of the district, some loaded elsewhere."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 8, (6, 2))
    areas = np.stack([np.zeros(6, dtype=np.int64), 1 + np.arange(6) // 2, 10 + np.arange(6)], axis=1)
    home = random.integers(0, 6, targets)
    xy = centres[home] + random.normal(0, 0.5, (targets, 2))
    xy[random.random(targets) < unmapped] = np.nan
    post = random.integers(0, 6, stewards)
    bounds = areas[post]
    level = random.integers(1, 4, stewards)
    bounds[np.arange(3)[None, :] >= level[:, None]] = NOBODY
    place = centres[post].copy()
    place[level == 1] = np.nan
    busy = random.integers(0, limit // 2 + 1, stewards)
    return (
        Targets(xy, areas[home], np.full(targets, NOBODY)),
        Stewards(place, bounds, np.full(stewards, limit), busy, post),
    )


districts = st.builds(
    a_district,
    seed=st.integers(0, 2**32),
    targets=st.integers(0, 60),
    stewards=st.integers(1, 12),
    limit=st.integers(1, 12),
    unmapped=st.sampled_from([0.0, 0.3, 1.0]),
)
few_candidates = st.builds(Terms, nearness=st.sampled_from([0.1, 0.5, 0.9]), candidates=st.integers(1, 6))


@settings(max_examples=150, deadline=None)
@given(districts, few_candidates)
def test_nobody_is_over_the_limit_and_nobody_left_while_there_is_room(made: tuple, terms: Terms) -> None:
    targets, stewards = made
    result = share_out(targets, stewards, terms)
    room = int((stewards.limit - stewards.busy).sum())
    assert (result.load <= stewards.limit).all()
    assert len(result.left) == max(len(targets) - room, 0)
    assert result.room == max(room - len(targets), 0)
    assert (result.load - stewards.busy).sum() == len(targets) - len(result.left)


@settings(max_examples=100, deadline=None)
@given(districts, few_candidates)
def test_sharing_out_again_without_a_change_moves_nobody(made: tuple, terms: Terms) -> None:
    targets, stewards = made
    first = share_out(targets, stewards, terms)
    again = share_out(replace(targets, current=first.steward), stewards, terms)
    assert (again.steward == first.steward).all()


@settings(max_examples=100, deadline=None)
@given(districts, few_candidates, st.integers(0, 11))
def test_when_a_steward_leaves_only_the_targets_of_that_one_move(made: tuple, terms: Terms, who: int) -> None:
    targets, stewards = made
    first = share_out(targets, stewards, terms)
    gone = who % len(stewards)
    limit = stewards.limit.copy()
    limit[gone] = 0
    orphans = first.steward == gone
    after = share_out(
        replace(targets, current=np.where(orphans, NOBODY, first.steward)), replace(stewards, limit=limit), terms
    )
    had = first.steward != NOBODY
    assert (after.steward[had & ~orphans] == first.steward[had & ~orphans]).all()
    assert not (after.steward == gone).any()
    waiting = orphans.sum() + len(first.left)
    room = int(np.maximum(limit - np.where(np.arange(len(stewards)) == gone, 0, first.load), 0).sum())
    assert len(after.left) == max(waiting - room, 0)


@settings(max_examples=100, deadline=None)
@given(districts, few_candidates)
def test_a_lowered_limit_moves_only_the_surplus(made: tuple, terms: Terms) -> None:
    targets, stewards = made
    first = share_out(targets, stewards, terms)
    limit = np.maximum(stewards.limit - 1, stewards.busy)
    surplus = np.maximum(first.load - limit, 0).sum()
    after = share_out(replace(targets, current=first.steward), replace(stewards, limit=limit), terms)
    assert (after.load <= limit).all()
    changed = (after.steward != first.steward) & (first.steward != NOBODY)
    assert changed.sum() == surplus


@settings(max_examples=100, deadline=None)
@given(districts, few_candidates)
def test_a_stand_in_is_never_the_steward(made: tuple, terms: Terms) -> None:
    targets, stewards = made
    first = share_out(targets, stewards, terms)
    wanted = replace(
        targets,
        current=first.steward,
        barred=first.steward,
        unit=np.where(first.steward == NOBODY, NOBODY, stewards.unit[first.steward]),
    )
    second = share_out(wanted, stewards, terms)
    given_one = second.steward != NOBODY
    assert (second.steward[given_one] != first.steward[given_one]).all()
    assert (second.load <= stewards.limit).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_the_cost_is_within_the_promised_step_of_the_best_there_is(seed: int) -> None:
    """Against SciPy's exact solver on every slot of every steward."""
    targets, stewards = a_district(seed, 40, 6, 10)
    stewards = replace(stewards, xy=np.nan_to_num(stewards.xy, nan=4.0))
    terms = Terms(candidates=6, precision=0.01)
    result = share_out(targets, stewards, terms)
    slots = [
        (who, (1 - terms.nearness) * (slot + 0.5) / stewards.limit[who])
        for who in range(6)
        for slot in range(stewards.busy[who], stewards.limit[who])
    ]
    if len(slots) < len(targets):
        return
    all_costs = price(np.arange(40)[:, None], np.arange(6)[None, :], targets, stewards, terms)
    matrix = np.array([[row[who] + base for who, base in slots] for row in all_costs])
    best = matrix[linear_sum_assignment(matrix)].sum()
    loads = sum(
        (1 - terms.nearness) * (slot + 0.5) / stewards.limit[who]
        for who in range(6)
        for slot in range(stewards.busy[who], result.load[who])
    )
    ours = all_costs[np.arange(40), result.steward].sum() + loads
    assert best - 1e-9 <= ours <= best + len(targets) * terms.precision


def test_a_move_must_gain_more_than_it_costs() -> None:
    targets = Targets(np.array([[0.0, 0.0]]), np.array([[1, 1, 1]]), np.array([0]))
    stewards = Stewards(
        np.array([[3.0, 0.0], [0.0, 0.0]]),
        np.array([[1, 1, 1], [1, 1, 1]]),
        np.array([5, 5]),
        np.array([0, 0]),
        np.array([1, 1]),
    )
    assert share_out(targets, stewards).steward.tolist() == [0]
    assert share_out(targets, stewards, Terms(move_cost=0.5)).steward.tolist() == [1]
    assert share_out(targets, stewards, Terms(move_cost=2.0)).steward.tolist() == [0]


def test_those_at_home_everywhere_go_where_stewards_are_scarce() -> None:
    home = np.array([0] * 10 + [1] * 10)
    targets = Targets(
        np.where(home == 0, 0.0, 9.0)[:, None] * [1.0, 0.0],
        np.stack([np.zeros(20, dtype=np.int64), home, 10 + home], axis=1),
        np.full(20, NOBODY),
    )
    stewards = Stewards(
        np.array([[0.0, 0.0], [np.nan, np.nan]]),
        np.array([[0, 0, 10], [0, NOBODY, NOBODY]]),
        np.array([12, 12]),
        np.zeros(2, dtype=np.int64),
        np.array([1, 2]),
    )
    assert (share_out(targets, stewards).steward == home).all()


def test_without_stewards_everybody_is_left() -> None:
    targets, stewards = a_district(1, 5, 1, 3)
    none = Stewards(
        np.empty((0, 2)),
        np.empty((0, 3), dtype=np.int64),
        *(np.empty(0, dtype=np.int64) for _ in range(3)),
    )
    assert len(share_out(targets, none).left) == len(targets)
    assert len(stewards) == 1


@pytest.mark.slow
def test_a_whole_district_is_shared_out() -> None:
    """20,000 businesses, 900 stewards, room for 30 each: docs/why/assignment.md has the time it takes."""
    targets, stewards = a_district(7, 20_000, 900, 30)
    stewards = replace(stewards, busy=np.zeros(900, dtype=np.int64))
    first = share_out(targets, stewards)
    assert len(first.left) == 0
    assert first.load.max() <= 30
    orphans = first.steward == 5
    limit = np.where(np.arange(900) == 5, 0, 30)
    after = share_out(
        replace(targets, current=np.where(orphans, NOBODY, first.steward)), replace(stewards, limit=limit)
    )
    assert ((after.steward != first.steward) == orphans).all()
