"""Where a case goes and what it may be about, by the playbook's own words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from guanjia.playbook import loader
from guanjia.playbook.routing import CaseFacts, choose_route, suggest_category
from guanjia.playbook.schema import Playbook
from guanjia.playbook.tests.acting import steward_playbook

LABELLED = Path(__file__).resolve().parents[4].parent / "shared/data/appeals_labelled.csv"


def facts(
    category: str, *, subject: str | None = "household", channel: str = "web", emergency: bool = False
) -> CaseFacts:
    found = steward_playbook().category(category)
    assert found is not None
    return CaseFacts(category, found.kind, subject, channel, emergency)


@pytest.mark.parametrize(
    ("case", "route", "tier"),
    [
        (facts("sanitation"), "steward-first", "steward"),
        (facts("tax", subject="business"), "steward-first", "steward"),
        (facts("water"), "public-works", "department"),
        (facts("sanitation", emergency=True), "emergency", "department"),
        (facts("several"), "several-departments", "lead-office"),
        (facts("parking", channel="meeting"), "from-a-meeting", "lead-office"),
        (facts("work-style"), "work-style", None),
        (facts("work-style", emergency=True), "work-style", None),
        (facts("other", subject=None, channel="import"), "steward-first", "steward"),
    ],
)
def test_the_first_route_whose_conditions_hold_decides(case: CaseFacts, route: str, tier: str | None) -> None:
    found = choose_route(steward_playbook(), case)
    assert (found.key, found.tier) == (route, tier)


def test_conditions_hold_together() -> None:
    playbook = steward_playbook()
    narrow = playbook.routes[0].model_copy(
        update={"categories": ("noise",), "subjects": ("business",), "kinds": ("complain",), "channels": ("web",)}
    )
    book = playbook.model_copy(update={"routes": (narrow, playbook.routes[-1])})
    assert choose_route(book, facts("noise", subject="business")).key == narrow.key
    for other in (facts("noise"), facts("noise", subject=None), facts("noise", subject="business", channel="card")):
        assert choose_route(book, other).key == "steward-first"


def test_a_playbook_without_a_last_route_says_so() -> None:
    playbook = steward_playbook()
    with pytest.raises(LookupError, match="no route"):
        choose_route(playbook.model_copy(update={"routes": playbook.routes[:1]}), facts("noise"))


@pytest.mark.parametrize(
    ("text", "category", "why"),
    [
        ("小区门口的路灯不亮三天了，晚上老人不敢出门", "lighting", "路灯不亮"),
        ("楼上半夜施工，噪音扰民", "noise", "半夜施工"),
        ("我家暖气不热，交了暖气费", "heating", "暖气费"),
        ("工地老板拖欠工资，农民工讨薪", "labour", "拖欠工资"),
        ("想申请营业执照变更登记", "licensing", "营业执照"),
        ("楼道里飞线充电，怕引起火灾", "fire", "飞线充电"),
    ],
)
def test_a_text_suggests_its_category_and_says_by_which_words(text: str, category: str, why: str) -> None:
    first = suggest_category(text, steward_playbook())[0]
    assert first.key == category
    assert why in first.why
    assert 0 < first.score < 1


def test_a_text_without_a_known_word_suggests_nothing() -> None:
    assert suggest_category("您好", steward_playbook()) == []


def test_a_shared_word_says_less_and_a_word_inside_a_longer_one_nothing() -> None:
    text = loader.SHIPPED / "service-steward" / loader.FILE
    book: Playbook = loader.loads(
        text.read_text("utf-8").replace('words = ["停水"', 'words = ["停水", "路灯", "灯不亮"')
    )
    key, _score, why = suggest_category("路灯不亮", book)[0]
    assert key == "lighting"
    assert why == ("路灯不亮",)


#: Our categories that a label of the collected messages may mean.
MEANT = {
    "城乡建设": "water power gas heating roads lighting drainage sanitation greening street-order parking fire housing"
    " land property-management noise safety",
    "劳动和社会保障": "social-insurance labour policy civil-affairs",
    "教育文体": "education culture",
    "商贸旅游": "market culture licensing policy tax finance safety",
    "环境保护": "pollution noise",
    "卫生计生": "health social-insurance",
    "交通运输": "traffic roads parking",
}


@pytest.mark.skipif(not LABELLED.exists(), reason="the collected messages (../shared/data) are not on this machine")
def test_words_alone_sort_most_messages_that_nobody_here_wrote() -> None:
    with LABELLED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    suggested = [(row["label"], suggest_category(row["text"], steward_playbook(), most=1)) for row in rows]
    silent = sum(not found for _label, found in suggested)
    right = sum(bool(found) and found[0].key in MEANT[label].split() for label, found in suggested)
    assert silent / len(rows) < 0.12
    assert right / (len(rows) - silent) > 0.7
