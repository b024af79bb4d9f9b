"""Working on a case at the desk: accept, resolve, return, designate; what is refused, and what is never done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from guanjia.access.models import ReadLog
from guanjia.cases.models import Document, Event
from tests.programme import Served
from tests.stories.at_desk import AtDesk, act_url, case_url, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def party(served: Served, unit: str, officer: str | None = None) -> str:
    return f"{served.unit(unit)}:{served.district.officers[officer].pk if officer else ''}"


def test_a_steward_finds_the_case_accepts_it_and_resolves_it_with_a_photo(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    assert case.number in steward.get("/desk/").text
    assert steward.act(case, "accept").headers["Location"] == case_url(case)
    assert served.state(case).status == "working"
    sent = steward.act(case, "resolve", hours=2, outcome="solved", text="换了灯泡，已亮。", evidence=photo())
    assert sent.status_code == 302
    assert served.state(case).status == "resolved"
    taken = Document.objects.get(case=case)
    page = steward.get(case_url(case), hours=3).text
    assert "换了灯泡，已亮。" in page and f"/desk/document/{taken.pk}/" in page
    shown = steward.get(f"/desk/document/{taken.pk}/", hours=3)
    assert shown.headers["Content-Type"] == "image/webp" and shown.headers["X-Content-Type-Options"] == "nosniff"
    assert AtDesk(served, "孙浩").get(f"/desk/document/{taken.pk}/").status_code == 404


def test_the_clerk_hears_the_asker_and_the_case_leaves_the_ledger(served: Served) -> None:
    case = served.ask()
    steward, clerk = AtDesk(served, "陈静"), AtDesk(served, "周敏")
    steward.act(case, "accept")
    steward.act(case, "resolve", outcome="solved", text="已修好。")
    assert case.number in clerk.get("/desk/?queue=follow_up", hours=2).text
    asker = str(next(iter(served.state(case).askers)))
    clerk.act(case, "follow_up", hours=3, asker=asker, reached="yes", solved="yes", satisfaction="5")
    closed = served.state(case)
    assert (closed.status, closed.confirmed) == ("closed", True)
    assert case.number not in clerk.get("/desk/?queue=follow_up", hours=4).text


def test_after_two_returns_a_case_freezes_until_the_arbiter_designates(served: Served) -> None:
    case = served.ask("河道旁边没有路灯", place_id=served.district.places["槐香苑"].pk)
    desk, handler, arbiter = (AtDesk(served, who) for who in ("赵磊", "孙浩", "韩雪"))
    city = party(served, "城市管理局")
    desk.act(case, "dispatch", to=city, tier="department")
    handler.act(case, "return", hours=2, reason="不是我们的事")
    assert case.number in desk.get("/desk/?queue=rulings", hours=2).text
    desk.act(case, "rule_return", hours=3, granted="yes", reason="同意")
    desk.act(case, "dispatch", hours=3.2, to=city, tier="department", reason="再看一次")
    warned = handler.get(act_url(case, "return"), hours=4).text
    assert "第 2 次退回" in warned
    handler.act(case, "return", hours=4, reason="仍然不是")
    assert served.state(case).frozen
    assert case.number in arbiter.get("/desk/?queue=rulings", hours=5).text
    arbiter.act(case, "designate", hours=5, to=city, limit="2", limit_unit="wd", reason="由城管局办理")
    settled = served.state(case)
    assert (settled.frozen, settled.designated, settled.clocks["resolve"].limit) == (False, True, "2wd")
    assert handler.get(act_url(case, "return"), hours=6).status_code == 403


def test_a_form_says_what_will_happen_before_it_is_sent(served: Served) -> None:
    case = served.ask("河道旁边没有路灯", place_id=served.district.places["槐香苑"].pk)
    desk = AtDesk(served, "赵磊")
    city = party(served, "城市管理局")
    told = desk.get(f"{act_url(case, 'dispatch')}will/?to={city}&tier=department", part=True).text
    assert "派给城市管理局。" in told and "明天 18:00 前需签收。" in told
    open_choice = desk.get(f"{act_url(case, 'dispatch')}will/", part=True).text
    assert "城市管理局" not in open_choice


def test_somebody_who_acted_first_makes_the_form_stale_and_it_shows_what_changed(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    old = steward.form(case, "accept")
    served.act("赵磊", case, "instruct", hours=0.5, text="请尽快到场查看")
    refused = steward.post(act_url(case, "accept"), old, part=True)
    assert refused.status_code == 409
    assert "请尽快到场查看" in refused.text
    assert served.state(case).status == "assigned"
    assert steward.act(case, "accept").status_code == 302


def test_the_same_form_sent_twice_acts_once(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    form = {**steward.form(case, "note"), "text": "已电话联系"}
    for _ in range(2):
        assert steward.post(act_url(case, "note"), form).status_code == 302
    assert Event.objects.filter(case=case, verb="note").count() == 1


def test_a_text_file_named_jpg_is_refused_beside_its_field_and_what_was_written_stays(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    steward.act(case, "accept")
    wrong = SimpleUploadedFile("现场.jpg", b"not a picture at all", "image/jpeg")
    refused = steward.act(case, "resolve", outcome="solved", text="换了灯泡", evidence=wrong)
    assert refused.status_code == 422
    assert "现场.jpg" in refused.text and "换了灯泡" in refused.text and 'id="id_evidence_error"' in refused.text
    assert not Document.objects.exists()


def test_a_good_photo_is_kept_when_something_else_is_missing(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    steward.act(case, "accept")
    refused = steward.act(case, "resolve", outcome="solved", evidence=photo())
    kept = Document.objects.get(case=case)
    assert refused.status_code == 422 and f'name="kept" value="{kept.pk}"' in refused.text
    again = steward.act(case, "resolve", outcome="solved", text="换了灯泡", kept=str(kept.pk))
    assert again.status_code == 302
    kept.refresh_from_db()
    assert kept.event_seq == served.state(case).seq


def test_missing_evidence_is_named_in_plain_words(served: Served) -> None:
    case = served.ask("河道旁边没有路灯", place_id=served.district.places["槐香苑"].pk)
    AtDesk(served, "赵磊").act(case, "dispatch", to=party(served, "城市管理局"), tier="department")
    handler = AtDesk(served, "孙浩")
    handler.act(case, "accept")
    refused = handler.act(case, "resolve", outcome="solved", text="已装灯")
    assert refused.status_code == 422 and "照片" in refused.text


def test_only_the_verbs_that_one_may_use_are_offered(served: Served) -> None:
    case = served.ask()
    assert act_url(case, "accept") in AtDesk(served, "陈静").get(case_url(case)).text
    assert act_url(case, "accept") not in AtDesk(served, "郑强").get(case_url(case)).text
    assert AtDesk(served, "郑强").get(act_url(case, "accept")).status_code == 403
    assert AtDesk(served, "孙浩").get(case_url(case)).status_code == 404
    assert AtDesk(served, "陈静").get(act_url(case, "no-such-verb")).status_code == 422


def test_a_sealed_case_is_seen_by_its_receiver_alone(served: Served) -> None:
    case = served.ask("工作人员态度恶劣", category="work-style")
    assert case.number in AtDesk(served, "何平").get(case_url(case)).text
    for who in ("赵磊", "马骏", "陈静", "周敏"):
        assert AtDesk(served, who).get(case_url(case)).status_code == 404, who


@pytest.mark.parametrize("number", ["2026-0000001-1", "abc", "2031-9999999-9"])
def test_a_number_that_is_none_is_not_found(served: Served, number: str) -> None:
    assert AtDesk(served, "赵磊").get(f"/desk/case/{number}/").status_code == 404


def test_a_phone_is_opened_for_a_purpose_and_written_down(served: Served) -> None:
    case = served.ask()
    steward = AtDesk(served, "陈静")
    contact = next(iter(served.state(case).askers))
    url = f"{case_url(case)}asker/{contact}/phone/"
    assert "13900000001" not in steward.get(case_url(case)).text
    assert "13900000001" not in steward.get(url, part=True).text
    assert steward.post(url, {"purpose": "curiosity"}, part=True).status_code == 422
    assert "13900000001" in steward.post(url, {"purpose": "handle_case"}, part=True).text
    opened = ReadLog.objects.get()
    assert (opened.field, opened.purpose, opened.case_number) == ("phone", "handle_case", case.number)


def test_why_this_date_lists_each_day(served: Served) -> None:
    case = served.ask(hours=96)  # Friday morning
    steward = AtDesk(served, "陈静")
    steward.act(case, "accept", hours=96.5)
    for part in (True, False):
        page = steward.get(f"{case_url(case)}why/", hours=97, part=part).text
        assert page.count('class="skipped"') == 3 and page.count('class="counted"') == 1


def test_a_part_is_split_off(served: Served) -> None:
    case = served.ask("路灯不亮，路面也坏了")
    steward = AtDesk(served, "陈静")
    steward.act(case, "accept")
    steward.act(case, "open_child", text="路面坑洼需修补", title="路面坑洼", category="lighting")
    page = steward.get(case_url(case), hours=2).text
    assert "路面坑洼" in page
    assert steward.act(case, "resolve", outcome="explained", text="先等路面修好").status_code == 409


def test_a_merge_without_a_number_is_a_refusal_not_a_fault(served: Served) -> None:
    case, other = served.ask(), served.ask("路灯又不亮了")
    desk = AtDesk(served, "赵磊")
    assert desk.act(case, "merge", reason="同一件事").status_code == 422
    assert desk.act(case, "merge", into=other.number, reason="同一件事").status_code == 302
    assert served.state(case).merged_into == other.pk


def test_staff_need_a_second_factor_where_the_district_says_so(served: Served) -> None:
    case = served.ask()
    with override_settings(GUANJIA_STAFF_MFA=True):
        assert AtDesk(served, "陈静").get(case_url(case)).status_code == 302
