"""Registering for somebody: by telephone, at the counter, from paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.cases.models import Asker, Case, Document
from tests.programme import KEY, MONDAY, Served
from tests.stories.at_desk import AtDesk, photo

pytestmark = pytest.mark.django_db
URL = "/desk/register/"
CALL = {
    "programme": KEY,
    "channel": "hotline",
    "phone": "13900000009",
    "name": "周小雨",
    "text": "柳荫家园三号楼的路灯不亮了",
    "category": "lighting",
    "address": "柳荫家园3号楼",
    "public": "on",
    "key": "once",
}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_call_becomes_a_case_with_number_owner_due_moment_and_reason(served: Served) -> None:
    clerk = AtDesk(served, "周敏")
    sent = clerk.post(URL, CALL)
    case = Case.objects.get()
    assert sent.headers["Location"] == f"/desk/registered/{case.number}/"
    page = clerk.get(sent.headers["Location"]).text
    assert case.number in page and "陈静" in page and "先由管家办" in page and "还剩" in page
    assert (case.channel, case.place) == ("hotline", served.district.places["柳荫家园"])


def test_the_same_form_twice_is_one_case(served: Served) -> None:
    clerk = AtDesk(served, "周敏")
    assert clerk.post(URL, CALL).headers["Location"] == clerk.post(URL, CALL).headers["Location"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "id_text"),
        ({"category": ""}, "id_category"),
        ({"category": "no-such"}, "id_category"),
        ({"phone": "12"}, "id_phone"),
        ({"occurred_at": "yesterday"}, "id_occurred_at"),
        ({"occurred_at": "2031-01-01T10:00"}, "id_occurred_at"),
        ({"text": "灯" * 10_001}, "id_text"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    served: Served, wrong: dict[str, str], field: str
) -> None:
    refused = AtDesk(served, "周敏").post(URL, {**CALL, **wrong})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text and "周小雨" in refused.text
    assert not Case.objects.exists()


def test_emoji_stay_and_control_characters_are_refused(served: Served) -> None:
    clerk = AtDesk(served, "周敏")
    assert clerk.post(URL, {**CALL, "text": "路灯坏了😢请修"}).status_code == 302
    assert Case.objects.get().text == "路灯坏了😢请修"
    assert clerk.post(URL, {**CALL, "text": "路灯\x07坏了", "key": "two"}).status_code == 422


def test_paper_is_keyed_in_with_its_own_time_while_the_limits_run_from_now(served: Served) -> None:
    AtDesk(served, "周敏").post(URL, {**CALL, "channel": "gate_book", "occurred_at": "2026-02-27T16:20"})
    case = Case.objects.get()
    assert case.occurred_at.isoformat() == "2026-02-27T08:20:00+00:00"
    assert case.due_at > MONDAY


def test_photos_come_along_and_a_wrong_file_is_refused(served: Served) -> None:
    clerk = AtDesk(served, "周敏")
    wrong = SimpleUploadedFile("灯.jpg", b"no picture", "image/jpeg")
    assert clerk.post(URL, {**CALL, "photos": wrong}).status_code == 422
    assert clerk.post(URL, {**CALL, "photos": photo()}).status_code == 302
    assert Document.objects.get().case == Case.objects.get()


def test_a_caller_is_known_by_counts_and_masked_names(served: Served) -> None:
    case = served.ask()
    told = AtDesk(served, "周敏").get(f"{URL}caller/?phone=139 0000 0001", part=True).text
    assert "反映过 1 件" in told and "李**" in told and case.number in told and "李晓燕" not in told
    assert "没有反映过" in AtDesk(served, "周敏").get(f"{URL}caller/?phone=13811112222", part=True).text


def test_a_case_that_the_clerk_may_not_see_is_counted_and_not_named(served: Served) -> None:
    sealed = served.ask("工作人员态度恶劣", category="work-style")
    told = AtDesk(served, "周敏").get(f"{URL}caller/?phone=13900000001", part=True).text
    assert "反映过 1 件" in told and sealed.number not in told


def test_the_category_follows_the_text_until_the_clerk_chooses(served: Served) -> None:
    clerk = AtDesk(served, "周敏")
    suggested = clerk.get(f"{URL}suggest/?text=楼下路灯不亮了", part=True).text
    assert 'value="lighting" checked' in suggested and "路灯" in suggested
    chosen = clerk.get(f"{URL}suggest/?text=楼下路灯不亮了&category=work-style&suggested=", part=True).text
    assert 'value="work-style" checked' in chosen and 'value="lighting" checked' not in chosen


def test_places_are_found_by_address_and_a_steward_starts_with_their_own(served: Served) -> None:
    assert "柳荫家园" in AtDesk(served, "周敏").get(f"{URL}places/?address=柳荫家园3号楼", part=True).text
    assert "柳荫第一网格" in AtDesk(served, "陈静").get(URL).text


def test_a_caller_joins_a_case_that_is_open_already(served: Served) -> None:
    case = served.ask()
    clerk = AtDesk(served, "周敏")
    place = served.district.places["柳荫家园"].pk
    offered = clerk.get(
        f"{URL}similar/?text=楼下路灯不亮了，晚上很黑&category=lighting&place_id={place}", part=True
    ).text
    assert f'name="join" value="{case.number}"' in offered
    assert clerk.post(URL, {**CALL, "join": case.number}).status_code == 302
    assert (Case.objects.count(), Asker.objects.filter(case=case).count()) == (1, 2)


def test_leaders_and_administrators_do_not_register(served: Served) -> None:
    assert AtDesk(served, "高翔").get(URL).status_code == 403
