"""One's own notices: counted, listed, read, and chosen how."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import pytest
from django.utils.translation import override

from guanjia.cases.actions.intake import NewContact
from guanjia.kernel.actor import PUBLIC, SYSTEM, Actor
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.outbox import deliver_batch
from guanjia.kernel.problems import Problem
from guanjia.notices import actions, jobs, queries
from guanjia.notices.models import Delivery, Notice, Preference
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(served: Served) -> Served:
    """陈静 has three notices, of three cases; so has 李晓燕 for each."""
    for number in range(3):
        served.ask(f"第{number + 1}盏路灯不亮")
    deliver_batch(served.at(0))
    return served


def steward(served: Served) -> Any:
    return served.district.actor("陈静", MONDAY)


def refusal(code: str) -> Any:
    return pytest.raises(Problem, match=f"^{code}:")


def test_the_badge_costs_one_query(told: Served, django_assert_num_queries: Any) -> None:
    actor = steward(told)
    with django_assert_num_queries(1):
        assert queries.unread_count(actor) == 3


def test_the_list_is_paged_newest_first_and_costs_one_query(told: Served, django_assert_num_queries: Any) -> None:
    actor = steward(told)
    with django_assert_num_queries(1):
        first = queries.notices(actor, size=2)
    second = queries.notices(actor, size=2, cursor=first.next)
    rows = [*first.rows, *second.rows]
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    assert len(rows) == 3
    assert second.next is None


def test_a_notice_is_shown_in_the_readers_language(told: Served) -> None:
    with override("en"):
        english = queries.notices(steward(told)).rows[0].text
    chinese = queries.notices(steward(told)).rows[0].text
    assert queries.notices(steward(told)).rows[0].number in english
    assert english.endswith("Please accept it by 2 Mar 15:30.")
    assert chinese.endswith("已派给您，请在3月2日 15:30前签收。")


def test_nobody_sees_anothers_notices(told: Served) -> None:
    other = told.district.actor("彭飞", MONDAY)
    assert queries.notices(other).rows == []
    assert queries.unread_count(other) == 0
    with refusal("not_found"):
        actions.mark_read(other, [Notice.objects.filter(officer__isnull=False)[0].pk], at=told.at(1))
    assert Notice.objects.filter(read_at__isnull=False).count() == 0


def test_reading_one_and_reading_all(told: Served) -> None:
    actor = steward(told)
    newest, *_, oldest = queries.notices(actor).rows
    assert actions.mark_read(actor, [oldest.id], at=told.at(1)) == 1
    assert actions.mark_read(actor, [oldest.id], at=told.at(2)) == 0
    assert Notice.objects.get(pk=oldest.id).read_at == told.at(1)
    assert actions.mark_all_read(actor, at=told.at(3), up_to=newest.id - 1) == 1
    assert queries.unread_count(actor) == 1
    assert [row.id for row in queries.notices(actor, unread=True).rows] == [newest.id]
    assert actions.mark_all_read(actor, at=told.at(3)) == 1


def test_the_asker_sees_what_was_said_to_them(told: Served) -> None:
    contact = Notice.objects.filter(contact__isnull=False)[0].contact_id
    asker = told.actor("asker", Notice.objects.filter(contact=contact)[0].case)
    lines = queries.notices(asker).rows
    assert {line.kind for line in lines} == {"register.asker"}
    assert "{link}" not in lines[0].text


def test_where_the_notices_of_a_case_went_is_seen_by_who_sees_the_case(
    told: Served, django_assert_num_queries: Any
) -> None:
    actor = steward(told)
    case_id = Notice.objects.filter(kind="dispatch.holder")[0].case_id
    assert case_id is not None
    with django_assert_num_queries(3):
        lines = queries.deliveries(actor, case_id)
    assert {(line.reader, line.state) for line in lines} == {("陈静", "sent"), ("李**", "skipped")}
    for stranger in (told.district.actor("彭飞", MONDAY), told.actor("asker", Notice.objects.all()[0].case)):
        with refusal("not_found"):
            queries.deliveries(stranger, case_id)


def test_telling_costs_the_same_however_long_the_history_and_however_many_hear(
    served: Served, django_assert_max_num_queries: Any
) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    for number in range(20):
        served.act("asker", case, "add", hours=0.3, text=f"补充{number}")
    deliver_batch(served.at(0.3))
    served.act("陈静", case, "escalate", hours=0.4, reason="需更换灯杆")
    with django_assert_max_num_queries(17):
        assert deliver_batch(served.at(0.4)) == 1
    assert Notice.objects.filter(kind="escalate.holder").count() == 1


@pytest.mark.parametrize(
    ("channel", "mode", "more", "code"),
    [
        ("webhook", "off", {}, "notices.no_such_channel"),
        ("pigeon", "off", {}, "notices.no_such_channel"),
        ("mail", "sometimes", {}, "notices.no_such_mode"),
        ("sms", "digest", {}, "notices.no_such_mode"),
        ("mail", "at_once", {"address": "not an address"}, "notices.needs_address"),
        ("mail", "digest", {}, "notices.needs_address"),
        ("sms", "at_once", {}, "notices.needs_mobile"),
        ("mail", "off", {"quiet_from": time(12)}, "notices.quiet_needs_both"),
        ("mail", "off", {"quiet_from": time(12), "quiet_until": time(12)}, "notices.quiet_needs_both"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    served: Served, channel: str, mode: str, more: dict[str, Any], code: str
) -> None:
    with refusal(code):
        actions.set_preference(steward(served), channel, mode, at=MONDAY, **more)
    assert not Preference.objects.exists()


def test_a_choice_is_kept_changed_and_on_record_without_the_address(served: Served) -> None:
    actor = steward(served)
    actions.set_preference(actor, "mail", "at_once", address=" a@example.org ", at=MONDAY)
    actions.set_preference(actor, "mail", "off", at=MONDAY)
    (kept,) = queries.preferences(actor)
    assert (kept.mode, kept.address) == ("off", "")
    entries = AuditEntry.objects.filter(verb="notices.set_preference")
    assert entries.count() == 2
    assert "example.org" not in str([entry.data for entry in entries])


def test_an_asker_who_wants_no_messages_gets_none(told: Served, gateway: Any) -> None:
    case = Notice.objects.all()[0].case
    actions.set_preference(told.actor("asker", case), "sms", "off", at=MONDAY)
    told.ask("又坏了一盏")
    deliver_batch(told.at(1))
    assert Delivery.objects.latest("id").error == "off"


def written_by_mail(served: Served) -> Any:
    """The actor of somebody who left a mobile and a mail address, and asked."""
    who = NewContact(name="白桦", phone="13900000010", email="bai.hua@example.org", consent=True)
    return served.actor("asker", served.ask("井盖松了", asker=who))


def test_an_asker_hears_by_the_one_way_that_they_chose(served: Served, gateway: Any, mailoutbox: list[Any]) -> None:
    actor = written_by_mail(served)
    assert queries.hearing(actor).ways == {"sms": "139****0010", "mail": "b***@example.org"}
    deliver_batch(served.at(0))
    jobs.deliver_due(served.at(0))
    assert (len(gateway.sent), len(mailoutbox)) == (1, 0), "before they chose"
    for way, sms, mails in (("mail", 1, 1), ("sms", 2, 1), ("", 2, 1)):
        actions.choose_way(actor, way, at=MONDAY)
        assert queries.hearing(actor).way == way
        served.ask("又一件", asker=None, contact_ids=sorted(actor.contact_ids))
        deliver_batch(served.at(0))
        jobs.deliver_due(served.at(0))
        assert (len(gateway.sent), len(mailoutbox)) == (sms, mails), way
    assert Delivery.objects.latest("id").error == "off"


def test_an_asker_is_written_to_in_their_own_language(served: Served, gateway: Any, mailoutbox: list[Any]) -> None:
    actor = written_by_mail(served)
    deliver_batch(served.at(0))
    actions.choose_way(actor, "sms", language="en", at=MONDAY)
    jobs.deliver_due(served.at(0))
    ((_phone, text, _reference),) = gateway.sent
    assert "We have received your request" in text and "/t/" in text
    assert "已" in Notice.objects.get(contact__isnull=False).text, "the record stays in the district's language"
    actions.choose_way(actor, "mail", language="en", at=MONDAY)
    served.ask("又一件", asker=None, contact_ids=sorted(actor.contact_ids))
    deliver_batch(served.at(1))
    jobs.deliver_due(served.at(1))
    (mail,) = mailoutbox
    assert "please do not answer" in mail.body and "http" not in mail.subject
    assert not re.search(r"[\u4e00-\u9fff]", mail.body.replace("又一件", ""))


def test_quiet_hours_of_an_asker_hold_back_what_can_wait(served: Served, gateway: Any) -> None:
    actor = written_by_mail(served)
    actions.choose_way(actor, "sms", quiet_from=time(8), quiet_until=time(12, 30), at=MONDAY)
    deliver_batch(served.at(0))  # 9:00
    assert Delivery.objects.latest("id").next_try_at == served.at(3.5)


@pytest.mark.parametrize(
    ("way", "more", "code"),
    [
        ("mail", {}, "notices.way_not_left"),
        ("pigeon", {}, "notices.way_not_left"),
        ("sms", {"language": "tlh"}, "notices.no_such_language"),
        ("sms", {"quiet_from": time(12)}, "notices.quiet_needs_both"),
    ],
)
def test_what_an_asker_cannot_have_is_refused_and_nothing_is_kept(
    told: Served, way: str, more: dict[str, Any], code: str
) -> None:
    actor = told.actor("asker", Notice.objects.all()[0].case)
    with refusal(code):
        actions.choose_way(actor, way, at=MONDAY, **more)
    assert not Preference.objects.exists()


def test_how_an_asker_hears_costs_two_queries(told: Served, django_assert_num_queries: Any) -> None:
    actor = told.actor("asker", Notice.objects.all()[0].case)
    actions.choose_way(actor, "", at=MONDAY)
    with django_assert_num_queries(2):
        assert queries.hearing(actor).way == ""


def test_an_officer_chooses_each_way_by_itself(served: Served) -> None:
    with refusal("not_allowed"):
        actions.choose_way(steward(served), "", at=MONDAY)


@pytest.mark.parametrize("actor", [SYSTEM, PUBLIC])
def test_the_public_and_the_system_have_nothing_to_choose(actor: Actor, db: None) -> None:
    with refusal("not_allowed"):
        actions.set_preference(actor, "mail", "off", at=MONDAY)
