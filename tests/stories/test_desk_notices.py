"""One's notices: what was said, what is read, and how one wants to hear."""

from __future__ import annotations

import pytest
from time_machine import travel

from guanjia.notices.models import Notice, Preference
from tests.people import client_of
from tests.programme import MONDAY, Served


def tell(served: Served, who: str, count: int) -> list[Notice]:
    case = served.ask()
    return Notice.objects.bulk_create(
        Notice(
            officer=served.district.officers[who],
            case=case,
            event_seq=number + 100,
            verb="dispatch",
            kind="dispatch.holder",
            urgency=0,
            text=f"第 {number} 条通知",
            created_at=MONDAY,
        )
        for number in range(count)
    )


@pytest.fixture
def steward(served: Served):
    with travel(Served.at(1), tick=False):
        yield client_of(served.district.account("陈静"))


def test_a_notice_leads_to_its_case_and_counts_until_it_is_read(served, steward):
    first, second = tell(served, "陈静", 2)
    page = steward.get("/desk/notices/").content.decode()
    assert f"/desk/case/{first.case.number}/" in page and "第 1 条通知" in page
    steward.post("/desk/notices/read/", {"notice": [first.pk]})
    assert "第 0 条通知" not in steward.get("/desk/notices/?unread=1").content.decode()
    steward.post("/desk/notices/read/", {"all": "1", "up_to": second.pk})
    assert not Notice.objects.filter(pk__in=[first.pk, second.pk], read_at__isnull=True).exists()


def test_what_came_meanwhile_stays_unread(served, steward):
    first, second = tell(served, "陈静", 2)
    steward.post("/desk/notices/read/", {"all": "1", "up_to": first.pk})
    assert set(Notice.objects.filter(pk__in=[first.pk, second.pk], read_at=None)) == {second}


def test_nobody_marks_the_notices_of_others(served, steward):
    (other,) = tell(served, "刘洋", 1)
    assert steward.post("/desk/notices/read/", {"notice": [other.pk]}).status_code == 404
    assert "第 0 条通知" not in steward.get("/desk/notices/").content.decode()


def test_a_way_to_hear_is_kept_or_refused_beside_its_field(served, steward):
    refused = steward.post("/desk/notices/hearing/", {"channel": "mail", "mode": "at_once", "address": "nobody"})
    assert refused.status_code == 422 and 'id="mail_address_error"' in refused.content.decode()
    assert not Preference.objects.exists()
    given = {
        "channel": "mail",
        "mode": "digest",
        "address": "chen@example.com",
        "quiet_from": "20:00",
        "quiet_until": "08:00",
    }
    assert steward.post("/desk/notices/hearing/", given).status_code == 302
    kept = Preference.objects.get()
    assert (kept.officer_id, kept.mode, kept.address) == (
        served.district.officers["陈静"].pk,
        "digest",
        "chen@example.com",
    )
    assert "chen@example.com" in steward.get("/desk/notices/hearing/").content.decode()


def test_the_list_costs_the_same_however_long(served, steward, django_assert_max_num_queries):
    tell(served, "陈静", 1)
    steward.get("/desk/notices/")
    with django_assert_max_num_queries(20) as few:
        steward.get("/desk/notices/")
    Notice.objects.all().delete()
    tell(served, "陈静", 12)
    with django_assert_max_num_queries(len(few)):
        steward.get("/desk/notices/")
