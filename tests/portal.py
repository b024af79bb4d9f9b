"""A resident at the public pages, step by step, without JavaScript; between pages some seconds pass."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from guanjia.cases.models import Case
from tests.programme import MONDAY, Served

TEXT = "楼下路灯不亮了，晚上很黑"


def jpeg(*, side: int = 64, exif: Image.Exif | None = None, name: str = "灯.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    picture = Image.effect_noise((side, side), 90).convert("RGB")
    picture.save(buffer, "JPEG", quality=95, **({"exif": exif} if exif is not None else {}))
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


class Resident:
    """A browser and a clock that a person's hands move. Answers are the last page's HTML."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.client = Client()
        self.clock = clock
        self.response: HttpResponse = HttpResponse()

    @property
    def html(self) -> str:
        return self.response.content.decode()

    @property
    def at(self) -> str:
        return self.response.request["PATH_INFO"]

    def open(self, url: str) -> Resident:
        self.response = self.client.get(url, follow=True)
        return self

    def send(self, url: str = "", **data: Any) -> Resident:
        """Post a form, to the page that is open unless told otherwise."""
        self.clock.shift(10)
        self.response = self.client.post(url or self.at, data, follow=True)
        return self

    def tell(self, text: str = TEXT, *, url: str = "/ask/", photos: Sequence[Any] = (), **more: Any) -> Resident:
        return self.send(url, text=text, photos=list(photos), **more)

    def place(self, address: str = "柳荫家园3号楼", **more: Any) -> Resident:
        return self.send(**{"how": "address", "address": address, **more})

    def be(self, phone: str = "13900000009", **more: Any) -> Resident:
        return self.send(**{"phone": phone, "name": "", "public": "yes", **more})

    def finish(self, category: str = "lighting", **more: Any) -> Resident:
        return self.send(category=category, **more)

    def ask(self, text: str = TEXT, *, photos: Sequence[Any] = (), **who: Any) -> Case:
        """All four pages; the case that came of it."""
        self.tell(text, photos=photos).place().be(**who).finish()
        assert self.at.endswith("/done/"), self.html
        return Case.objects.latest("pk")

    @property
    def link(self) -> str:
        """The way back that the page shows."""
        found = re.search(r'href="(/t/[^"/]+)"', self.html)
        assert found is not None
        return found[1]


@pytest.fixture
def resident(served: Served) -> Iterator[Resident]:
    for cache in caches.all():
        cache.clear()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield Resident(clock)
