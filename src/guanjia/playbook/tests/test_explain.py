"""The drawing holds together in every language and width."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from guanjia.playbook import explain
from guanjia.playbook.tests.acting import steward_playbook

LANGUAGES = ["zh", "en"]


def test_width_counts_chinese_characters_twice() -> None:
    assert explain.width("管家 ok，") == 4 + 3 + 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_row_for_each_tier(language: str) -> None:
    ladder = explain.table(steward_playbook(), language)
    assert [row[0] for row in ladder.rows] == [tier.name.in_(language) for tier in steward_playbook().ladder.tiers]
    assert {len(row) for row in ladder.rows} == {len(ladder.headings)}


def test_the_table_tells_limits_in_words() -> None:
    steward, *_between, last = explain.table(steward_playbook(), "en").rows
    assert steward[1:6] == ("The steward, or the stand-in", "2 working hours", "1 hour", "–", "1 working day")
    assert last[-1] == "marked late"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_boxes_ends_in_the_same_column(language: str) -> None:
    lines = explain.flow(steward_playbook(), language).split("\n")
    frame = explain.width(lines[0])
    for line in lines:
        if line.startswith(("┌", "│ ", "└")):
            edge = next(end for end in range(len(line) + 1) if explain.width(line[:end]) == frame)
            assert line[edge - 1] in "┐│├┘", line


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rail_runs_unbroken_from_the_first_tier_into_the_follow_up(language: str) -> None:
    lines = explain.flow(steward_playbook(), language).split("\n")
    first = next(index for index, line in enumerate(lines) if line.endswith("┐") and "├" in line)
    last = next(index for index, line in enumerate(lines) if line.endswith("┘") and "◄" in line)
    column = explain.width(lines[first])
    for line in lines[first : last + 1]:
        assert explain.width(line) == column, line
        assert line[-1] in "┐│┤┘", line


def test_the_drawing_names_every_tier_in_its_order() -> None:
    text = explain.flow(steward_playbook(), "zh")
    places = [text.index(f"{number}  {tier.name.zh}") for number, tier in enumerate(steward_playbook().ladder.tiers, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_well_formed_and_takes_its_colours_from_the_page(language: str) -> None:
    svg = explain.flow_svg(steward_playbook(), language)
    root = ElementTree.fromstring(svg)
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("rect") == len(explain.boxes(steward_playbook(), language))
    assert tags[1] == "title"
    assert not re.search(r"\bstyle=|#[0-9a-f]{3}|<style|<script", svg)
    assert all(element.get("class") for element in root.iter() if element.tag.endswith(("rect", "text", "polyline")))


def test_names_from_a_playbook_cannot_break_the_picture() -> None:
    book = steward_playbook()
    name = book.playbook.name.model_copy(update={"zh": '<管家> & "co"'})
    book = book.model_copy(update={"playbook": book.playbook.model_copy(update={"name": name})})
    assert ElementTree.fromstring(explain.flow_svg(book, "zh"))[0].text == '<管家> & "co"'
