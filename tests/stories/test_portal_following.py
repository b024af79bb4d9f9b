"""Who asked follows the request, has the last word, and reaches nobody else's."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from guanjia.access import actions as access
from guanjia.access.links import sign
from guanjia.cases.actions.act import act
from guanjia.cases.models import Asker, Case, Document
from guanjia.cases.uploads import take_in
from guanjia.notices.models import Preference
from guanjia.portal import limits
from tests.people import client_of
from tests.portal import jpeg
from tests.programme import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(served):
    return served.ask("楼下路灯不亮了\n我家老人摔了一跤")


def token(case, at=MONDAY, **more):
    return sign("track", case.pk, Asker.objects.get(case=case, is_first=True).contact_id, at=at, **more)


def link(case, **more):
    return f"/t/{token(case, **more)}"


def resolved(served, case):
    """Accepted and resolved, with the resident's clock set behind it."""
    served.act("陈静", case, "accept", hours=0.1)
    served.act("陈静", case, "resolve", hours=0.2, outcome="solved", text="灯泡换好了，今晚会亮")
    case.refresh_from_db()


def key_of(resident):
    return re.search(r'name="key" value="(\w+)"', resident.html)[1]


def seen_of(resident):
    return re.search(r'name="seen" value="(\d+)"', resident.html)[1]


def rate(resident, **answers):
    return resident.send(key=key_of(resident), seen=seen_of(resident), text="", **answers)


def say(resident, verb, text="", **more):
    resident.open(f"{resident.at}/{verb}")
    return resident.send(key=key_of(resident), text=text, **more)


# Looking it up


def test_number_and_phone_open_ones_request(resident, case):
    resident.send("/track/", number=f" {case.number.replace('-', '－')} ", last4="0001")
    assert "摔了一跤" in resident.html and case.number not in resident.at
    assert "no-store" in resident.response["Cache-Control"]


def test_a_wrong_number_and_a_wrong_phone_are_told_alike(resident, case):
    answers = set()
    for number, last4 in ((case.number, "9999"), ("2026-0000999-9", "0001"), ("what", "0001")):
        resident.send("/track/", number=number, last4=last4)
        assert resident.response.status_code == 422
        answers.add(re.search(r'class="field__error"[^>]*>.*?<span>(.*?)</span>', resident.html)[1])
    assert len(answers) == 1


def test_four_digits_cannot_be_guessed(resident, case):
    for guess in range(limits.GUESSING_ONE.times):
        resident.send("/track/", number=case.number, last4=f"{guess + 5000}")
    resident.send("/track/", number=case.number, last4="0001")
    assert "摔了一跤" not in resident.html and "60 分钟" in resident.html
    resident.clock.shift(3600)
    resident.send("/track/", number=case.number, last4="0001")
    assert "摔了一跤" in resident.html


def test_one_address_cannot_try_number_after_number(resident, served):
    cases = [served.ask(f"第{n}盏灯坏了") for n in range(4)]
    for n in range(limits.GUESSING.times):
        resident.send("/track/", number=cases[n % 3].number, last4="7777")
    resident.send("/track/", number=cases[3].number, last4="0001")
    assert resident.response.status_code == 422 and "15 分钟" in resident.html


def test_the_sitting_after_a_look_up_is_short(resident, case):
    resident.send("/track/", number=case.number, last4="0001")
    url = resident.at
    resident.clock.shift(2 * 3600 + 60)
    assert resident.open(url).response.status_code == 410


def test_an_expired_link_says_what_to_do(resident, case):
    url = link(case)
    resident.clock.shift(31 * 86400)
    resident.open(url)
    assert resident.response.status_code == 410 and "手机号后四位" in resident.html


def test_a_link_opens_one_request_and_no_other_of_the_same_person(resident, served, case):
    other = served.ask("另一件事：井盖坏了")
    resident.open(link(case))
    for found in (other.number, other.title):
        assert found not in resident.html
    resident.open(f"/ledger/{other.number}/")
    assert "李晓燕" not in resident.html
    assert resident.client.get(f"/t/{token(case)[:-4]}AAAA").status_code == 404
    foreign = sign("rate", case.pk, Asker.objects.get(case=case).contact_id, at=MONDAY)
    assert resident.client.get(f"/t/{foreign}").status_code == 404


