"""Numbered forms for the day on which the network is down."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.cases.models import Case
from guanjia.cases.queries.papers import sheets_of, used_in
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.codes import paper_number, parse_paper_number
from guanjia.printing import typeset
from guanjia.programmes import actions, sheets
from guanjia.programmes.models import PaperBlock
from tests.programme import MONDAY, Served
from tests.stories.at_desk import AtDesk

URL = "/desk/programmes/service-steward/papers/"
BOOK = "/desk/gate-book/"


@given(st.integers(1, 10**9), st.integers(1, 999))
def test_a_number_is_read_back_and_every_wrong_digit_is_noticed(block: int, sheet: int) -> None:
    number = paper_number(block, sheet)
    assert parse_paper_number(number) == (block, sheet)
    assert parse_paper_number(f" {number.replace('-', ' ')}\n") == (block, sheet)
    for at, sign in enumerate(number):
        if sign.isdigit():
            assert parse_paper_number(number[:at] + str((int(sign) + 3) % 10) + number[at + 1 :]) is None


def reserve(served: Served, clerk: AtDesk, **more: str) -> PaperBlock:
    given = {"place": str(served.district.places["柳荫社区"].pk), "sheets": "4", "key": "once", **more}
    assert clerk.post(URL, given).status_code == 302
    return PaperBlock.objects.latest("pk")


@pytest.fixture
def clerk(served: Served) -> AtDesk:
    return AtDesk(served, "周敏")


def key_in(clerk: AtDesk, number: str, page: str) -> None:
    line = {"date_1": "2-27", "what_1": f"断网时登记：路灯不亮 {number}", "paper_1": number, "twice_1": "new"}
    assert clerk.post(BOOK, {"page": page, **line}).status_code == 200


def test_a_block_is_reserved_once_and_printed(served: Served, clerk: AtDesk) -> None:
    block = reserve(served, clerk)
    assert reserve(served, clerk) == block, "the form sent twice"
    printed = clerk.get(f"/desk/papers/{block.pk}/forms.pdf")
    made = b"".join(printed.streaming_content)
    assert printed.headers["Content-Type"] == "application/pdf" and made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") in (0, 2)
    assert f"/desk/papers/{block.pk}/" in clerk.get(URL).text


def test_each_form_carries_its_number_and_its_code(
    served: Served, clerk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(typeset, "pdf", lambda sheet, data, at: seen.update(data) or b"")
    block = reserve(served, clerk)
    sheets.papers_pdf(block, at=MONDAY)
    assert [one["number"] for one in seen["sheets"]] == [paper_number(block.pk, n) for n in (1, 2, 3, 4)]
    assert seen["sheets"][2]["qr"] == typeset.qr(paper_number(block.pk, 3))
    assert seen["where"] == "东湖街道 柳荫社区" and seen["desk"] == "0000-0000000"


def test_the_list_tells_what_came_back_what_is_missing_and_what_is_blank(served: Served, clerk: AtDesk) -> None:
    block = reserve(served, clerk)
    for sheet in (1, 3):
        key_in(clerk, paper_number(block.pk, sheet), f"p{sheet}")
    assert [line.state for line in sheets_of(SYSTEM, block)] == ["used", "missing", "used", "blank"]
    page = clerk.get(f"/desk/papers/{block.pk}/").text
    case = Case.objects.earliest("pk")
    assert case.number in page and "缺失" in page
    assert used_in([block]) == {block.pk: 2}
    other = AtDesk(served, "彭飞").get(f"/desk/papers/{block.pk}/").text
    assert case.number not in other and "缺失" in other, "whoever may not see the case sees that the sheet came back"


def test_a_unit_has_forms_of_its_own(served: Served, clerk: AtDesk) -> None:
    unit = served.district.units["柳荫社区居委会"]
    block = reserve(served, clerk, unit=str(unit.pk))
    assert (block.unit, block.place) == (unit, None)
    key_in(clerk, paper_number(block.pk, 1), "p")
    assert Case.objects.get().place == served.district.places["柳荫社区"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"sheets": "0"}, 422),
        ({"sheets": "1000"}, 422),
        ({"sheets": ""}, 422),
        ({"sheets": "多"}, 422),
        ({"place": ""}, 422),
        ({"place": "999999999"}, 404),
        ({"unit": "999999999"}, 404),
    ],
)
def test_a_block_that_cannot_be_is_refused_in_words(
    served: Served, clerk: AtDesk, wrong: dict[str, str], status: int
) -> None:
    given = {"place": str(served.district.places["柳荫社区"].pk), "sheets": "4", "key": "once", **wrong}
    assert clerk.post(URL, given).status_code == status
    assert not PaperBlock.objects.exists()


def test_nobody_reserves_for_places_that_are_not_theirs(served: Served, clerk: AtDesk) -> None:
    elsewhere = {"place": str(served.district.places["杏坛社区"].pk), "sheets": "4", "key": "k"}
    assert clerk.post(URL, elsewhere).status_code == 403
    assert AtDesk(served, "马骏").get(URL).status_code == 403


def test_the_list_of_blocks_costs_the_same_however_many(
    served: Served, clerk: AtDesk, django_assert_max_num_queries: Any
) -> None:
    reserve(served, clerk)
    cost = clerk.cost(URL, shows="data-open>", times=1)
    for number in range(5):
        place = served.district.places["柳荫社区"]
        actions.reserve_numbers(SYSTEM, served.programme.pk, sheets=3, key=f"{number}", place=place, at=MONDAY)
    assert clerk.cost(URL, shows="data-open>", times=6) == cost
