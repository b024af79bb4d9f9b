"""Every word has a meaning, and the reference says what the engine knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.playbook import reference
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.meanings import PLAYBOOK, STORY
from guanjia.playbook.schema import Playbook
from guanjia.playbook.stories import Story
from guanjia.playbook.vocabulary import annotation_at, choices, keys_at, words

DOCS = Path(__file__).resolve().parents[4] / "docs/reference"


def test_every_word_has_a_meaning_and_every_meaning_a_word() -> None:
    assert {word.name for word in words()} == set(PLAYBOOK)
    assert {word.name for word in words(Story, STORY)} == set(STORY)
    assert all(word.meaning for word in words())


def test_a_word_says_what_may_be_written() -> None:
    by_name = {word.name: word for word in words()}
    assert by_name["ladder.tiers.resolve"].value == "time limit"
    assert by_name["ladder.returns.brake"].default == "2"
    assert by_name["ladder.strike_off.by"].choices[-1] == "system"
    assert by_name["playbook.name"].required
    assert by_name["stewards.nearness"].value == "share between 0 and 1"


def test_the_schema_answers_by_path() -> None:
    assert "resolve" in keys_at(Playbook, ("ladder", "tiers", 3))
    assert keys_at(Playbook, ("stewards", "covers"))[0] == "business"
    assert "photo" in choices(annotation_at(Playbook, ("ladder", "tiers", 0, "evidence", 1)))
    assert annotation_at(Playbook, ("ladder", "nothing")) is None


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("playbook", reference.playbook_page()),
        ("shipped-playbooks", reference.shipped_page()),
        ("verbs", reference.verbs_page()),
    ],
)
def test_the_reference_is_what_the_engine_says(page: str, text: str) -> None:
    command = "python -m guanjia.playbook.reference docs/reference"
    assert (DOCS / f"{page}.md").read_text("utf-8") == text, f"docs/reference/{page}.md is stale: run `{command}`"


def test_a_verb_that_the_playbook_gives_to_a_post_names_the_key() -> None:
    assert list(reference.who(verbs()["designate"])) == ["ladder.returns.arbiter", "leader", "lead_office"]
    assert list(reference.who(verbs()["follow_up"])) == ["asker", "ladder.follow_up.calls_by"]
    assert list(reference.who(verbs()["accept"])) == ["holder"]
