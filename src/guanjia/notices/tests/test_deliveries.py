"""What goes out of the house: when, once, again after a failure, and what can be seen of it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from guanjia.access.links import read
from guanjia.cases.actions.intake import NewContact
from guanjia.notices import actions, jobs, queries
from guanjia.notices.links import TRACK
from guanjia.notices.models import Delivery, Notice
from guanjia.notices.rules.timing import LEASE, WAITS
from guanjia.notices.tests.gateway import Recorder, barred, busy
from guanjia.notices.tests.group_chat import group_chat
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db

News = Callable[[float], None]
Gateway = type[Recorder]


def states() -> list[tuple[str, str, int]]:
    return list(Delivery.objects.order_by("id").values_list("channel", "state", "tries"))


def test_the_asker_gets_a_text_message_with_a_link_that_opens_this_case(
    served: Served, news: News, gateway: Gateway
) -> None:
    case = served.ask()
    news(0)
    assert jobs.deliver_due(served.at(0)) == 1
    phone, text, _reference = gateway.sent[0]
    assert phone == "13900000001"
    assert text.startswith("【")
    token = re.search(r"/t/(\S+)", text)
    assert token is not None
    link = read(TRACK, token[1], at=served.at(24 * 29))
    assert (link.id, link.contact_id) == (case.pk, next(iter(served.state(case).askers)))
    assert states() == [("sms", "sent", 1)]


def test_no_link_lies_in_the_database(served: Served, news: News) -> None:
    served.ask()
    news(0)
    assert "{link}" in Notice.objects.get(kind="register.asker").text


def test_the_asker_with_a_mail_address_alone_gets_a_mail(
    served: Served, news: News, mailoutbox: list[EmailMessage]
) -> None:
    served.ask(asker=NewContact(name="李晓燕", email="li@example.org"))
    news(0)
    jobs.deliver_due(served.at(0))
    (mail,) = mailoutbox
    assert mail.to == ["li@example.org"]
    assert "/t/" in mail.body
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("asker", "reason"),
    [
        (NewContact(name="李晓燕", phone="13900000001"), "no_gateway"),
        (NewContact(name="李晓燕"), "no_address"),
        (NewContact(name="李晓燕", phone="03741234567"), "no_address"),  # a landline
    ],
)
def test_whom_nothing_can_reach_is_shown_to_the_handler(
    served: Served, news: News, asker: NewContact, reason: str
) -> None:
    case = served.ask(asker=asker)
    news(0)
    lines = queries.deliveries(served.district.actor("陈静", MONDAY), case.pk)
    (line,) = [one for one in lines if one.is_asker]
    assert (line.state, line.reason) == ("skipped", queries.REASONS[reason])
    assert line.reader == "李**"


def test_at_night_the_asker_is_left_alone_until_seven(served: Served, news: News, gateway: Gateway) -> None:
    served.ask(hours=14)  # 23:00
    news(14)
    assert jobs.deliver_due(served.at(21.9)) == 0
    assert jobs.deliver_due(served.at(22)) == 1


def test_an_officer_who_chose_mail_gets_it_when_the_office_opens(
    served: Served, news: News, mailoutbox: list[EmailMessage]
) -> None:
    chenjing = served.district.actor("陈静", MONDAY)
    actions.set_preference(chenjing, "mail", "at_once", address="chenjing@example.org", at=MONDAY)
    case = served.ask(hours=10)  # 19:00
    news(10)
    assert jobs.deliver_due(served.at(23.4)) == 0
    assert queries.unread_count(chenjing) == 1  # in the application it is there at once
    assert jobs.deliver_due(served.at(23.5)) == 1
    (mail,) = mailoutbox
    assert case.number in mail.subject
    assert f"/desk/case/{case.number}/" in mail.body


def test_a_failure_in_the_middle_holds_back_nobody_and_is_tried_again(
    served: Served, news: News, gateway: Gateway
) -> None:
    for _ in range(3):
        served.ask()
    news(0)
    gateway.faults[:] = [None, busy(), None]
    assert jobs.deliver_due(served.at(0)) == 3
    assert states() == [("sms", "sent", 1), ("sms", "failed", 1), ("sms", "sent", 1)]
    (failed,) = queries.failing(since=MONDAY)
    assert (failed.channel, failed.again, failed.given_up, failed.error) == ("sms", 1, 0, "busy")
    assert jobs.deliver_due(served.at(0)) == 0
    assert jobs.deliver_due(served.at(0) + WAITS[0]) == 1
    assert states() == [("sms", "sent", 1), ("sms", "sent", 2), ("sms", "sent", 1)]
    assert len(gateway.sent) == len({reference for *_, reference in gateway.sent}) == 3
    assert queries.failing(since=MONDAY) == []


def test_after_the_last_try_it_is_given_up_and_the_doctor_says_so(served: Served, news: News, gateway: Gateway) -> None:
    served.ask()
    news(0)
    gateway.faults[:] = [busy()] * 20
    moment = served.at(0)
    for wait in (*WAITS, WAITS[-1]):
        jobs.deliver_due(moment)
        moment += wait
    assert states() == [("sms", "given_up", len(WAITS) + 1)]
    assert jobs.deliver_due(moment + timedelta(days=30)) == 0
    assert [one.given_up for one in queries.failing(since=MONDAY)] == [1]


def test_what_can_never_go_out_is_given_up_at_once(served: Served, news: News, gateway: Gateway) -> None:
    served.ask()
    news(0)
    gateway.faults[:] = [barred()]
    jobs.deliver_due(served.at(0))
    assert states() == [("sms", "given_up", 1)]


def test_a_gateways_own_fault_is_a_failure_like_any_other(served: Served, news: News, gateway: Gateway) -> None:
    served.ask()
    served.ask()
    news(0)
    gateway.faults[:] = [ZeroDivisionError("their bug")]
    jobs.deliver_due(served.at(0))
    assert states() == [("sms", "failed", 1), ("sms", "sent", 1)]
    assert Delivery.objects.get(state="failed").error == "ZeroDivisionError"


def test_a_worker_that_dies_while_sending_leaves_it_to_another(served: Served, news: News, gateway: Gateway) -> None:
    served.ask()
    news(0)
    gateway.faults[:] = [KeyboardInterrupt()]  # the process is stopped between sending and noting it
    with pytest.raises(KeyboardInterrupt):
        jobs.deliver_due(served.at(0))
    assert states() == [("sms", "waiting", 1)]
    assert jobs.deliver_due(served.at(0) + LEASE - timedelta(seconds=1)) == 0
    assert jobs.deliver_due(served.at(0) + LEASE) == 1
    assert states() == [("sms", "sent", 2)]


def test_two_workers_that_see_the_same_delivery_send_it_once(served: Served, news: News, gateway: Gateway) -> None:
    served.ask()
    news(0)
    seen_by_both = Delivery.objects.select_related("notice__contact", "notice__officer", "notice__case").get()
    assert jobs.deliver_due(served.at(0)) == 1
    assert jobs._deliver(seen_by_both, served.at(0)) is False
    assert len(gateway.sent) == 1


def test_a_mail_server_that_is_down_is_tried_again(served: Served, news: News, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    served.ask(asker=NewContact(name="李晓燕", email="li@example.org"))
    news(0)
    jobs.deliver_due(served.at(0))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.next_try_at) == ("failed", served.at(0) + WAITS[0])
    assert delivery.error == "the mail server cannot be reached (ConnectionRefusedError)"


def test_the_group_chat_hears_once_of_each_line_and_no_name_phone_or_word_of_the_request(
    served: Served, news: News, settings: Any
) -> None:
    with group_chat() as chat:
        settings.GUANJIA_WEBHOOK = chat.url
        case = served.ask("我是李晓燕，电话13900000001，路灯不亮", title="李晓燕家门口路灯")
        served.act("陈静", case, "accept", hours=0.2)
        served.act("陈静", case, "escalate", hours=0.4, reason="需更换灯杆")
        news(0.4)
        assert jobs.deliver_due(served.at(0.4)) == 2
    said = str(chat.heard)
    assert said.count(case.number) == 4
    assert "路灯照明" in said
    assert "城市管理局" in said
    assert f"/desk/case/{case.number}/" in said
    for secret in ("李晓燕", "13900000001", "门口", "陈静", "/t/"):
        assert secret not in said
    assert sorted(states()) == [("sms", "skipped", 0), ("webhook", "sent", 1), ("webhook", "sent", 1)]


def test_a_group_chat_that_refuses_is_tried_again(served: Served, news: News, settings: Any) -> None:
    with group_chat() as chat:
        settings.GUANJIA_WEBHOOK = chat.url
        chat.status = 503
        served.ask()
        news(0)
        jobs.deliver_due(served.at(0))
        assert ("webhook", "failed", 1) in states()
        chat.status = 200
        jobs.deliver_due(served.at(0) + WAITS[0])
        assert ("webhook", "sent", 2) in states()
    assert len(chat.heard) == 1


def test_the_file_gateway_keeps_a_line_for_each_message(
    served: Served, news: News, settings: Any, tmp_path: Any
) -> None:
    settings.GUANJIA_SMS_GATEWAY = "file"
    settings.DIR = tmp_path
    served.ask()
    news(0)
    jobs.deliver_due(served.at(0))
    (line,) = (tmp_path / "sms.log").read_text("utf-8").splitlines()
    assert line.split("\t")[1] == "13900000001"


def test_a_gateway_that_cannot_be_loaded_is_named(served: Served, news: News, settings: Any) -> None:
    settings.GUANJIA_SMS_GATEWAY = "district.sms.Gateway"
    served.ask()
    news(0)
    jobs.deliver_due(served.at(0))
    assert [one.error for one in queries.failing(since=MONDAY)] == ["the gateway district.sms.Gateway cannot be loaded"]