def test_another_persons_link_does_not_open_my_request(resident, served, case):
    stranger = served.district.contacts["王建国"].pk
    assert resident.client.get(f"/t/{sign('track', case.pk, stranger, at=MONDAY)}").status_code == 404


def test_of_a_sealed_request_the_link_tells_that_it_was_handed_over_and_nothing_else(resident, served, case):
    url = link(case)
    served.act("赵磊", case, "hand_over", to={"unit": served.unit("纪检监察组")}, reason="涉及作风")
    for path in (url, f"{url}/why", f"{url}/readers", f"{url}/add"):
        answer = resident.open(path).response
        assert answer.status_code == 410 and "移交" in resident.html
        for word in (case.title, "摔了一跤", "纪检", "涉及作风"):
            assert word not in resident.html
    resident.send("/track/", number=case.number, last4="0001")
    assert resident.response.status_code == 422 and "移交" not in resident.html, "a number and a phone are no proof"


# What is shown


def test_residents_read_plain_words_and_no_inner_matters(resident, served, case):
    served.act("陈静", case, "accept", hours=0.1)
    served.act("陈静", case, "note", hours=0.2, text="此人来过多次")
    served.act("陈静", case, "request_extension", hours=0.3, limit="2wd", reason="等厂家配件")
    resident.clock.shift(HOUR)
    resident.open(link(case))
    assert "已签收，开始办理" in resident.html and "申请了延期" in resident.html
    for inner in ("此人来过多次", "等厂家配件", "working", "steward"):
        assert inner not in re.sub(r"<[^>]+>", "", resident.html)


def test_each_date_says_why(resident, served, case):
    resident.open(f"{link(case)}/why")
    assert "最迟给您结果" in resident.html and "2026年3月3日" in resident.html and "工作日" in resident.html
    days = re.findall(r'<td class="wide">(\S+) .*?</td><td[^>]*>.*?(是|否|不)', resident.html)
    assert ("2026年3月3日", "是") in days, days


