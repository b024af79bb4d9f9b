"""The paper book at the gate, keyed in a page at a time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guanjia.cases.models import Asker, Case, Event
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.codes import paper_number
from guanjia.programmes import actions, queries
from guanjia.programmes.models import PaperBlock
from tests.programme import MONDAY, Served
from tests.stories.at_desk import AtDesk

URL = "/desk/gate-book/"
LAMP = {"date": "2-27 16:20", "who": "周小雨", "phone": "13900000009", "what": "三号楼路灯不亮", "where": "柳荫家园"}
NOISE = {"date": "17:05", "what": "楼上装修太吵，路灯下也听得见", "where": "机床厂家属院", "category": "lighting"}


def page(*lines: dict[str, str], **more: Any) -> dict[str, Any]:
    sent = {"page": "p1", "programme": "service-steward", **more}
    for number, line in enumerate(lines, start=1):
        sent |= {f"{name}_{number}": value for name, value in {"what": "", **line}.items()}
    return sent


@pytest.fixture
def clerk(served: Served) -> AtDesk:
    return AtDesk(served, "周敏")


def test_a_page_becomes_cases_with_the_times_of_the_book(served: Served, clerk: AtDesk) -> None:
    sent = clerk.post(URL, page(LAMP, NOISE, {}))
    first, second = Case.objects.order_by("pk")
    assert sent.status_code == 200 and first.number in sent.text and second.number in sent.text
    assert {first.channel, second.channel} == {"gate_book"}
    assert first.place == served.district.places["柳荫家园"] and first.category == "lighting"
    assert first.occurred_at.isoformat() == "2026-02-27T08:20:00+00:00", "its year and zone are understood"
    assert second.occurred_at.isoformat() == "2026-02-27T09:05:00+00:00", "of the day above"
    assert first.recorded_at == served.at(1) and first.due_at > MONDAY
    assert Asker.objects.get(case=first).channel == "gate_book" and not Asker.objects.filter(case=second).exists()


def test_wrong_lines_stay_with_their_reason_while_the_others_are_stored(served: Served, clerk: AtDesk) -> None:
    bad = {**NOISE, "date": "昨天"}
    mute = {"what": "无法归类的话", "where": "柳荫家园"}
    phone = {**LAMP, "what": "电梯停了，路灯也灭了", "phone": "12", "where": "机床厂家属院"}
    sent = clerk.post(URL, page(LAMP, bad, mute, phone))
    assert sent.status_code == 422 and Case.objects.count() == 1
    assert "“昨天”" in sent.text and "请选择类别" in sent.text and 'href="#phone_4"' in sent.text
    assert 'name="what_1"' not in sent.text and 'value="楼上装修太吵，路灯下也听得见"' in sent.text
    done = re.findall(r'name="done" value="([^"]+)"', sent.text)
    mended = clerk.post(URL, {**page({}, {**bad, "date": "2-27"}), "done": done})
    assert mended.status_code == 200 and Case.objects.count() == 2 and done[0] in mended.text


def test_the_same_page_twice_is_the_same_cases(clerk: AtDesk) -> None:
    for _ in range(2):
        sent = clerk.post(URL, page(LAMP, NOISE))
    assert sent.status_code == 200 and Case.objects.count() == 2
    assert "早已录入" in sent.text


def test_a_line_that_is_known_waits_until_somebody_has_looked(served: Served, clerk: AtDesk) -> None:
    open_case = served.ask("三号楼路灯不亮了")
    held = clerk.post(URL, page(LAMP))
    assert held.status_code == 422 and open_case.number in held.text and Case.objects.count() == 1
    joined = clerk.post(URL, page({**LAMP, "twice": open_case.number}))
    assert joined.status_code == 200 and Case.objects.count() == 1
    assert Asker.objects.filter(case=open_case).count() == 2
    nameless = clerk.post(URL, page({**LAMP, "phone": "", "twice": open_case.number}, page="p3"))
    assert nameless.status_code == 200 and Event.objects.filter(case=open_case, verb="note").count() == 1
    another = clerk.post(URL, page({**LAMP, "twice": "new"}, page="p2"))
    assert another.status_code == 200 and Case.objects.count() == 2


def test_what_was_solved_there_is_told_to_whoever_holds_it(served: Served, clerk: AtDesk) -> None:
    clerk.post(URL, page({**LAMP, "solved": "1", "by": "物业老李"}))
    case = Case.objects.get()
    assert case.status == "assigned"
    assert "物业老李" in Event.objects.get(case=case, verb="note").data["text"]


def test_whoever_holds_it_has_thereby_resolved_it(served: Served) -> None:
    AtDesk(served, "陈静").post(URL, page({**LAMP, "solved": "1", "by": "我本人"}))
    case = Case.objects.get()
    assert case.status == "resolved", "and waits for the word of whoever asked"
    verbs = list(Event.objects.filter(case=case).order_by("seq").values_list("verb", flat=True))
    assert verbs[-2:] == ["accept", "resolve"]


def test_a_numbered_sheet_keyed_in_twice_is_one_case(served: Served, clerk: AtDesk) -> None:
    block = reserve(served)
    number = paper_number(block.pk, 3)
    sheet = {**LAMP, "where": "", "paper": number}
    clerk.post(URL, page(sheet))
    again = clerk.post(URL, page({**sheet, "what": "三号楼的路灯又不亮", "paper": number.replace("-", " ")}, page="p2"))
    case = Case.objects.get()
    assert again.status_code == 200 and case.number in again.text
    assert case.place == served.district.places["柳荫第一网格"], "where the sheet was printed for"
    for wrong in (number[:-1] + str((int(number[-1]) + 1) % 10), paper_number(block.pk, 11), "９９９", "'; --"):
        assert clerk.post(URL, page({**sheet, "paper": wrong}, page="p3")).status_code == 422
    assert Case.objects.count() == 1


def reserve(served: Served, sheets: int = 10) -> PaperBlock:
    place = served.district.places["柳荫第一网格"]
    return actions.reserve_numbers(SYSTEM, served.programme.pk, sheets=sheets, key="k", place=place, at=MONDAY)


def test_more_lines_lose_nothing_that_was_written(clerk: AtDesk) -> None:
    more = clerk.post(URL, page(LAMP, more="1"))
    assert more.status_code == 200 and "周小雨" in more.text and 'name="what_11"' in more.text
    assert not Case.objects.exists()


def test_a_line_hints_at_its_kind_its_place_and_what_is_known(served: Served, clerk: AtDesk) -> None:
    known = served.ask("三号楼路灯不亮了")
    told = clerk.post(f"{URL}hint/", page(LAMP, line="1"), part=True).text
    assert "路灯照明" in told and "柳荫家园" in told and known.number in told


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"what_x": "灯", "what_1": ""},
        {"what_" + "9" * 4: "灯"},
        {"place": "9" * 30, "what_1": "路灯", "date_1": "2-27"},
        {"done": ["x"] * 200, "page": "p" * 500, "what_1": "路灯不亮", "date_1": "\x00"},
        {"what_1": "路灯\x07不亮", "date_1": "2-27"},
        {"what_1": "路灯不亮", "date_1": "2-27", "twice_1": "2026-9999999-1"},
        {"programme": "none", "what_1": "路灯不亮", "date_1": "2-27", "category_1": "none"},
    ],
)
def test_nonsense_breaks_nothing_and_half_loads_nothing(clerk: AtDesk, nonsense: dict[str, Any]) -> None:
    assert clerk.post(URL, nonsense).status_code in (200, 422)
    assert clerk.post(f"{URL}hint/", nonsense, part=True).status_code == 200


def test_a_long_page_costs_the_same_however_many_places_there_are(
    clerk: AtDesk, django_assert_max_num_queries: Any
) -> None:
    clerk.get(URL)
    with django_assert_max_num_queries(14):
        assert clerk.get(URL).text.count("book__line") == 12


def test_leaders_key_nothing_in(served: Served) -> None:
    assert AtDesk(served, "马骏").get(URL).status_code == 403


def test_every_sheet_of_a_block_is_told_apart(served: Served, clerk: AtDesk) -> None:
    block = reserve(served)
    assert {queries.paper_sheet(paper_number(block.pk, n)).sheet for n in range(1, 11)} == set(range(1, 11))
