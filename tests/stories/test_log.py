"""The log is read by people who may open no request."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from guanjia.access import links
from guanjia.config.logs import Line
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the settings' own handler writes."""
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one.formatter, Line))
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def token(served: Served) -> str:
    """Of a link that is over by now, and opened a request before."""
    case = served.ask()
    return links.sign("case", case.pk, next(iter(served.state(case).askers)), at=MONDAY)


@pytest.mark.parametrize("end", ["", "/why", "/documents/1", "/unknown"])
def test_a_refused_link_is_logged_without_what_opens_it(log: io.StringIO, token: str, end: str) -> None:
    assert Client().get(f"/t/{token}{end}").status_code >= 400
    assert f": /t/…{end}\n" in log.getvalue()
    assert token not in log.getvalue()


def test_a_form_without_its_key_is_logged_without_it_too(log: io.StringIO, token: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/t/{token}/withdraw").status_code == 403
    assert "/t/…/withdraw" in log.getvalue()
    assert token not in log.getvalue()


def test_a_traceback_that_quotes_the_address_is_masked(log: io.StringIO, token: str) -> None:
    try:
        raise ValueError(f"GET http://127.0.0.1:8000/t/{token}?x=1")
    except ValueError:
        logging.getLogger("guanjia.portal").exception("it failed")
    assert "ValueError: GET http://127.0.0.1:8000/t/…?x=1" in log.getvalue()


def test_other_addresses_are_logged_as_they_are(log: io.StringIO) -> None:
    assert Client().get("/ledger/2026-0000000-0/").status_code == 404
    assert "/ledger/2026-0000000-0/" in log.getvalue()
