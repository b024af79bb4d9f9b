"""The worker and its clocks where something stands in the way: a case that cannot be read, an act at that moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from guanjia.cases import jobs
from guanjia.cases.actions.clocks import ring
from guanjia.cases.models import Clock, Event
from tests.people import make_district
from tests.programme import Served, make_served


@pytest.mark.django_db
def test_a_case_that_cannot_be_read_holds_back_no_other_clock(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = served.ask(), served.ask("又一盏路灯不亮了", hours=0.5)
    Event.objects.filter(case=broken).delete()
    while jobs.ring_due_clocks(served.at(10)):
        pass
    assert Event.objects.filter(case=whole, verb="expire").exists()
    assert f"clock accept of case {broken.pk} cannot ring" in caplog.text
    assert Clock.objects.get(case=broken, key="accept").next_at == served.at(10) + jobs.AGAIN


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
def test_a_clock_that_goes_on_while_the_worker_looks_at_it_is_not_forgotten() -> None:
    """The worker has read that the clock is paused, and is about to put it away; there comes the answer that lets it go
    on."""
    served = make_served(make_district())
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.1)
    clock = Clock.objects.get(case=case, key="resolve")
    served.act("陈静", case, "ask", hours=0.2, text="具体是哪一盏灯？")

    def answer() -> bool:
        """Whether it could be given at once; it does not wait for long."""
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                served.act("asker", case, "answer", hours=0.3, text="三号楼门前")
        except OperationalError:
            return False
        finally:
            connection.close()
        return True

    given: list[bool] = []

    def meanwhile(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith('UPDATE "cases_clock"'):
            given.append(pool.submit(answer).result())
        return execute(sql, *more)

    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(meanwhile):
        assert ring(clock, at=served.at(60)) is None
    assert len(given) == 1
    if not given[0]:
        served.act("asker", case, "answer", hours=0.3, text="三号楼门前")
    clock.refresh_from_db()
    assert clock.next_at is not None
