"""Somebody of the staff at the desk, over HTTP: opens pages, fills the forms they find there, and sends them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from guanjia.cases.models import Case
from tests.people import client_of
from tests.programme import Served

HIDDEN = re.compile(r'<input type="hidden" name="(seen|key)" value="([^"]*)"')


class AtDesk:
    """`hours` after the Monday of `tests.programme` by the clock on the wall; at another hour they sign in again."""

    def __init__(self, served: Served, who: str) -> None:
        self.served = served
        self.account = served.district.account(who)
        self.clients: dict[float, Client] = {}

    def get(self, url: str, *, hours: float = 1, part: bool = False) -> HttpResponse:
        with self._at(hours) as client:
            return client.get(url, headers={"HX-Request": "true"} if part else {})

    def post(self, url: str, data: dict[str, Any], *, hours: float = 1, part: bool = False) -> HttpResponse:
        with self._at(hours) as client:
            return client.post(url, data, headers={"HX-Request": "true"} if part else {})

    def cost(self, url: str, *, shows: str, times: int) -> int:
        """Queries of a page that shows something so often, once what the process keeps has been read."""
        self.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert self.get(url).text.count(shows) == times
        return len(queries)

    def form(self, case: Case, verb: str, *, hours: float = 1) -> dict[str, str]:
        """The hidden fields of a verb's form."""
        return dict(HIDDEN.findall(self.get(act_url(case, verb), hours=hours).text))

    def act(self, case: Case, verb: str, *, hours: float = 1, **fields: Any) -> HttpResponse:
        """Open the form of a verb, fill it in and send it."""
        return self.post(act_url(case, verb), {**self.form(case, verb, hours=hours), **fields}, hours=hours)

    @contextmanager
    def _at(self, hours: float) -> Iterator[Client]:
        with time_machine.travel(self.served.at(hours), tick=False):
            if hours not in self.clients:
                self.clients[hours] = client_of(self.account)
            yield self.clients[hours]


def act_url(case: Case, verb: str) -> str:
    return f"{case_url(case)}act/{verb}/"


def case_url(case: Case) -> str:
    return f"/desk/case/{case.number}/"


def photo(name: str = "after.jpg") -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(picture, "JPEG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/jpeg")
