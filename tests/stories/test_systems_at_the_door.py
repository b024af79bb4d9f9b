"""Other systems come in by a way of their own: without a session, and refused in the same words as people."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.test import Client

from tests.programme import MONDAY, Served
from tests.stories.test_refused_pages import refused_by
from tests.systems import system_of

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_at_the_desk_has_no_way_in_without_a_token(served: Served) -> None:
    clerk = Client()
    clerk.force_login(served.district.account("周敏"))
    answer = clerk.get("/api/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (401, "access.bad_token")


def test_an_answer_sets_no_cookie_and_says_its_length_and_language(served: Served, monday: None) -> None:
    answer = system_of(served.district, "周敏", MONDAY).get("/cases")
    assert answer.status_code == 200
    assert not answer.cookies
    assert int(answer["Content-Length"]) == len(answer.content)
    assert (answer["Content-Language"], answer["X-Content-Type-Options"]) == ("zh-hans", "nosniff")


def test_a_system_is_refused_in_the_language_that_it_asks_for(served: Served) -> None:
    told = {one: Client().get("/api/v1/cases", headers={"Accept-Language": one}).json() for one in ("en", "zh-hans")}
    assert told["en"]["message"].isascii()
    assert not told["zh-hans"]["message"].isascii()


def test_an_address_that_nobody_knows_is_refused_in_json(served: Served) -> None:
    answer = Client().get("/api/v1/no/such/thing")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_such_page")


@pytest.mark.parametrize(
    ("error", "text", "status"),
    [
        (OperationalError("database is locked"), "", 503),
        (DataError("no text has this sign"), "\0", 422),
    ],
)
def test_what_the_database_refuses_is_told_as_everywhere(
    served: Served, monday: None, error: Exception, text: str, status: int
) -> None:
    hotline = system_of(served.district, "周敏", MONDAY)
    refusal, _asked = refused_by(error)
    with refusal:
        answer: Any = hotline.get("/cases", nobody_asks=text)
    assert (answer.status_code, answer.json().get("status")) == (status, status), answer.content.decode()


def test_our_own_fault_is_no_refusal(served: Served, monday: None) -> None:
    hotline = system_of(served.district, "周敏", MONDAY)
    fault, _asked = refused_by(ArithmeticError("broken"))
    with fault, pytest.raises(ArithmeticError):
        hotline.get("/cases")
