"""A tiny district, made once for all tests of the room, and gone after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from guanjia.demo.build import build
from guanjia.demo.logins import Login
from tests.ground import Ground

NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # Friday afternoon
SCALE = 0.03


@dataclass(frozen=True)
class Town:
    at: datetime
    logins: list[Login]


@pytest.fixture(scope="module")
def town(ground: Ground, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock():
        ground.lay([])
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield Town(NOW, build(seed=1, scale=SCALE, at=NOW, district="青禾区", processes=1))
        transaction.set_rollback(True)
