"""Requests that come in at the same moment: one of them finds what the other has just stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from guanjia.cases import verification
from guanjia.cases.actions import intake
from guanjia.cases.models import Asker, Case
from guanjia.registry.models import Contact
from tests.people import make_district
from tests.programme import MONDAY, make_served
from tests.stories.test_api_cases import ASK
from tests.systems import system_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hotline(monday: None) -> Any:
    return system_of(make_served(make_district()).district, "赵磊", MONDAY)


def interrupted(by: Callable[[], Any]) -> Any:
    """Between the look for what is there and the writing, once, something else is stored."""
    look, others = intake.find_or_reserve, [by]

    def looked(*wanted: Any) -> Any:
        found = look(*wanted)
        if others:
            others.pop()()
        return found

    return patch.object(intake, "find_or_reserve", side_effect=looked)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
def test_two_requests_of_one_person_are_two_cases_of_one_contact(hotline: Any) -> None:
    with interrupted(by=lambda: hotline.post("/cases", ASK | {"text": "井盖也松了"})):
        assert hotline.post("/cases", ASK).status_code == 201
    assert (Case.objects.count(), Contact.objects.filter(name__isnull=False).count()) == (2, Contact.objects.count())
    assert len(set(Asker.objects.values_list("contact_id", flat=True))) == 1
    assert list(verification.verify()) == []


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
def test_one_request_sent_twice_is_one_case(hotline: Any) -> None:
    numbers = []
    with interrupted(by=lambda: numbers.append(hotline.post("/cases", ASK, key="form-1").json()["number"])):
        assert hotline.post("/cases", ASK, key="form-1").json()["number"] == numbers[0]
    assert Case.objects.count() == 1


def test_taking_one_in_is_a_fixed_number_of_statements(hotline: Any, django_assert_num_queries: Any) -> None:
    """The stamps, the steward, the look for what is there, and one that writes it all; SQLite has no round trips to
    save."""
    hotline.post("/cases", ASK)
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 14):
        hotline.post("/cases", ASK, key="form-1")