def test_who_was_not_content_reads_that_it_is_done_again(resident, served, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(link(case))
    assert "诉求人不满意，重新办理" not in resident.html
    rate(resident, solved="no", satisfaction="2")
    assert "诉求人不满意，重新办理" in resident.html


def test_what_has_to_wait_says_when_it_is_looked_at_again(resident, served, case):
    served.act("陈静", case, "accept", hours=0.1)
    assert "最迟给您结果" in resident.open(link(case)).html
    served.act("陈静", case, "request_shelving", hours=0.2, reason="等管网改造")
    served.act("郑强", case, "decide_shelving", hours=0.3, granted=True, reason="同意")
    resident.clock.shift(HOUR)
    html = resident.open(link(case)).html
    assert "暂缓办理" in html and "复查能否继续办理" in html and "最迟给您结果" not in html


def test_a_closed_request_says_how_it_ended_and_shows_what_was_asked_once(resident, served, case):
    served.act("陈静", case, "accept", hours=0.1)
    served.act("陈静", case, "resolve", hours=0.2, outcome="explained", text="该路段年内统一改造")
    resident.clock.shift(HOUR)
    resident.open(link(case))
    rate(resident, solved="yes", satisfaction="4")
    assert "已办结" in resident.html and "无法办理，已说明" in resident.html
    assert resident.html.count("我家老人摔了一跤") == 1


def test_photos_of_the_result_are_shown_and_those_of_notes_are_not(resident, served, case):
    officer = client_of(served.district.account("陈静"))
    served.act("陈静", case, "accept", hours=0.1)
    shown, hidden = (_photo(served, case) for _ in range(2))
    served.act("陈静", case, "note", hours=0.2, text="内部", evidence=[hidden])
    served.act("陈静", case, "resolve", hours=0.3, outcome="solved", text="好了", evidence=[shown])
    resident.clock.shift(HOUR)
    url = link(case)
    assert f"/documents/{shown}" in resident.open(url).html
    assert resident.client.get(f"{url}/documents/{shown}")["Content-Type"] == "image/webp"
    assert resident.client.get(f"{url}/documents/{hidden}").status_code == 404
    assert officer.get(f"/documents/{hidden}/?small=1").status_code == 200
    assert Client().get(f"/documents/{hidden}/").status_code == 302
    assert client_of(served.district.account("高翔")).get(f"/documents/{shown}/").status_code == 404


def _photo(served, case):
    return take_in(served.district.actor("陈静"), [jpeg()], case=case, at=served.at(0))[0].pk


def test_who_opened_my_phone_is_told(resident, served, case):
    contact = Asker.objects.get(case=case).contact
    assert "还没有人查看过" in resident.open(f"{link(case)}/readers").html
    access.reveal(
        served.district.actor("陈静"),
        contact,
        field="phone",
        purpose="handle_case",
        case_number=case.number,
        at=MONDAY,
    )
    resident.open(f"{link(case)}/readers")
    assert "陈静" in resident.html and "您的电话" in resident.html


# What one can do


def test_a_content_asker_ends_it(resident, served, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    assert resident.open(link(case)).html.count("灯泡换好了") == 1
    rate(resident, solved="yes", satisfaction="5")
    case.refresh_from_db()
    assert (case.status, case.confirmed, case.satisfaction) == ("closed", True, 5)
    assert "您的评价已记录在案" in resident.html and "已办结" in resident.html


@pytest.mark.parametrize(("solved", "satisfaction"), [("no", "3"), ("yes", "1")])
def test_a_low_rating_sends_it_back(resident, served, case, solved, satisfaction):
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(link(case))
    rate(resident, solved=solved, satisfaction=satisfaction)
    case.refresh_from_db()
    assert (case.status, case.redone) == ("working", 1)


def test_an_unfinished_rating_says_what_is_missing(resident, served, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(link(case))
    rate(resident, solved="yes")
    assert resident.response.status_code == 422 and 'href="#id_satisfaction"' in resident.html
    case.refresh_from_db()
    assert case.status == "resolved"


def test_a_rating_of_a_result_that_was_replaced_is_not_taken(resident, served, case):
    """A stale form: somebody acted first."""
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(link(case))
    old = {"key": key_of(resident), "seen": seen_of(resident)}
    served.act("周敏", case, "follow_up", hours=1, asker=Asker.objects.get().contact_id, solved=False, satisfaction=2)
    served.act("陈静", case, "resolve", hours=1.5, outcome="solved", text="这次真的好了")
    resident.clock.shift(HOUR)
    resident.send(text="", solved="yes", satisfaction="5", **old)
    assert resident.response.status_code == 422 and "这次真的好了" in resident.html
    case.refresh_from_db()
    assert case.status == "resolved"


def test_rating_twice_is_rating_once(resident, served, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(link(case))
    twice = {"key": key_of(resident), "seen": seen_of(resident), "text": "", "solved": "no", "satisfaction": "2"}
    resident.send(**twice)
    resident.send(**twice)
    case.refresh_from_db()
    assert case.redone == 1


def test_a_closed_request_is_contested_within_its_days_and_not_after(resident, served, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    url = link(case)
    resident.open(url)
    rate(resident, solved="yes", satisfaction="4")
    say(resident, "contest", "又坏了")
    case.refresh_from_db()
    assert (case.status, case.contested) == ("working", 1)
    served.act("陈静", case, "resolve", hours=3, outcome="solved", text="又好了")
    resident.open(url)
    rate(resident, solved="yes", satisfaction="4")
    resident.clock.shift(20 * 86400)
    assert f"{url}/contest" not in resident.open(url).html
    assert resident.open(f"{url}/contest").response.status_code == 404


def test_a_question_is_asked_and_answered_with_a_photo(resident, served, case):
    served.act("陈静", case, "accept", hours=0.1)
    served.act("陈静", case, "ask", hours=0.2, text="是哪一盏灯？")
    resident.clock.shift(HOUR)
    assert "是哪一盏灯？" in resident.open(link(case)).html and "暂停" in resident.html
    say(resident, "answer", "门口第二盏", photos=[jpeg()])
    assert "门口第二盏" in resident.html and "thumbs" in resident.html
    assert Document.objects.get().event_seq is not None
    assert resident.open(f"{link(case)}/answer").response.status_code == 404


def test_adding_urging_calling_and_withdrawing(resident, served, case):
    resident.open(link(case))
    say(resident, "add", "昨晚又有人摔了")
    assert "昨晚又有人摔了" in resident.html
    say(resident, "urge", "请快一点")
    assert "请快一点" in resident.html
    say(resident, "call")
    case.refresh_from_db()
    assert case.clocks.filter(kind="arrive").exists()
    say(resident, "withdraw", "已经自己修好")
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "withdrawn")
    assert "诉求已撤回" in resident.html


def test_words_are_needed_where_they_are_the_point(resident, case):
    resident.open(link(case))
    say(resident, "urge", "  ")
    assert resident.response.status_code == 422 and 'href="#id_text"' in resident.html


@pytest.mark.parametrize("verb", ["dispatch", "resolve", "note", "join", "nonsense", "follow_up", "contest"])
def test_only_what_is_offered_can_be_done(resident, case, verb):
    url = f"{link(case)}/{verb}"
    assert resident.client.get(url).status_code == 404
    assert resident.client.post(url, {"key": "k", "text": "x"}).status_code == 404


def test_what_an_officer_does_by_an_askers_link_carries_their_account(served, resident, case):
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.client = client_of(served.district.account("陈静"))
    resident.open(link(case))
    rate(resident, solved="yes", satisfaction="5")
    line = Case.objects.get().events.get(verb="follow_up")
    assert line.by == {"kind": "asker", "account": served.district.account("陈静").pk, "officer": None}


def test_two_who_asked_are_heard_one_by_one(resident, served, case):
    resident.tell("楼下的路灯不亮了").place().be("13900000008")
    resident.send(category="lighting", join=case.pk)
    mine = resident.link
    act(served.actor("asker", case), case.pk, "add", {"text": "我家电话是 13900000001"}, at=served.at(0.05))
    resolved(served, case)
    resident.clock.shift(HOUR)
    resident.open(mine)
    assert "13900000001" not in resident.html and "诉求人补充了情况" in resident.html
    rate(resident, solved="yes", satisfaction="5")
    case.refresh_from_db()
    assert case.status == "resolved", "the other one has not been heard"
    resident.open(link(case))
    rate(resident, solved="yes", satisfaction="5")
    case.refresh_from_db()
    assert case.status == "closed"


# How one hears


def test_who_asked_chooses_how_to_hear(resident, case, settings):
    settings.GUANJIA_SMS_GATEWAY = "file"
    url = f"{link(case)}/hearing"
    assert "139****0001" in resident.open(url).html and "打电话" not in resident.html
    assert "发邮件" not in resident.html, "no address was left"
    resident.send(way="here", language="en", quiet_from="12:00", quiet_until="14:00")
    assert resident.at == link(case) and "以后就这样通知您" in resident.html
    resident.open(url)
    chosen = re.findall(r'<input[^>]*name="(\w+)" value="([\w-]+)"[^>]*checked', resident.html)
    assert chosen == [("way", "here"), ("language", "en")]
    assert re.findall(r'name="quiet_\w+" value="(.*?)"', resident.html) == ["12:00", "14:00"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"way": "mail"}, "id_way"),
        ({"way": ""}, "id_way"),
        ({"language": "tlh"}, "id_language"),
        ({"quiet_from": "25:99", "quiet_until": "26:00"}, "id_quiet_from"),
        ({"quiet_from": "12:00"}, "id_quiet_until"),
        ({"quiet_from": "\x00😀", "quiet_until": "12:00"}, "id_quiet_from"),
    ],
)
def test_a_wrong_choice_of_how_to_hear_is_told_at_its_field(resident, case, wrong, field):
    url = f"{link(case)}/hearing"
    resident.send(url, **{"way": "sms", "language": "en", **wrong})
    assert resident.response.status_code == 422 and f'href="#{field}' in resident.html
    assert not Preference.objects.exists()


def test_where_nothing_can_be_sent_yet_the_choice_says_so(resident, case):
    assert "会有人给您打电话" in resident.open(f"{link(case)}/hearing").html
