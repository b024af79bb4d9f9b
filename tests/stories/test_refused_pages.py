"""A page that says no keeps the reader's frame, and says what to do now and whom to ring."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.people import client_of

pytestmark = pytest.mark.django_db
PORTAL, DESK = 'href="/ask/"', 'id="side"'


def text_of(response):
    return response.content.decode()


def refused_by(error, seen=None):
    """Refuses whatever concerns cases, and remembers what was asked afterwards."""
    seen = [] if seen is None else seen

    def wrapper(execute, sql, params, many, context):
        if "cases_case" in sql and not seen:
            seen.append(sql)
            raise error
        if seen:
            seen.append(sql)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper), seen


@pytest.mark.parametrize("path", ["/no/such/page", "/t/1.2.3~x", "/ledger/2026-0000001-1/", "/units/999999/"])
def test_a_resident_stays_among_the_public_pages(served, settings, path):
    settings.GUANJIA_HELP_LINE = "0000-12345"
    answer = Client().get(path)
    page = text_of(answer)
    assert answer.status_code == 404
    assert PORTAL in page and DESK not in page
    assert 'href="/track/"' in page and "/units/" in page
    assert 'href="tel:0000-12345"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("/no/such/page", 404), ("/desk/no/such/page", 404), ("/desk/dispatch/", 403), ("/t/1.2.3~x", 404)],
)
def test_an_officer_stays_at_the_desk_wherever_the_refusal_comes_from(served, path, status):
    administrator = served.district.officers["高翔"]
    administrator.work_phone = "0000-8000001"
    administrator.save(update_fields=["work_phone"])
    answer = client_of(served.district.account("陈静")).get(path)
    page = text_of(answer)
    assert answer.status_code == status
    assert DESK in page and "我的工作" in page and PORTAL not in page
    assert "高翔" in page and 'href="tel:0000-8000001"' in page


def test_a_form_without_its_key_is_refused_in_the_same_frame(served):
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/track/", {"number": "1", "last4": "0001"})
    assert answer.status_code == 403 and "请再点一次按钮" in text_of(answer) and PORTAL in text_of(answer)
    officer = Client(enforce_csrf_checks=True)
    officer.force_login(served.district.account("陈静"))
    answer = officer.post("/desk/notices/read/", {"all": "1"})
    assert answer.status_code == 403 and DESK in text_of(answer)


def test_a_part_of_a_page_is_refused_as_a_part(served):
    answer = Client().get("/t/1.2.3~x", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "这个链接不完整" in text_of(answer) and "<html" not in text_of(answer) and "<nav" not in text_of(answer)


def test_a_machine_is_refused_in_its_own_language(served):
    answer = Client().get("/no/such/page", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")


@pytest.mark.parametrize(("who", "path"), [(None, "/ledger/"), ("陈静", "/desk/")])
def test_while_the_records_are_busy_nothing_more_is_asked_of_them(served, who, path):
    reader = client_of(served.district.account(who)) if who else Client()
    refusal, asked = refused_by(OperationalError("database is locked"))
    with refusal:
        answer = reader.get(path)
    assert answer.status_code == 503
    assert "请一分钟后重试" in text_of(answer)
    assert PORTAL in text_of(answer)
    assert len(asked) == 1, asked[1:]


def test_our_own_fault_is_told_by_a_page_that_needs_nothing(served):
    reader = Client(raise_request_exception=False)
    fault, asked = refused_by(ArithmeticError("broken"))
    with fault:
        answer = reader.get("/ledger/")
    assert answer.status_code == 500
    assert "系统出了点问题" in text_of(answer)
    assert len(asked) == 1, asked[1:]
