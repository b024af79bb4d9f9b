"""Other systems send requests in, follow them and act on them by HTTP, as people do on the pages."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from guanjia.cases import jobs, verification
from guanjia.cases.models import Asker, Case, Event
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from tests.programme import KEY, MONDAY, Served

pytestmark = pytest.mark.django_db

ASK = {
    "text": "楼下路灯不亮了，晚上很黑",
    "category": "lighting",
    "address": "柳荫家园3号楼",
    "asker": {"name": "李晓燕", "phone": "13900000001"},
}
Systems = Callable[..., Any]


def sent(system: Any, **changes: Any) -> str:
    answer = system.post("/cases", ASK | changes)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()["number"]


def refused(answer: Any, code: str, field: str | None = None) -> None:
    said = answer.json()
    assert (said["code"], said["field"], said["status"]) == (code, field, answer.status_code), said
    assert said["message"] and said["todo"] and said["mender"]


def photo() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "green").save(buffer, "JPEG")
    return SimpleUploadedFile("after.jpg", buffer.getvalue(), "image/jpeg")


def test_a_request_is_stored_located_and_dispatched(system: Systems) -> None:
    hotline = system("赵磊")
    number = sent(hotline, channel="api", occurred_at="2026-03-01T20:15:00+08:00")
    page = hotline.get(f"/cases/{number}").json()
    assert (page["status"], page["tier"], page["officer"]) == ("assigned", "steward", "陈静")
    assert (page["place"]["name"], page["category"], page["seq"]) == ("柳荫家园", "lighting", 2)
    assert page["occurred_at"] == "2026-03-01T12:15:00Z"
    assert [(asker["name"], asker["phone"]) for asker in page["askers"]] == [("李**", "139****0001")]


def test_the_category_is_suggested_where_the_sender_names_none(system: Systems) -> None:
    hotline = system("赵磊")
    number = sent(hotline, category="")
    assert hotline.get(f"/cases/{number}").json()["category"] == "lighting"
    refused(hotline.post("/cases", ASK | {"category": "", "text": "您好，在吗"}), "case.no_category", "category")


def test_a_request_that_names_no_programme_goes_to_the_first_that_takes_it(system: Systems) -> None:
    adopt(SYSTEM, loader.shipped()["summer-relief"], at=MONDAY)
    hotline = system("赵磊")
    for category, programme in (("lighting", KEY), ("stranded", "summer-relief")):
        sent(hotline, category=category)
        assert Case.objects.latest("id").version.programme.key == programme
    refused(hotline.post("/cases", ASK | {"category": "no-such"}), "case.unknown_category", "category")


def test_the_whole_life_of_a_case_by_http(served: Served, system: Systems) -> None:
    desk, city, clerk = system("赵磊"), system("孙浩"), system("周敏")
    number = sent(desk, emergency=True)
    to = {"unit": served.unit("城市管理局"), "officer": None}
    assert desk.act(number, "transfer", to=to, reason="属市政设施").status_code == 200
    offered = city.get(f"/cases/{number}/verbs").json()
    assert offered["verbs"][0]["key"] == "accept"
    assert city.act(number, "accept", seen=offered["seq"]).json()["status"] == "working"
    (document,) = city.send(f"/cases/{number}/documents", photo()).json()
    resolve = {"outcome": "solved", "text": "已更换灯泡", "evidence": [document["id"]]}
    assert city.act(number, "resolve", **resolve).json()["status"] == "resolved"
    refused(city.act(number, "follow_up", solved=True, satisfaction=5), "not_allowed")
    answer = clerk.act(number, "follow_up", solved=False, satisfaction=1, comment="还是不亮")
    assert answer.json()["status"] == "working"
    assert city.act(number, "resolve", outcome="explained", text="需更换线路，列入下月计划").status_code == 200
    closed = city.act(number, "follow_up", asker_phone="0001", solved=True, satisfaction=4).json()
    assert (closed["status"], closed["outcome"]) == ("closed", "explained")
    contested = city.act(number, "contest", asker_phone="0001", reason="一直没有更换").json()
    assert contested["status"] == "working"
    lines = desk.get(f"/cases/{number}/timeline").json()["lines"]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert any(line["documents"] for line in lines)
    assert list(verification.verify()) == []
    assert jobs.prove() == []


def test_the_word_of_the_asker_needs_their_phone_and_guesses_are_few(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    for _ in range(6):
        refused(desk.act(number, "urge", asker_phone="9999", text="快点"), "case.wrong_proof", "number")
    refused(desk.act(number, "urge", asker_phone="0001", text="快点"), "too_many_requests")


def test_one_key_is_one_request_and_one_answer(system: Systems) -> None:
    desk = system("赵磊")
    first = desk.post("/cases", ASK, key="form-1")
    again = desk.post("/cases", ASK, key="form-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Case.objects.count() == 1
    refused(desk.post("/cases", ASK | {"text": "另外一件事"}, key="form-1"), "api.key_reused")
    assert system("周敏").post("/cases", ASK, key="form-1").json()["number"] != first.json()["number"]


def test_one_key_is_one_act_and_one_answer(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    first = desk.act(number, "note", key="note-1", text="已电话联系")
    again = desk.act(number, "note", key="note-1", text="已电话联系")
    assert (again.status_code, again.json()) == (200, first.json())
    refused(desk.act(number, "note", key="note-1", text="写别的"), "api.key_reused")
    assert Event.objects.filter(verb="note").count() == 1


def test_one_key_is_one_part(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    new = {"text": "另需修剪树枝", "category": "lighting"}
    first = desk.post(f"/cases/{number}/parts", new, key="part-1")
    again = desk.post(f"/cases/{number}/parts", new, key="part-1")
    assert first.status_code == 201
    assert again.json() == first.json()
    refused(desk.post(f"/cases/{number}/parts", new | {"text": "写别的"}, key="part-1"), "api.key_reused")
    assert desk.get(f"/cases/{number}").json()["parts"] == [first.json()["number"]]


def test_whoever_acts_on_an_old_page_is_told(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    seq = desk.get(f"/cases/{number}").json()["seq"]
    assert desk.act(number, "note", seen=seq, text="一").status_code == 200
    refused(desk.act(number, "note", seen=seq, text="二"), "stale")


def test_a_system_sees_and_does_what_its_post_may(system: Systems) -> None:
    number = sent(system("赵磊"))
    elsewhere = system("彭飞")
    refused(elsewhere.get(f"/cases/{number}"), "not_found")
    assert number in elsewhere.get(f"/cases/{number}").json()["message"]
    refused(elsewhere.act(number, "note", text="看看"), "not_found")
    assert elsewhere.get("/cases").json()["rows"] == []
    refused(system("赵磊").act(number, "strike_off"), "not_allowed")


def test_a_sealed_case_is_seen_by_its_receiver_alone(system: Systems) -> None:
    number = sent(system("赵磊"), text="反映某窗口人员态度恶劣", category="work-style")
    for who in ("赵磊", "马骏", "郑强", "邓婷"):
        refused(system(who).get(f"/cases/{number}"), "not_found")
    assert system("何平").get(f"/cases/{number}").json()["status"] == "handed_over"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"text": ""}, "field.invalid", "text"),
        ({"text": "长" * 10_001}, "field.too_long", "text"),
        ({"text": "路灯\u0000"}, "field.control_characters", "text"),
        ({"category": "no-such"}, "case.unknown_category", "category"),
        ({"place": 999_999}, "case.unknown_place", "place"),
        ({"place": 2**70}, "field.invalid", "place"),
        ({"programme": "no-such"}, "case.no_programme", "programme"),
        ({"channel": "pigeon"}, "field.invalid", "channel"),
        ({"lon": 400}, "field.invalid", "lon"),
        ({"occurred_at": "2026-03-01T20:15:00"}, "field.invalid", "occurred_at"),
        ({"occurred_at": "2027-01-01T00:00:00+08:00"}, "case.happens_later", "occurred_at"),
        ({"asker": {"phone": "12"}}, "field.invalid", "phone"),
        ({"colour": "red"}, "field.invalid", "colour"),
    ],
)
def test_a_wrong_request_names_its_field_and_stores_nothing(
    system: Systems, changes: dict[str, Any], code: str, field: str
) -> None:
    refused(system("赵磊").post("/cases", ASK | changes), code, field)
    assert not Case.objects.exists()


def test_several_faults_are_told_together(system: Systems) -> None:
    said = system("赵磊").post("/cases", {"category": 3, "lon": "east"}).json()
    assert {(one["field"], one["code"]) for one in said["each"]} == {
        ("text", "field.missing"),
        ("category", "field.invalid"),
        ("lon", "field.invalid"),
    }


def test_what_is_no_json_is_refused(system: Systems) -> None:
    refused(system("赵磊").post("/cases", b"{"), "api.bad_request")


def test_emoji_and_rare_characters_stay(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk, text="路灯不亮😀，门牌𠮷字号")
    assert desk.get(f"/cases/{number}").json()["text"] == "路灯不亮😀，门牌𠮷字号"


def test_a_wrong_number_is_not_found(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    for wrong in ("2026-0000001-0", number.replace("2026", "2025"), "abc", "9" * 40):
        refused(desk.get(f"/cases/{wrong}"), "not_found")


def test_pages_hold_every_case_once(served: Served, system: Systems) -> None:
    desk = system("赵磊")
    numbers = [served.ask(f"第{number}盏路灯不亮", hours=0).number for number in range(7)]
    found, cursor = [], None
    while True:
        page = desk.get("/cases", limit=3, status="assigned", only="open", **({"cursor": cursor} if cursor else {}))
        found += [row["number"] for row in page.json()["rows"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert found == numbers[::-1]
    assert len(desk.get("/cases", text="第3盏").json()["rows"]) == 1
    refused(desk.get("/cases", limit=1000), "field.invalid", "limit")
    refused(desk.get("/cases", only="purple"), "field.invalid", "only")
    refused(desk.get("/cases", cursor="nonsense"), "page.bad_cursor")


def test_lists_and_pages_cost_a_fixed_number_of_queries(
    served: Served, system: Systems, django_assert_max_num_queries: Any
) -> None:
    desk = system("赵磊")
    case = served.ask()
    for number in range(12):
        served.ask(f"第{number}盏路灯不亮")
        served.act("赵磊", case, "note", text=f"第{number}次记录")
    desk.get("/cases")
    with django_assert_max_num_queries(2):
        assert len(desk.get("/cases").json()["rows"]) == 13
    with django_assert_max_num_queries(10):
        assert desk.get(f"/cases/{case.number}/timeline").json()["lines"]


def test_why_a_date_is_what_it_is(system: Systems) -> None:
    desk = system("赵磊")
    number = sent(desk)
    clocks = {clock["key"]: clock for clock in desk.get(f"/cases/{number}/clocks").json()}
    assert clocks["resolve"]["due"] == "2026-03-03T10:00:00Z"
    assert [(day["day"], day["counted"], day["note"]) for day in clocks["resolve"]["days"]] == [
        ("2026-03-02", False, "start_day"),
        ("2026-03-03", True, "workday"),
    ]


def test_the_asker_is_stored_once_for_the_same_details(system: Systems) -> None:
    desk = system("赵磊")
    sent(desk)
    sent(desk, text="另一盏路灯也不亮")
    assert Asker.objects.values("contact").distinct().count() == 1


@pytest.mark.parametrize("verb", ["open_child", "join", "no-such-verb"])
def test_verbs_that_need_a_row_first_are_refused(system: Systems, verb: str) -> None:
    desk = system("赵磊")
    number = sent(desk)
    before = desk.get(f"/cases/{number}").json()["seq"]
    assert desk.act(number, verb, child=1, asker=1).status_code in (404, 422)
    assert desk.get(f"/cases/{number}").json()["seq"] == before
