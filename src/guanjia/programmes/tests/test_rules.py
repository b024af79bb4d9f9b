from __future__ import annotations

import pytest

from guanjia.programmes.rules import NOBODY, Pair, acting, counts_for, find, fits_level

GRID, STREET = Pair(1, 2), Pair(3, 4)


def test_ones_own_steward_wins_over_the_places() -> None:
    found = find(Pair(9, 8), {4: GRID}, [1, 2, 3, 4])
    assert (found.pair, found.why, found.place_id) == (Pair(9, 8), "subject", None)


def test_the_nearest_place_upwards_answers() -> None:
    found = find(None, {2: STREET, 4: GRID}, [1, 2, 3, 4, 5])
    assert (found.pair, found.why, found.place_id) == (GRID, "place", 4)


def test_steward_and_stand_in_come_from_one_target() -> None:
    assert find(Pair(9), {4: GRID}, [4]).pair == Pair(9, None)


def test_a_stand_in_alone_gives_way_to_a_steward_further_up() -> None:
    assert find(Pair(None, 8), {4: GRID}, [4]).pair == GRID


def test_a_stand_in_alone_answers_where_nobody_is_steward() -> None:
    found = find(Pair(None, 8), {}, [4])
    assert acting(found.pair, {}) == 8


def test_where_nobody_is_assigned_nobody_answers() -> None:
    assert find(None, {7: GRID}, [1, 2]) == NOBODY
    assert acting(NOBODY.pair, {}) is None


@pytest.mark.parametrize(
    ("away", "who"),
    [({}, 1), ({1: 5}, 2), ({1: 5, 2: 6}, 5), ({2: 6}, 1)],
    ids=["both there", "steward away", "both away", "stand-in away"],
)
def test_new_work_goes_to_who_is_there(away: dict[int, int], who: int) -> None:
    assert acting(GRID, away) == who


def test_without_a_stand_in_the_absence_names_who_acts() -> None:
    assert acting(Pair(1, None), {1: 5}) == 5


def test_only_the_playbooks_level_or_nearer_fulfils_the_guarantee() -> None:
    assert [counts_for("grid", depth) for depth in (2, 3, 4, 5)] == [False, False, True, True]
    assert not counts_for("subject", 5)


def test_stewards_go_to_the_level_of_the_playbook_and_below() -> None:
    covers = {"business": "subject", "household": "grid"}
    assert [fits_level(covers.values(), kind) for kind in ("street", "community", "grid", "courtyard")] == [
        False,
        False,
        True,
        True,
    ]
    assert not fits_level(["subject"], "grid")
