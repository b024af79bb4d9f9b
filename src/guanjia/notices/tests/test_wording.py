"""Texts are filled safely, exist for all that must be told, and say the same in both languages."""

from __future__ import annotations

import re

import pytest

from guanjia.notices.rules import targets, wording
from guanjia.notices.rules.wording import HOUSE, fill, first_sentence, plain
from guanjia.notices.texts import worded
from guanjia.playbook.loader import loads
from guanjia.programmes.models import GapKind
from tests.programme import PLAYBOOK

SLOT = re.compile(r"\{\w*\}")
PARAMS = {
    "number": "2026-0000001-8",
    "title": "路灯不亮",
    "due": "2026-03-03T10:00:00+00:00",
    "holder": "城市管理局",
    "district": "青禾区",
    "officer": "刘洋",
    "first_day": "2026-03-03",
    "last_day": None,
    "day": "2026-03-03",
    "place": "柳荫社区",
    "gap": "Without steward",
    "count": 3,
    "moved": 41,
    "today": 2,
    "late": 1,
}


@pytest.mark.parametrize(
    "text",
    ["{number.__class__}", "{number[0]}", "{0}", "{}", "{number!r}", "{unknown}", "%(number)s"],
)
def test_a_text_can_name_values_and_reach_nothing_else(text: str) -> None:
    assert fill(text, {"number": "7"}) == text


def test_a_value_is_never_read_as_a_template() -> None:
    title = plain("修灯 {link} {holder}")
    filled = fill("{title} {link}", {"title": title})
    assert (
        fill(filled, {"link": "https://example.org", "holder": "x"}) == "修灯 ｛link｝ ｛holder｝ https://example.org"
    )


def test_whatever_the_house_must_tell_it_has_words_for() -> None:
    fixed = {f"{verb}.{to}" for verb, tos in targets._ALWAYS.items() for to in tos}
    assert fixed <= HOUSE.keys()


@pytest.mark.parametrize("kind", sorted(HOUSE))
def test_every_text_of_the_house_is_whole_in_both_languages(kind: str) -> None:
    chinese, english = (worded(kind, PARAMS, None, language) for language in ("zh-hans", "en"))
    assert chinese != english
    assert set(SLOT.findall(chinese)) == set(SLOT.findall(english)) <= {"{link}"}
    assert re.search(r"[\u4e00-\u9fff]", chinese.replace("路灯不亮", ""))


def test_moments_are_told_in_local_time_and_a_missing_one_says_so() -> None:
    assert "3月3日 18:00" in worded("warn.holder", PARAMS, None, "zh-hans")
    assert "3 Mar 18:00" in worded("warn.holder", PARAMS, None, "en")
    assert "(not set)" in worded("warn.holder", {**PARAMS, "due": None}, None, "en")


def test_a_playbooks_own_words_come_before_the_houses() -> None:
    message = '[[messages]]\non = "warn"\nto = "holder"\ntext = { zh = "快到期：{number}", en = "Soon: {number}" }\n'
    playbook = loads(PLAYBOOK.read_text("utf-8") + message)
    assert worded("warn.holder", PARAMS, playbook, "zh-hans") == "快到期：2026-0000001-8"
    assert worded("warn.holder", PARAMS, playbook, "en") == "Soon: 2026-0000001-8"
    assert worded("warn.desk", PARAMS, playbook, "en").startswith("2026-0000001-8 “路灯不亮” has still")


def test_every_kind_of_gap_has_words() -> None:
    assert wording.GAPS.keys() == set(GapKind.values)


def test_a_mail_is_headed_by_the_first_sentence() -> None:
    assert first_sentence("您的诉求已登记。查看：{link}") == "您的诉求已登记"
    assert len(first_sentence("长" * 200)) == 60
