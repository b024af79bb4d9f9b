"""Contact cards: printed at the desk, scanned at the door, true after the steward has changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from guanjia.cases.models import Case
from guanjia.cli.cards import command
from guanjia.kernel.actor import SYSTEM
from guanjia.printing import typeset
from guanjia.programmes import actions, jobs, queries, sheets
from guanjia.programmes.actions.cards import KEPT_FOR, part_file
from guanjia.programmes.models import Assignment, CardCode, CardOrder
from tests.people import FOUNDED_AT
from tests.programme import MONDAY, Served
from tests.stories.at_desk import AtDesk

URL = "/desk/programmes/service-steward/cards/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def issue(served: Served, **whose: Any) -> list[int]:
    return actions.issue_cards(SYSTEM, served.programme.pk, at=MONDAY, **whose)


def code_of(served: Served, place: str) -> str:
    issue(served)
    return CardCode.objects.get(place=served.district.places[place]).code


def shop_card(served: Served) -> str:
    """建国五金店 has a steward of its own."""
    shop = served.district.subjects["建国五金店"]
    for role, name in (("steward", "陈静"), ("stand_in", "刘洋")):
        Assignment.objects.create(
            programme=served.programme,
            subject=shop,
            role=role,
            officer=served.district.officers[name],
            since=FOUNDED_AT,
            reason="by_hand",
        )
    issue(served)
    return CardCode.objects.get(subject=shop).code


def test_a_code_is_given_once_and_for_good(served: Served) -> None:
    first = issue(served)
    assert issue(served) == first and len(set(first)) == CardCode.objects.count() == 3
    assert all(re.fullmatch(r"[346-79ACDEFGHJKMNPQRTVWXY]{7}", card.code) for card in CardCode.objects.all())


def test_a_card_says_who_serves_when_and_whom_to_ring(served: Served, settings: Any) -> None:
    settings.GUANJIA_PUBLIC_URL = "https://district.example"
    code = code_of(served, "柳荫第一网格")
    sheet = sheets.cards_sheet(issue(served), at=MONDAY)
    card = next(one for one in sheet["cards"] if one["code"] == code)
    assert card["place"] == "东湖街道 柳荫社区 柳荫第一网格"
    assert (card["steward"], card["unit"]) == ("陈静", "柳荫社区居委会")
    assert card["phone"].startswith("0000-800") and card["stand_in"].startswith("刘洋 0000-800")
    assert card["desk"] == "0000-0000000" and "08:30–12:00" in card["hours"][0]
    assert card["qr"] == typeset.qr(f"https://district.example/s/{code}")


def test_the_code_opens_who_is_steward_now(served: Served, resident: Any) -> None:
    code = code_of(served, "柳荫第一网格")
    page = resident.open(f"/s/{code}").html
    assert "陈静" in page and "刘洋" in page and f"/ask/?card={code}" in page and "/track/" in page
    place = served.district.places["柳荫第一网格"]
    new = served.district.officers["彭飞"]
    actions.assign(SYSTEM, served.programme.pk, officer_id=new.pk, role="steward", place_id=place.pk, at=MONDAY)
    assert "彭飞" in resident.open(f"/s/{code.lower()}").html, "typed in small letters, after the steward has changed"


def test_a_card_of_a_grid_asks_from_there(served: Served, resident: Any) -> None:
    url = f"/ask/?card={code_of(served, '柳荫第一网格')}"
    assert "陈静" in resident.open(url).html
    resident.tell(url=url).send(how="card").be().finish()
    case = Case.objects.get()
    assert case.channel == "card" and case.place == served.district.places["柳荫第一网格"]


def test_a_card_of_a_shop_asks_for_the_shop(served: Served, resident: Any) -> None:
    code = shop_card(served)
    assert "建国五金店" in resident.open(f"/s/{code}").html
    resident.tell(url=f"/ask/?card={code}").be().finish()
    case = Case.objects.get()
    assert case.channel == "card" and case.subject == served.district.subjects["建国五金店"]
    assert case.holder_officer == served.district.officers["陈静"]


@pytest.mark.parametrize("code", ["AAAAAAA", "0", "%00", "a" * 300, "😀", "AAAAAAA'--"])
def test_a_code_that_is_none_is_refused_in_words(served: Served, resident: Any, code: str) -> None:
    for url in (f"/s/{code}", f"/ask/?card={code}"):
        resident.open(url)
        assert resident.response.status_code == 404 and "编码" in resident.html


def test_codes_cannot_be_tried_out(served: Served, resident: Any) -> None:
    for _ in range(30):
        resident.open("/s/AAAAAAA")
    assert resident.open(f"/s/{code_of(served, '柳荫第一网格')}").response.status_code == 429


def test_no_home_has_a_card_of_its_own(served: Served) -> None:
    home = next(one for one in served.district.subjects.values() if one.kind == "household")
    Assignment.objects.create(
        programme=served.programme,
        subject=home,
        role="steward",
        officer=served.district.officers["陈静"],
        since=FOUNDED_AT,
        reason="by_hand",
    )
    issue(served)
    assert not CardCode.objects.filter(subject=home).exists()


def test_a_clerk_prints_the_own_places_and_a_steward_the_own_cards(served: Served) -> None:
    clerk = AtDesk(served, "周敏").post(URL, {"copies": "1"})
    assert clerk.headers["Content-Type"] == "application/pdf"
    assert b"".join(clerk.streaming_content).startswith(b"%PDF-")
    assert CardCode.objects.get().place == served.district.places["柳荫第一网格"]
    steward = AtDesk(served, "彭飞").post(URL, {"copies": "2"})
    assert steward.status_code == 200 and CardCode.objects.count() == 3
    nothing = AtDesk(served, "彭飞").post(URL, {"copies": "1", "place": served.district.places["柳荫社区"].pk})
    assert nothing.status_code == 404 and "没有" in nothing.text


@pytest.mark.parametrize("copies", ["", "0", "101", "many", "9" * 20])
def test_a_number_of_copies_that_is_none_prints_nothing(served: Served, copies: str) -> None:
    assert AtDesk(served, "周敏").post(URL, {"copies": copies}).status_code == 422
    assert not CardCode.objects.exists()


def test_many_cards_are_made_part_by_part_by_the_worker(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanjia.programmes.rules.CARDS_A_PART", 100)
    desk = AtDesk(served, "高翔")
    assert desk.post(URL, {"copies": "80"}).status_code == 302
    order = CardOrder.objects.get()
    assert (order.parts, order.done) == (3, 0)
    assert jobs.print_cards(MONDAY) == 1
    made = f"/desk/cards/{order.pk}/1.pdf"
    assert made in desk.get(URL).text and f"/desk/cards/{order.pk}/2.pdf" not in desk.get(URL).text
    assert b"".join(desk.get(made).streaming_content).startswith(b"%PDF-")
    assert desk.get(f"/desk/cards/{order.pk}/2.pdf").status_code == 404
    assert AtDesk(served, "周敏").get(made).status_code == 404, "somebody else's order"
    assert [jobs.print_cards(MONDAY) for _ in range(3)] == [1, 1, 0]
    order.refresh_from_db()
    assert order.finished_at == MONDAY
    assert jobs.forget_prints(MONDAY) == 0 and jobs.forget_prints(MONDAY + KEPT_FOR * 2) == 1
    assert not CardOrder.objects.exists()


def test_a_part_that_was_interrupted_is_made_again(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    AtDesk(served, "高翔").post(URL, {"copies": "80"})
    order = CardOrder.objects.get()
    with monkeypatch.context() as killed:
        killed.setattr("guanjia.programmes.actions.cards.ContentFile", lambda content: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.print_cards(MONDAY)
    assert jobs.print_cards(MONDAY) == 1
    assert (tmp_path / part_file(order.pk, 0)).exists()


def test_the_faces_of_many_cards_cost_as_much_as_of_one(served: Served, django_assert_max_num_queries: Any) -> None:
    codes = issue(served)
    with django_assert_max_num_queries(20) as one:
        queries.card_faces(codes[:1], at=MONDAY)
    with django_assert_max_num_queries(len(one) + 8):
        assert len(queries.card_faces(codes, at=MONDAY)) == 3


def test_the_command_writes_one_file(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "cards.pdf"
    done = CliRunner().invoke(command, [str(file), "--steward", "陈静", "--copies", "10"])
    assert done.exit_code == 0, done.output
    assert "10" in done.output and file.read_bytes().startswith(b"%PDF-")
    for whose in (["--place", "无此地"], ["--unit", "无此单位"], ["--steward", "无此人"], ["--copies", "0"]):
        assert CliRunner().invoke(command, [str(file), *whose]).exception is not None
