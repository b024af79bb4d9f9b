"""Adding answers up loses none and tells nobody's own words."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guanjia.fieldwork.rules.forms import build
from guanjia.fieldwork.rules.totals import Total, add_up
from guanjia.playbook.forms import read
from tests.forms import ROWS

FORM = build(read("household.toml", ROWS.read_bytes()))
NEEDS = ("lift", "parking", "other")

person = st.fixed_dictionaries(
    {"call_name": st.text(min_size=1, max_size=5)}, optional={"age": st.integers(0, 120).map(str)}
)
answer = st.fixed_dictionaries(
    {},
    optional={
        "home": st.fixed_dictionaries({}, optional={"people_count": st.integers(1, 30).map(str)}),
        "people": st.lists(person, max_size=4),
        "needs": st.lists(st.sampled_from(NEEDS), unique=True, min_size=1).map(" ".join),
        "other_need": st.text(min_size=1, max_size=20),
        "not_asked_any_more": st.just("x"),
    },
)


def totals(trees: list[dict[str, Any]]) -> dict[str, Total]:
    return {one.item.name: one for one in add_up(FORM, trees)}


@given(st.lists(answer, max_size=12))
def test_what_is_added_up_is_what_was_answered(trees: list[dict[str, Any]]) -> None:
    found = totals(trees)
    ages = [int(one["age"]) for tree in trees for one in tree.get("people", ()) if "age" in one]
    age = found["age"]
    assert (age.answered, age.sum) == (len(ages), sum(ages))
    assert age.mean == (sum(ages) / len(ages) if ages else None)
    chosen = [need for tree in trees for need in tree.get("needs", "").split()]
    assert {need: found["needs"].counts[need] for need in NEEDS} == {need: chosen.count(need) for need in NEEDS}
    assert found["needs"].answered == sum("needs" in tree for tree in trees)
    assert found["other_need"].counts == {} and found["other_need"].sum == 0


def test_every_question_stands_there_once_in_the_order_of_the_form() -> None:
    assert list(totals([])) == [
        "phone", "people_count", "call_name", "age", "day_care", "needs", "other_need", "gas_checked", "hazard",
    ]  # fmt: skip


def test_what_an_older_version_took_for_a_number_is_left_out() -> None:
    assert totals([{"home": {"people_count": "several"}}])["people_count"].answered == 0
