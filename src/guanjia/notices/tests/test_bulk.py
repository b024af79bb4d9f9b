"""Whole histories are told as the outbox would have told them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localdate

from guanjia.cases.deadlines import timekeeper
from guanjia.cases.models import Case, Event
from guanjia.notices import bulk
from guanjia.notices.directory import Whole
from guanjia.notices.models import Delivery, DeliveryState, Notice
from guanjia.notices.writing import Readers
from guanjia.programmes.queries import playbook_of
from guanjia.registry.models import Contact, Officer
from tests.programme import Served

pytestmark = pytest.mark.django_db

News = Callable[[float], None]
Said = set[tuple[Any, ...]]


def told(case: Case, since: datetime, until: datetime) -> bulk.Rows:
    contacts, officers = Contact.objects.in_bulk(), Officer.objects.in_bulk()
    readers = Readers(officers, contacts, {}, ZoneInfo("Asia/Shanghai"))
    telling = bulk.Telling(Whole.read(localdate(until)), readers, timekeeper, since, until)
    case = Case.objects.get(pk=case.pk)
    lines = [event.line for event in Event.objects.filter(case=case).order_by("seq")]
    return bulk.Rows.of(list(bulk.tell(case, lines, playbook_of(case.version_id), telling)))


def said() -> Said:
    columns = ("case_id", "event_seq", "kind", "officer_id", "contact_id", "urgency", "text", "withdrawn_at")
    return set(Notice.objects.values_list(*columns))


def a_case_that_is_returned_redone_and_late(served: Served, news: News) -> Case:
    case = served.ask()
    steps: list[tuple[float, str, str, dict[str, Any]]] = [
        (0.2, "陈静", "accept", {}),
        (0.4, "陈静", "escalate", {"reason": "需更换灯杆"}),
        (1, "孙浩", "return", {"reason": "不归我们管"}),
        (2, "赵磊", "rule_return", {"granted": False, "reason": "归你们"}),
        (3, "孙浩", "accept", {}),
        (4, "asker", "urge", {"text": "什么时候来"}),
    ]
    for hours, who, verb, data in steps:
        served.act(who, case, verb, hours=hours, **data)
        news(hours)
    served.run_clocks(96, step=1)
    news(96)
    return case


def test_the_same_is_said_to_the_same_readers(served: Served, news: News) -> None:
    news(0)
    case = a_case_that_is_returned_redone_and_late(served, news)
    heard = said()
    assert len({row[2] for row in heard}) > 8
    Notice.objects.all().delete()
    bulk.store([told(case, since=served.at(0), until=served.at(96))])
    assert said() == heard


def test_lists_go_by_the_time_at_which_something_was_said(served: Served, news: News) -> None:
    first, second = served.ask(), served.ask(hours=1)
    served.act("陈静", first, "accept", hours=2)
    bulk.store([told(second, served.at(0), served.at(3)), told(first, served.at(0), served.at(3))])
    made = list(Notice.objects.order_by("pk").values_list("created_at", flat=True))
    assert made == sorted(made)
    assert Notice.objects.filter(case=first).exists()
    assert Notice.objects.filter(case=second).exists()


def test_what_was_due_to_go_out_has_gone_out(served: Served, gateway: type, settings: pytest.FixtureRequest) -> None:
    case = served.ask()
    bulk.store([told(case, served.at(0), served.at(1))])
    (sent,) = Delivery.objects.filter(notice__contact__isnull=False, notice__kind="register.asker")
    assert (sent.state, sent.next_try_at) == (DeliveryState.SENT, None)
    assert sent.sent_at == sent.notice.created_at


def test_only_the_last_days_are_told_and_of_a_sealed_case_only_that_it_was_handed_over(
    served: Served, news: News
) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=1)
    assert told(case, served.at(2), served.at(3)).notices == []
    unit = served.district.units["纪检监察组"]
    served.act("赵磊", case, "hand_over", hours=2, to={"unit": unit.pk, "officer": None}, reason="属纪检职责")
    bulk.store([told(case, served.at(0), served.at(3))])
    assert {kind.partition(".")[0] for kind in Notice.objects.values_list("kind", flat=True)} == {"hand_over"}
