"""Personas that only have what people have: officers a browser and a password, askers a browser, their number and the
last digits of their phone, other systems a token. Each does one act and says whether it was taken."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Protocol

from django.http import HttpResponse
from django.test import Client

from tests.people import PASSWORD, WORKERS
from tests.systems import System

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
#: What a page says of a refusal: at the head of its form, else as its heading.
_SAID = (re.compile(r'class="summary".*?<li>(.*?)</li>', re.S), re.compile(r"<h1>(.*?)</h1>", re.S))
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Answer:
    """`said`: what a refusal said."""

    taken: bool
    said: str = ""


class Persona(Protocol):
    def act(self, number: str, verb: str, data: dict[str, Any]) -> Answer: ...


@dataclass(slots=True)
class ByTheDesk:
    """An officer in the browser: signs in on the sign-in page, opens the form of a verb, fills it in, sends it."""

    name: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def act(self, number: str, verb: str, data: dict[str, Any]) -> Answer:
        url = f"/desk/case/{number}/act/{verb}/"
        form = self._open(url)
        if form.status_code != 200:
            return Answer(False, _said(form))
        sent = self.client.post(url, {**_hidden(form), "reached": "yes", **_typed(data)})
        return Answer(sent.status_code == 302, _said(sent))

    def _open(self, url: str) -> HttpResponse:
        page = self.client.get(url)
        if page.status_code == 302:  # not signed in yet, or no longer: a sitting ends after twelve hours
            self._sign_in(page["Location"])
            page = self.client.get(url)
        return page

    def _sign_in(self, url: str) -> None:
        username = next(worker.username for worker in WORKERS if worker.name == self.name)
        form = _hidden(self.client.get(url))
        assert self.client.post(url, {**form, "login": username, "password": PASSWORD}).status_code == 302


@dataclass(slots=True)
class ByLink:
    """Whoever asked, on the public pages: looks the request up and says something about it there."""

    last4: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def act(self, number: str, verb: str, data: dict[str, Any]) -> Answer:
        found = self._look_up(number)
        if found.status_code != 302:
            return Answer(False, _said(found))
        # What is rated stands on the page itself; everything else has a page of its own.
        url = found["Location"] + ("" if verb == "follow_up" else f"/{verb}")
        page = self.client.get(url)
        if page.status_code != 200:
            return Answer(False, _said(page))
        words = data.get("reason") or data.get("text") or ""
        sent = self.client.post(url, {**_hidden(page), **_typed(data), "text": words})
        return Answer(sent.status_code == 302, _said(sent))

    def _look_up(self, number: str) -> HttpResponse:
        form = _hidden(self.client.get("/track/"))
        return self.client.post("/track/", {**form, "number": number, "last4": self.last4})


@dataclass(slots=True)
class BySystem:
    """Another system with a token for the post; whoever asked speaks through it where `phone` is given."""

    system: System
    phone: str = ""

    def act(self, number: str, verb: str, data: dict[str, Any]) -> Answer:
        spoken = {"asker_phone": self.phone} if self.phone else {}
        answer = self.system.act(number, verb, **data, **spoken)
        taken = answer.status_code == 200
        return Answer(taken, "" if taken else json.loads(answer.content)["problems"][0]["message"])


def _typed(data: dict[str, Any]) -> dict[str, str]:
    """As a form sends it."""
    typed: dict[str, str] = {}
    for name, value in data.items():
        match value:
            case bool():
                typed[name] = "yes" if value else "no"
            case {"unit": unit, "officer": officer}:
                typed[name] = f"{unit}:{officer or ''}"
            case str() if name == "limit":
                typed |= {"limit": value.rstrip("wdhmin"), "limit_unit": value.lstrip("0123456789")}
            case _:
                typed[name] = str(value)
    return typed


def _hidden(page: HttpResponse) -> dict[str, str]:
    return {name: unescape(value) for name, value in _HIDDEN.findall(page.content.decode())}


def _said(page: HttpResponse) -> str:
    if page.status_code == 302:
        return ""
    html = page.content.decode()
    found = next((found for pattern in _SAID if (found := pattern.search(html))), None)
    return unescape(" ".join(_TAG.sub(" ", found[1]).split())) if found is not None else str(page.status_code)
