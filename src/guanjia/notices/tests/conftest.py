from __future__ import annotations

from collections.abc import Callable

import pytest

from guanjia.cases.models import Case
from guanjia.kernel.outbox import deliver_batch
from guanjia.notices.models import Notice
from guanjia.notices.tests.gateway import PATH, Recorder
from tests.programme import Served


@pytest.fixture
def gateway(settings: pytest.FixtureRequest) -> type[Recorder]:
    settings.GUANJIA_SMS_GATEWAY = PATH
    Recorder.sent.clear()
    Recorder.faults.clear()
    return Recorder


@pytest.fixture
def news(served: Served) -> Callable[[float], None]:
    """`news(3)`: the worker delivers the outbox, three hours after MONDAY."""

    def deliver(hours: float) -> None:
        while deliver_batch(served.at(hours)):
            pass

    return deliver


@pytest.fixture
def heard(served: Served) -> Callable[..., set[str]]:
    """`heard("陈静", case)`: the kinds of the notices that somebody got; "asker" for the first who asked."""

    def kinds(who: str, case: Case | None = None) -> set[str]:
        mine = Notice.objects.filter(case=case) if case is not None else Notice.objects.all()
        if who == "asker":
            mine = mine.filter(contact__isnull=False)
        else:
            mine = mine.filter(officer=served.district.officers[who])
        return set(mine.values_list("kind", flat=True))

    return kinds
