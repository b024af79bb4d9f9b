"""Systems with tokens in the tiny district, on a Monday morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine

from tests.programme import MONDAY, Served
from tests.systems import System, system_of


@pytest.fixture
def monday() -> Iterator[None]:
    """It is MONDAY for requests, too."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def system(served: Served, monday: None) -> Callable[..., System]:
    return lambda who, *scopes: system_of(served.district, who, MONDAY, *scopes)
