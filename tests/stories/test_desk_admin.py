"""Administration: accounts and tokens are shown once, the calendar is loaded whole, duties go by the playbook."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from time_machine import travel

from guanjia.access.models import Account, ApiToken
from guanjia.access.tokens import service_for
from guanjia.cases.models import Duty
from guanjia.registry.models import CalendarDay
from guanjia.registry.queries import published_years
from tests.people import client_of
from tests.programme import Served

NOW = Served.at(1)


@pytest.fixture(autouse=True)
def now(served: Served):
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(served: Served) -> Client:
    return client_of(served.district.account("高翔"))


@pytest.fixture
def security(served: Served) -> Client:
    return client_of(served.district.account("林涛"))


def shown_once(page: str) -> str:
    found = re.search(r'<p class="once num">([^<]+)</p>', page)
    assert found is not None
    return found[1]


def test_a_given_password_opens_the_account_once_and_is_shown_once(served, administrator):
    account = served.district.account("陈静")
    administrator.post(f"/desk/admin/accounts/{account.pk}/password/")
    password = shown_once(administrator.get("/desk/admin/").content.decode())
    assert "once num" not in administrator.get("/desk/admin/").content.decode()
    account.refresh_from_db()
    assert account.check_password(password) and account.must_change_password


def test_an_account_that_is_shut_is_shut_at_once(served, security):
    account = served.district.account("陈静")
    browser = client_of(account)
    assert browser.get("/desk/").status_code == 200
    assert security.post(f"/desk/admin/accounts/{account.pk}/shut/").status_code == 302
    assert browser.get("/desk/").status_code == 302
    assert not Account.objects.get(pk=account.pk).is_active


def test_the_security_administrator_makes_no_accounts(served, security):
    assert security.post("/desk/admin/accounts/new/", {"officer": "陈静", "username": "x"}).status_code == 403


def test_a_second_account_for_one_officer_is_refused_in_place(served, administrator):
    refused = administrator.post("/desk/admin/accounts/new/", {"officer": "陈静", "username": "chenjing2"})
    assert refused.status_code == 409 and "chenjing" in refused.content.decode()
    assert not Account.objects.filter(username="chenjing2").exists()


def test_a_token_is_shown_once_and_opens_nothing_once_revoked(served, security):
    unit = served.district.units["指挥调度中心"]
    given = {"name": "热线平台", "unit": unit.pk, "scopes": ["cases:create"], "days": "30"}
    assert security.post("/desk/admin/tokens/issue/", given).status_code == 302
    clear = shown_once(security.get("/desk/admin/tokens/").content.decode())
    assert clear not in security.get("/desk/admin/tokens/").content.decode()
    assert service_for(clear, NOW).scopes == {"cases:create"}
    token = ApiToken.objects.get()
    security.post(f"/desk/admin/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None
    wrong = security.post("/desk/admin/tokens/issue/", {**given, "scopes": ["cases:act"]})
    assert wrong.status_code == 422 and 'id="id_post_error"' in wrong.content.decode()


def test_a_notice_is_loaded_whole_or_not_at_all(served, administrator):
    wrong = {"year": "2027", "days": "2027-01-01 休 元旦\n2027-01-02 也许 元旦\n2028-01-01 休 元旦"}
    refused = administrator.post("/desk/admin/calendar/", wrong)
    assert refused.status_code == 422 and "也许" in refused.content.decode()
    assert 2027 not in published_years()
    good = {"year": "2027", "days": "2027-01-01 休 元旦\n2027年2月7日，班，春节\n"}
    assert administrator.post("/desk/admin/calendar/", good).status_code == 302
    days = dict(CalendarDay.objects.filter(day__year=2027).values_list("day", "working"))
    assert {str(day): working for day, working in days.items()} == {"2027-01-01": False, "2027-02-07": True}
    assert "元旦" in administrator.get("/desk/admin/calendar/?year=2027").content.decode()


def test_a_duty_goes_to_a_unit_and_only_one_that_a_playbook_names(served, administrator):
    unit = served.district.units["营商环境服务中心"]
    assert administrator.post("/desk/admin/duties/city/", {"unit": unit.pk, "place": ""}).status_code == 302
    assert Duty.objects.get(key="city", place__isnull=True).unit_id == unit.pk
    assert administrator.post("/desk/admin/duties/nothing/", {"unit": unit.pk}).status_code == 422
    assert unit.name in administrator.get("/desk/admin/duties/").content.decode()


@pytest.mark.parametrize("url", ["/desk/admin/", "/desk/admin/duties/", "/desk/admin/calendar/"])
def test_pages_of_the_administration_cost_few_queries(url, served, administrator, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert administrator.get(url).status_code == 200
