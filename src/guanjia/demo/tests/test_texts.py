from __future__ import annotations

import pytest

from guanjia.cases.actions.intake import TEXT_LIMIT, TITLE_LIMIT
from guanjia.demo import texts
from guanjia.demo.build import PLAYBOOK
from guanjia.demo.scale import chance
from guanjia.demo.texts import Pen, Scene
from guanjia.demo.words import words
from guanjia.playbook.lifecycle.states import CLAIMABLE
from guanjia.playbook.loader import load, shipped

CATEGORIES = [category.key for category in load(shipped()[PLAYBOOK]).categories]


def pen(number: int) -> Pen:
    return Pen(chance(number, "text"), Scene("柳荫家园", "3号楼2单元501", "福顺面馆" if number % 2 else "", "文昌路"))


def test_there_are_words_for_every_category_of_the_playbook() -> None:
    assert [key for key in CATEGORIES if not texts.known(key)] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_requests_and_results_are_whole_sentences(category: str) -> None:
    for number in range(200):
        title, text = pen(number).request(category)
        assert 0 < len(title) <= TITLE_LIMIT
        assert 0 < len(text) <= TEXT_LIMIT
        results = [pen(number).result(category, str(claim)) for claim in CLAIMABLE]
        assert not [one for one in (title, text, *results) if "{" in one or "}" in one]


def test_hardly_two_requests_are_the_same() -> None:
    written = {pen(number).request("noise")[1] for number in range(500)}
    assert len(written) > 450


@pytest.mark.parametrize("kind", [kind for kind in words("acts") if kind not in ("emergency", "child")])
def test_every_sentence_of_an_act_can_be_filled(kind: str) -> None:
    said = {pen(number).say(kind, unit="住建局") for number in range(60)}
    assert not [one for one in said if "{" in one]
