from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from guanjia.kernel.chain import GENESIS, canonical, digest, link

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)
CHAIN = st.lists(JSON, min_size=2, max_size=6)


def heads(contents: list[Any]) -> list[str]:
    hashes = [GENESIS]
    for content in contents:
        hashes.append(link(hashes[-1], content))
    return hashes[1:]


@given(JSON)
def test_a_value_has_one_form_whatever_the_order_of_its_keys(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(CHAIN, st.data())
def test_no_link_can_be_edited_removed_inserted_or_moved_unnoticed(contents: list[Any], data: st.DataObject) -> None:
    last = heads(contents)[-1]
    at = data.draw(st.integers(0, len(contents) - 1))
    other = data.draw(JSON)
    assume(canonical(other) != canonical(contents[at]))
    assert heads([*contents[:at], other, *contents[at + 1 :]])[-1] != last
    assert heads(contents[:at] + contents[at + 1 :])[-1] != last
    assert heads([*contents[:at], other, *contents[at:]])[-1] != last
    if list(map(canonical, contents)) != list(map(canonical, reversed(contents))):
        assert heads(contents[::-1])[-1] != last


def test_a_day_s_digest_hangs_on_the_day_before_and_on_the_order() -> None:
    one, two = heads(["a", "b"])
    assert digest(GENESIS, [one, two]) != digest(GENESIS, [two, one])
    assert digest(GENESIS, [one]) != digest(digest(GENESIS, []), [one])
