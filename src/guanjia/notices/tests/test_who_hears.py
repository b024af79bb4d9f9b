"""Stories over the real ledger and the real outbox: who hears of what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils.timezone import localdate

from guanjia.access.actions import record_absence
from guanjia.access.models import Absence
from guanjia.cases.models import Case
from guanjia.kernel.models import OutboxMessage
from guanjia.notices import jobs
from guanjia.notices.models import Delivery, DeliveryState, Notice
from guanjia.notices.rules.targets import Urgency
from guanjia.notices.tests.gateway import Recorder
from guanjia.registry.models import Contact
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db

News = Callable[[float], None]
Heard = Callable[..., set[str]]


def at_department(served: Served) -> Case:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.act("陈静", case, "escalate", hours=0.4, reason="需更换灯杆")
    served.act("孙浩", case, "accept", hours=1)
    return case


def resolve(served: Served, case: Case, hours: float = 3) -> None:
    served.act("孙浩", case, "resolve", hours=hours, outcome="solved", text="已修", evidence=[served.photo(case)])


def test_a_new_case_is_told_to_its_steward_and_receipted_to_the_asker(served: Served, news: News, heard: Heard) -> None:
    case = served.ask()
    news(0)
    assert heard("陈静", case) == {"dispatch.holder"}
    assert heard("asker", case) == {"register.asker"}
    assert heard("赵磊", case) == set()  # what the rule dispatched does not wait at the desk
    notice = Notice.objects.get(kind="dispatch.holder")
    assert case.number in notice.text
    assert "3月2日 15:30" in notice.text  # four working hours to accept it, over the lunch break


def test_a_case_that_no_rule_dispatches_waits_at_the_desk(served: Served, news: News, heard: Heard) -> None:
    served.programme.assignments.all().delete()
    case = served.ask()
    news(0)
    assert heard("赵磊", case) == {"register.desk"}


def test_while_the_holder_is_away_the_stand_in_hears(served: Served, news: News, heard: Heard) -> None:
    case = served.ask()
    Absence.objects.create(
        officer=served.district.officers["陈静"],
        stand_in=served.district.officers["刘洋"],
        first_day=localdate(MONDAY),
        reason="sick",
        recorded_at=MONDAY,
    )
    served.act("asker", case, "add", hours=1, text="今晚更黑了")
    news(1)
    assert "add.holder" in heard("刘洋", case)
    assert heard("陈静", case) == set()


def test_a_unit_that_holds_a_case_hears_through_its_handlers(served: Served, news: News, heard: Heard) -> None:
    case = at_department(served)
    news(1)
    assert heard("孙浩", case) == {"escalate.holder"}


@pytest.mark.parametrize(
    ("verb", "data"),
    [("add", {"text": "还有一盏也坏了"}), ("urge", {"text": "请快一点"}), ("call", {})],
)
def test_what_the_asker_does_later_reaches_the_handler(
    served: Served, news: News, heard: Heard, verb: str, data: dict[str, str]
) -> None:
    case = at_department(served)
    served.act("asker", case, verb, hours=2, **data)
    news(2)
    assert f"{verb}.holder" in heard("孙浩", case)


def test_a_question_goes_to_the_asker_and_the_answer_back(served: Served, news: News, heard: Heard) -> None:
    case = at_department(served)
    served.act("孙浩", case, "ask", hours=2, text="哪一盏？")
    served.act("asker", case, "answer", hours=3, text="三号楼前")
    news(3)
    assert "ask.asker" in heard("asker", case)
    assert "answer.holder" in heard("孙浩", case)


def test_nobody_is_told_what_they_did_themselves(served: Served, news: News, heard: Heard) -> None:
    case = at_department(served)
    served.act("孙浩", case, "request_extension", hours=2, limit="2wd", reason="等材料")
    served.act("吴娟", case, "decide_extension", hours=3, granted=True, reason="同意")
    news(3)
    assert heard("吴娟", case) == {"request_extension.approver"}
    assert heard("孙浩", case) == {"escalate.holder", "decide_extension.holder"}


def test_a_return_is_told_to_the_desk_that_rules_and_the_ruling_to_who_returned(
    served: Served, news: News, heard: Heard
) -> None:
    case = at_department(served)
    served.act("孙浩", case, "return", hours=2, reason="不归我们管")
    news(2)
    assert heard("赵磊", case) == {"return.approver"}
    assert "城市管理局" in Notice.objects.get(kind="return.approver").text
    served.act("赵磊", case, "rule_return", hours=3, granted=False, reason="归你们")
    news(3)
    assert "rule_return.holder" in heard("孙浩", case)


def test_the_second_return_goes_to_the_arbiter(served: Served, news: News, heard: Heard) -> None:
    case = at_department(served)
    served.act("孙浩", case, "return", hours=2, reason="不归我们管")
    served.act("赵磊", case, "rule_return", hours=3, granted=False, reason="归你们")
    served.act("孙浩", case, "return", hours=4, reason="真的不归")
    news(4)
    assert heard("韩雪", case) == {"return.approver"}


def test_the_asker_is_asked_to_rate_reminded_once_and_the_handler_never_asked_to_call(
    served: Served, news: News, heard: Heard
) -> None:
    case = at_department(served)
    resolve(served, case)
    news(3)
    assert "resolve.asker" in heard("asker", case)
    served.run_clocks(24 * 9, step=2)
    news(24 * 9)
    reminders = Notice.objects.filter(case=case, kind="warn.asker")
    assert reminders.count() == 1
    assert "warn.approver" in heard("周敏", case)  # the clerk of the community rings
    assert "warn.approver" not in heard("赵磊", case)  # the dispatcher where there is no clerk
    assert not any(kind.endswith(".approver") for kind in heard("孙浩", case))


def test_a_dissatisfied_asker_sends_the_handler_back(served: Served, news: News, heard: Heard) -> None:
    case = at_department(served)
    resolve(served, case)
    served.act("asker", case, "follow_up", hours=5, solved=False, satisfaction=1)
    news(5)
    assert "follow_up.holder" in heard("孙浩", case)


def test_late_work_is_told_to_the_holder_the_supervisor_and_the_next_tier(
    served: Served, news: News, heard: Heard
) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.run_clocks(48)
    news(48)
    assert {"warn.holder", "expire.holder"} <= heard("陈静", case)
    assert "expire.supervisor" in heard("郑强", case)
    assert "escalate.holder" in heard("孙浩", case)
    late = Notice.objects.get(case=case, kind="expire.supervisor")
    assert "陈静" in late.text
    assert late.urgency == Urgency.PRESSING


def test_an_emergency_is_told_along_the_call_chain_at_once_by_night(
    served: Served, news: News, heard: Heard, gateway: type[Recorder]
) -> None:
    leader = served.district.officers["马骏"]
    leader.mobile = "13900000099"
    leader.save(update_fields=["mobile"])
    case = served.ask("电线掉在路上", hours=15, emergency=True)  # midnight
    news(15)
    chain = Notice.objects.filter(case=case, officer__isnull=False).order_by("id")
    assert [notice.officer.name for notice in chain] == ["吴娟", "马骏"]
    assert {notice.urgency for notice in chain} == {Urgency.EMERGENCY}
    to_leader = Delivery.objects.get(notice__officer=leader)
    assert (to_leader.channel, to_leader.next_try_at) == ("sms", served.at(15))


def test_each_asker_of_a_joined_case_hears_of_the_result(served: Served, news: News) -> None:
    first = at_department(served)
    second = served.ask("柳荫家园的路灯坏了", hours=1, asker=None, contact_ids=[served.district.contacts["王建国"].pk])
    served.act("赵磊", second, "merge", hours=1.5, into=first.number, reason="同一盏灯")
    resolve(served, first)
    news(3)
    assert Notice.objects.filter(case=first, kind="resolve.asker").count() == 2


def test_of_a_sealed_case_the_receiver_and_who_asked_hear_the_number_and_nobody_else_anything(
    served: Served, news: News, settings: pytest.FixtureRequest, gateway: type[Recorder]
) -> None:
    settings.GUANJIA_WEBHOOK = "json://127.0.0.1:9/"
    case = served.ask("某干部态度恶劣", category="work-style")
    news(0)
    to_receiver, receipt = Notice.objects.filter(case=case).order_by("id")
    assert (to_receiver.officer.name, to_receiver.kind) == ("何平", "hand_over.receiver")
    assert (receipt.officer, receipt.kind) == (None, "hand_over.asker")
    for notice in (to_receiver, receipt):
        assert case.number in notice.text
        assert "态度" not in f"{notice.text}{notice.params}"
    jobs.deliver_due(served.at(0.1))
    ((_phone, text, _reference),) = Recorder.sent  # no group chat, no officer
    assert "移交" in text
    assert "http" not in text  # nobody but the receiver could open it
    assert "何平" not in text


def test_sealing_takes_back_what_was_said_and_stops_what_has_not_gone_out(
    served: Served, news: News, gateway: type[Recorder]
) -> None:
    case = served.ask("路灯下有人收红包", hours=14)  # 23:00
    contact = Contact.objects.get(pk=next(iter(served.state(case).askers)))
    news(14)
    assert Notice.objects.filter(case=case, text__contains="收红包").exists()
    served.act(
        "赵磊", case, "hand_over", hours=14.5, to={"unit": served.unit("纪检监察组"), "officer": None}, reason="移交"
    )
    news(14.5)
    before = Notice.objects.filter(case=case).exclude(verb="hand_over")
    assert {(one.text, one.params == {}, one.withdrawn_at) for one in before} == {("", True, served.at(14.5))}
    assert not Delivery.objects.filter(notice__in=before, next_try_at__isnull=False).exists()
    assert contact.pk in before.values_list("contact_id", flat=True)
    # What waited for the morning is not sent; the receipt that it was handed over is.
    waiting = Delivery.objects.filter(notice__contact=contact, next_try_at__isnull=False)
    assert [one.notice.kind for one in waiting] == ["hand_over.asker"]


def test_news_seen_twice_makes_one_notice(served: Served, news: News) -> None:
    case = at_department(served)
    news(1)
    before = list(Notice.objects.order_by("id").values())
    sent = list(Delivery.objects.order_by("id").values())
    OutboxMessage.objects.update(next_try_at=served.at(2))
    news(2)
    assert list(Notice.objects.order_by("id").values()) == before
    assert list(Delivery.objects.order_by("id").values()) == sent
    assert Notice.objects.filter(case=case).count() == len(before) > 0


def test_a_subscriber_that_fails_in_the_middle_leaves_nothing_half_told(
    served: Served, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.ask()
    with monkeypatch.context() as patch:
        patch.setattr(Delivery.objects, "bulk_create", broken)
        news(0)
    assert not Notice.objects.exists()
    news(1)
    assert Notice.objects.filter(kind="dispatch.holder").count() == 1
    assert Delivery.objects.filter(state=DeliveryState.SKIPPED).count() == 1


def broken(*rows: object, **options: object) -> None:
    raise OSError("the disk is full")


def test_an_absence_is_told_to_the_stand_in(served: Served, news: News, heard: Heard) -> None:
    go_on_leave(served)
    news(0)
    assert heard("刘洋") == {"absence.stand_in"}
    text = Notice.objects.get(kind="absence.stand_in").text
    assert "陈静" in text
    assert "2026年3月3日" in text


def go_on_leave(served: Served) -> None:
    record_absence(
        served.district.actor("高翔", MONDAY),
        served.district.officers["陈静"],
        stand_in=served.district.officers["刘洋"],
        first_day=date(2026, 3, 3),
        last_day=date(2026, 3, 5),
        reason="leave",
        at=MONDAY,
    )
