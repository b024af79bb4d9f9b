"""One mail each working morning, for officers who chose it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMessage

from guanjia.notices import actions, jobs
from guanjia.notices.models import Delivery, Notice
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db

#: From Monday 9:00 to Tuesday 8:30.
TUESDAY = 23.5


def choose(served: Served, who: str) -> None:
    actor = served.district.actor(who, MONDAY)
    actions.set_preference(actor, "mail", "digest", address=f"{actor.officer_id}@example.org", at=MONDAY)


def test_it_lists_what_is_due_today_and_what_is_late(
    served: Served, mailoutbox: list[EmailMessage], django_assert_max_num_queries: Any
) -> None:
    for who in ("陈静", "刘洋", "孙浩"):
        choose(served, who)
    late = served.ask("昨天就该签收的")  # accept by Monday 15:30
    today = served.ask("今天到期的", hours=7)
    moved = served.ask("需要换灯杆的")
    served.act("陈静", moved, "accept", hours=0.1)
    served.act("陈静", moved, "escalate", hours=0.2, reason="需更换灯杆")  # to a unit, due on Tuesday
    with django_assert_max_num_queries(13):
        assert jobs.send_digests(served.at(TUESDAY)) == 2  # nothing is due of 刘洋
    jobs.deliver_due(served.at(TUESDAY))
    mails = {mail.to[0]: mail for mail in mailoutbox}
    steward = mails[f"{served.district.officers['陈静'].pk}@example.org"]
    assert "今日到期1件，已超期1件" in steward.subject
    assert steward.body.index(late.number) < steward.body.index(today.number)
    assert moved.number not in steward.body
    handler = mails[f"{served.district.officers['孙浩'].pk}@example.org"]
    assert moved.number in handler.body


def test_it_comes_once_a_day(served: Served, mailoutbox: list[EmailMessage]) -> None:
    choose(served, "陈静")
    served.ask()
    assert jobs.send_digests(served.at(TUESDAY - 0.1)) == 0  # before half past eight
    for _ in range(2):
        jobs.send_digests(served.at(TUESDAY))
        jobs.deliver_due(served.at(TUESDAY))
    jobs.send_digests(served.at(TUESDAY + 3))
    assert len(mailoutbox) == 1
    assert jobs.send_digests(served.at(TUESDAY + 24)) == 1


def test_on_a_day_off_nobody_gets_one(served: Served) -> None:
    choose(served, "陈静")
    served.ask()
    assert jobs.send_digests(served.at(TUESDAY + 24 * 4)) == 0  # Saturday


def test_who_chose_it_gets_no_single_mails_and_no_new_mark_on_the_list(served: Served, news: Any) -> None:
    choose(served, "陈静")
    served.ask()
    news(0)
    assert not Delivery.objects.filter(channel="mail").exists()
    jobs.send_digests(served.at(TUESDAY))
    assert Notice.objects.get(kind="digest").read_at == served.at(TUESDAY)
