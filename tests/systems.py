"""Other systems that hold tokens, and how they talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from guanjia.access.actions import issue_token
from guanjia.access.rules import SCOPES
from tests.people import District


@dataclass
class System:
    """One token in use. Paths are below /api/v1."""

    token: str

    def get(self, path: str, **query: Any) -> HttpResponse:
        return Client().get(f"/api/v1{path}", query, headers=self._headers())

    def post(self, path: str, body: Any, *, key: str | None = None, prefer: str = "") -> HttpResponse:
        headers = self._headers() | ({"Idempotency-Key": key} if key is not None else {})
        headers |= {"Prefer": prefer} if prefer else {}
        return Client().post(f"/api/v1{path}", body, content_type="application/json", headers=headers)

    def send(self, path: str, *files: Any) -> HttpResponse:
        return Client().post(f"/api/v1{path}", {"files": files}, headers=self._headers())

    def act(self, number: str, verb: str, *, key: str | None = None, **more: Any) -> HttpResponse:
        top = {name: more.pop(name) for name in ("seen", "asker_phone") if name in more}
        return self.post(f"/cases/{number}/acts", {"verb": verb, "data": more, **top}, key=key)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "zh-hans"}


def system_of(district: District, who: str, at: datetime, *scopes: str) -> System:
    """A system with a token for the post of one of the personas; with every scope unless some are named."""
    _token, clear = issue_token(
        district.actor("林涛", at),
        name=f"{who}的系统",
        unit=district.posts[who].unit,
        post=district.posts[who],
        scopes=scopes or SCOPES,
        at=at,
    )
    return System(clear)
