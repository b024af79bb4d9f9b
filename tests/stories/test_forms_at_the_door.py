"""陈静 fills a form in at 李晓燕's door; whoever answers for the household reads it, nobody else does."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from guanjia.fieldwork.actions.visits import NewVisit, record_visit
from guanjia.fieldwork.models import Answer, AnswerFile, Correction
from guanjia.registry.models import Household, Person
from tests.forms import Formed
from tests.odk import photo
from tests.people import client_of
from tests.programme import KEY, MONDAY

pytestmark = pytest.mark.usefixtures("monday")


def url_of(formed: Formed) -> str:
    return f"/desk/fill/{KEY}/household/{formed.home.pk}/"


def desk(formed: Formed, who: str) -> Client:
    client = client_of(formed.district.account(who))
    client.raise_request_exception = False
    return client


#: What a browser sends for a whole answer; the phone is left as the card has it.
FIELDS: dict[str, Any] = {
    "instance": "uuid:11111111-2222-3333-4444-555555555555",
    "begun": "2026-03-02T08:50:00+08:00",
    "home/phone": "",
    "home/people_count": "3",
    "people/#": "2",
    "people/0/call_name": "奶奶",
    "people/0/age": "72",
    "people/1/call_name": "孙子",
    "people/1/age": "8",
    "day_care": "yes",
    "needs": ["lift", "other"],
    "other_need": "楼道灯",
}


def test_a_form_is_shown_with_what_is_known_and_people_masked(formed: Formed) -> None:
    Household.objects.filter(pk=formed.home.pk).update(members=2)
    page = desk(formed, "陈静").get(url_of(formed)).content.decode()
    assert "139****0001" in page and "13900000001" not in page
    assert re.search(r'name="home/people_count" value="2"', page)
    assert "奶奶" not in page and "家庭成员" in page


def test_an_answer_is_stored_once_and_read_by_whoever_answers_for_them(formed: Formed) -> None:
    client = desk(formed, "陈静")
    first = client.post(url_of(formed), FIELDS)
    again = client.post(url_of(formed), FIELDS, headers={"Accept": "application/json"})
    answer = Answer.objects.get()
    assert first["Location"] == again.json()["url"] == f"/desk/answers/{answer.pk}/" and again.status_code == 200
    kept = json.loads(answer.answers)
    assert kept["needs"] == "lift other" and kept["elders"] == "1" and "phone" not in kept["home"]
    assert "楼道灯" not in str(list(Answer.objects.filter(pk=answer.pk).values_list("source", "instance")))

    for who, status in {"陈静": 200, "刘洋": 200, "周敏": 200, "彭飞": 404, "吴娟": 404, "马骏": 403}.items():
        assert desk(formed, who).get(f"/desk/answers/{answer.pk}/").status_code == status, who
    page = desk(formed, "刘洋").get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "楼道灯" in page and "加装电梯、其他" in page


@pytest.mark.parametrize("form_first", [True, False])
def test_a_form_filled_in_on_a_visit_stands_with_it(formed: Formed, form_first: bool) -> None:
    chen, home = formed.district.actor("陈静", MONDAY), formed.home
    url = f"/desk/visits/{home.pk}/"
    if form_first:
        assert desk(formed, "陈静").post(url_of(formed), FIELDS).status_code == 302
    visit = record_visit(chen, NewVisit(KEY, home.pk, "done"), at=MONDAY)
    if not form_first:
        assert desk(formed, "陈静").post(url_of(formed), FIELDS).status_code == 302
    answer = Answer.objects.get()
    assert answer.visit_id == visit.pk
    assert f"/desk/answers/{answer.pk}/" in desk(formed, "陈静").get(url).content.decode()


def test_a_paper_form_is_keyed_in_for_the_day_it_was_filled_in_on(formed: Formed) -> None:
    saturday = NewVisit(KEY, formed.home.pk, "done", on=date(2026, 2, 28))
    visit = record_visit(formed.district.actor("陈静", MONDAY), saturday, at=MONDAY)
    client = desk(formed, "陈静")
    client.post(url_of(formed), FIELDS | {"on_paper": "2026-02-28T16:20"})
    answer = Answer.objects.get()
    assert (answer.source, answer.visit_id) == ("paper", visit.pk)
    assert localtime(answer.ended_at).isoformat() == "2026-02-28T16:20:00+08:00"
    february = f"/desk/programmes/{KEY}/forms/household/?month=2026-02"
    assert "不足 5 份时不作汇总" in client.get(february).content.decode(), "it counts for its own month"
    assert "纸质" in client.get(f"/desk/answers/{answer.pk}/").content.decode()


@pytest.mark.parametrize("given", ["2026-03-02T18:00", "yesterday", "2026-02-30T10:00"])
def test_a_paper_form_of_no_possible_moment_is_refused(formed: Formed, given: str) -> None:
    answer = desk(formed, "陈静").post(url_of(formed), FIELDS | {"on_paper": given})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'href="#q-on_paper"' in page and Answer.objects.count() == 0


def test_the_form_of_another_day_or_officer_stays_beside_the_visit(formed: Formed) -> None:
    formed.answer("陈静", hours=-24)
    formed.answer("刘洋")
    record_visit(formed.district.actor("陈静", MONDAY), NewVisit(KEY, formed.home.pk, "done"), at=MONDAY)
    assert not Answer.objects.filter(visit__isnull=False).exists()


def test_what_is_answered_otherwise_than_the_card_says_is_proposed_and_decided(formed: Formed) -> None:
    client = desk(formed, "陈静")
    client.post(url_of(formed), FIELDS | {"home/phone": "13911112222"})
    correction = Correction.objects.get()
    assert json.loads(correction.values) == {"contact.phone": "13911112222", "household.members": "3"}
    assert Household.objects.get(pk=formed.home.pk).members is None
    answer = client.get(f"/desk/answers/{correction.answer_id}/").content.decode()
    assert "139****2222" in answer and "13911112222" not in answer

    assert desk(formed, "陈静").get("/desk/corrections/").status_code == 403
    clerk = desk(formed, "周敏")
    page = clerk.get("/desk/corrections/").content.decode()
    assert "139****2222" in page and "13911112222" not in page
    decided = clerk.post("/desk/corrections/", {"correction": correction.pk, "granted": "yes"})
    assert decided.status_code == 302
    assert Household.objects.get(pk=formed.home.pk).members == 3
    assert Person.objects.get(household_id=formed.home.pk).phone == "13911112222"
    assert clerk.post("/desk/corrections/", {"correction": correction.pk, "granted": "no"}).status_code == 409


def test_a_refused_correction_leaves_the_card(formed: Formed) -> None:
    desk(formed, "陈静").post(url_of(formed), FIELDS)
    desk(formed, "周敏").post("/desk/corrections/", {"correction": Correction.objects.get().pk, "granted": "no"})
    assert Household.objects.get(pk=formed.home.pk).members is None
    assert Correction.objects.get().granted is False


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"day_care": ""}, "day_care", "家中有老人，请问是否需要日间照料"),
        ({"people/0/age": "720"}, "people/0/age", "年龄"),
        ({"people/0/age": "old"}, "people/0/age", "年龄"),
        ({"home/phone": "123"}, "home/phone", "请填写 11 位手机号"),
        ({"gas_checked": "2026-03-09"}, "gas_checked", "不能晚于今天"),
        ({"needs": ["swimming-pool"]}, "needs", "有哪些需求"),
        ({"other_need": "\ud800".encode("utf-8", "replace").decode() + "\u202e"}, "other_need", "其他需求"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(formed: Formed, change: dict[str, Any], field: str, words: str) -> None:
    answer = desk(formed, "陈静").post(url_of(formed), FIELDS | change)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and f'href="#q-{field}"' in page
    assert "楼道灯" in page or field == "other_need"
    assert Answer.objects.count() == 0


def test_what_is_not_asked_is_not_kept(formed: Formed) -> None:
    given = FIELDS | {"people/#": "0", "needs": ["lift"], "other_need": "楼道灯"}
    desk(formed, "陈静").post(url_of(formed), given)
    assert json.loads(Answer.objects.get().answers) == {"elders": "0", "home": {"people_count": "3"}, "needs": "lift"}


def test_somebody_is_added_without_a_script(formed: Formed) -> None:
    page = desk(formed, "陈静").post(url_of(formed), FIELDS | {"add": "people"}).content.decode()
    assert 'name="people/2/age"' in page and "奶奶" in page
    page = desk(formed, "陈静").post(url_of(formed), FIELDS | {"remove": "people"}).content.decode()
    assert 'name="people/1/age"' not in page.replace("__i__", "")
    assert Answer.objects.count() == 0


def test_an_answer_that_somebody_gave_meanwhile_is_shown_and_not_overwritten(formed: Formed) -> None:
    desk(formed, "刘洋").post(url_of(formed), FIELDS | {"instance": "uuid:99999999-2222-3333-4444-555555555555"})
    other = Answer.objects.get()
    client = desk(formed, "陈静")
    refused = client.post(url_of(formed), FIELDS, headers={"Accept": "application/json"})
    assert refused.status_code == 409 and refused.json()["other_url"] == f"/desk/answers/{other.pk}/"
    assert "刘洋" in refused.json()["message"]
    assert client.post(url_of(formed), FIELDS | {"seen": other.pk}).status_code == 302
    assert Answer.objects.get(officer__name="陈静").beside == other


def test_a_photo_is_re_encoded_and_shown_to_whoever_may_read(formed: Formed) -> None:
    picture = SimpleUploadedFile("IMG 1.JPG", photo(), "image/jpeg")
    desk(formed, "陈静").post(url_of(formed), FIELDS | {"hazard": picture})
    stored = AnswerFile.objects.get()
    assert (stored.name, stored.content_type) == ("hazard.jpg", "image/webp")
    shown = desk(formed, "周敏").get(f"/desk/answers/files/{stored.pk}/")
    assert shown.status_code == 200 and "sandbox" in shown["Content-Security-Policy"]
    assert desk(formed, "彭飞").get(f"/desk/answers/files/{stored.pk}/").status_code == 404
    text = SimpleUploadedFile("IMG 1.JPG", b"MZ", "image/jpeg")
    other = FIELDS | {"hazard": text, "instance": "uuid:77777777-2222-3333-4444-555555555555"}
    assert desk(formed, "陈静").post(url_of(formed), other).status_code == 422


def test_nobody_fills_in_for_whom_they_do_not_visit(formed: Formed) -> None:
    client = desk(formed, "彭飞")
    assert client.get(url_of(formed)).status_code == 404
    assert client.post(url_of(formed), FIELDS).status_code == 404
    business = formed.district.subjects["建国五金店"].pk
    assert desk(formed, "陈静").get(f"/desk/fill/{KEY}/household/{business}/").status_code == 404
    assert desk(formed, "陈静").get(f"/desk/fill/{KEY}/nothing/{formed.home.pk}/").status_code == 404


@pytest.mark.parametrize("instance", ["", "1", "uuid:", "uuid:" + "x" * 90, "uuid:<b>"])
def test_an_answer_needs_a_number_of_its_own(formed: Formed, instance: str) -> None:
    answer = desk(formed, "陈静").post(url_of(formed), FIELDS | {"instance": instance})
    assert answer.status_code in (302, 422)
    assert all(len(one.instance) == 41 for one in Answer.objects.all())


def test_the_programme_shows_its_forms_and_what_they_cost(formed: Formed) -> None:
    formed.answer("陈静", hours=0)
    formed.answer("陈静", hours=1)
    page = desk(formed, "马骏").get(f"/desk/programmes/{KEY}/forms/").content.decode()
    assert "入户走访表" in page and "陈静" in page and re.search(r'data-label="分钟">24<', page)
    before = desk(formed, "马骏").get(f"/desk/programmes/{KEY}/forms/?month=2026-02").content.decode()
    assert "陈静" not in before
    assert desk(formed, "马骏").get(f"/desk/programmes/{KEY}/forms/?month=nonsense").status_code == 200


def test_answers_are_added_up_for_the_whole_staff_but_never_so_few_that_one_could_be_told(formed: Formed) -> None:
    leader, url = desk(formed, "马骏"), f"/desk/programmes/{KEY}/forms/household/"
    assert url in leader.get(f"/desk/programmes/{KEY}/forms/").content.decode()
    for number in range(4):
        formed.answer("陈静", hours=number)
    few = leader.get(f"{url}?month=2026-03").content.decode()
    assert "不足 5 份时不作汇总" in few and "加装电梯" not in few
    formed.answer("陈静", hours=5)
    page = leader.get(f"{url}?month=2026-03").content.decode()
    assert "加装电梯" in page and "5 · 100%" in page and "家庭人口数" in page
    assert "楼道灯" not in page and "13900000001" not in page and "奶奶" not in page
    with CaptureQueriesContext(connection) as few:
        leader.get(f"{url}?month=2026-03")
    formed.answer("陈静", hours=6)
    with CaptureQueriesContext(connection) as more:
        leader.get(f"{url}?month=2026-03")
    assert len(more) <= len(few)
    assert "本月没有填表" in leader.get(f"{url}?month=2026-02").content.decode()
    assert leader.get(f"/desk/programmes/{KEY}/forms/nothing/").status_code == 404


def test_the_card_leads_to_its_forms(formed: Formed) -> None:
    page = desk(formed, "陈静").get(f"/desk/subjects/{formed.home.pk}/").content.decode()
    assert url_of(formed) in page and f"/desk/answers/?subject={formed.home.pk}" in page


def test_ones_own_field_app_gets_a_password_that_is_shown_once(formed: Formed) -> None:
    client = desk(formed, "陈静")
    page = client.post("/desk/me/device/")
    clear = re.search(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", page.content.decode())
    assert clear and page["Cache-Control"] == "no-store"
    again = client.get("/desk/me/device/").content.decode()
    assert clear[0] not in again and "chenjing" in again
    client.post("/desk/me/device/", {"revoke": "yes"})
    assert 'name="revoke"' not in client.get("/desk/me/device/").content.decode()


@pytest.mark.parametrize("path", ["/desk/answers/", f"/desk/programmes/{KEY}/forms/"])
def test_a_list_costs_the_same_whatever_its_length(formed: Formed, path: str) -> None:
    client = desk(formed, "周敏")

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    formed.answer("陈静", hours=0)
    one = queries()
    for hours in range(1, 6):
        formed.answer("陈静", hours=hours)
        formed.answer("刘洋", hours=hours + 0.5, seen=Answer.objects.latest("id").pk)
    assert queries() <= one
