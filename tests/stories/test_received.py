"""A system that sends a flood is answered before its requests are dispatched; none of them is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from guanjia.cases import jobs, verification
from guanjia.cases.actions import receiving
from guanjia.cases.models import Asker, Case, Clock, Received
from guanjia.cases.problems import NO_DESK
from guanjia.cli.checkup import findings
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.programmes.actions import stop
from guanjia.registry.models import Place
from guanjia.registry.stamps import PLACES, bump
from tests.people import make_district
from tests.programme import MONDAY, Served, make_served
from tests.stories.test_api_cases import ASK, refused
from tests.systems import system_of

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(seconds=3)
Systems = Callable[..., Any]


def flood(system: Any, key: str | None = None, **changes: Any) -> Any:
    return system.post("/cases", ASK | changes, key=key, prefer="respond-async")


def received(system: Any, key: str | None = None, **changes: Any) -> str:
    answer = flood(system, key, **changes)
    assert (answer.status_code, answer["Preference-Applied"]) == (202, "respond-async"), answer.content.decode()
    return str(answer.json()["number"])


def test_the_worker_registers_it_as_if_it_had_been_registered_at_once(system: Systems) -> None:
    hotline = system("赵磊")
    wanted = {"channel": "hotline", "occurred_at": "2026-03-01T20:15:00+08:00", "public": False}
    number = received(hotline, **wanted)
    assert not Case.objects.exists()
    assert receiving.bring_in(SOON) == 1
    case = hotline.get(f"/cases/{number}").json()
    assert (case["status"], case["officer"], case["askers"][0]["name"]) == ("assigned", "陈静", "李**")
    direct = hotline.get(f"/cases/{hotline.post('/cases', ASK | wanted).json()['number']}").json()
    assert {**case, "number": "", "registered_at": ""} == {**direct, "number": "", "registered_at": ""}
    first, second = Case.objects.order_by("pk")
    assert {unit.unit_id for unit in first.units.all()} == {unit.unit_id for unit in second.units.all()}
    assert {unit.unit_id for unit in first.units.all()} == {first.holder_unit_id}
    assert list(verification.verify()) == []
    assert jobs.prove() == []


def test_its_clocks_run_from_when_it_was_received(system: Systems) -> None:
    received(system("赵磊"))
    receiving.bring_in(MONDAY + timedelta(hours=2))
    assert set(Clock.objects.values_list("started", flat=True)) == {Case.objects.get().registered_at}
    assert Case.objects.get().registered_at < SOON


def test_whoever_looks_for_its_number_finds_it_at_once(served: Served, system: Systems) -> None:
    hotline = system("赵磊")
    read, acted, tracked = (received(hotline, text=f"第{n}盏路灯不亮") for n in range(3))
    assert hotline.get(f"/cases/{read}").json()["status"] == "assigned"
    assert hotline.act(acted, "urge", asker_phone="0001", text="请快些").status_code == 200
    found = Client().post(reverse("portal:track"), {"number": tracked, "last4": "0001"}, follow=True)
    assert "第2盏路灯不亮" in found.content.decode()
    assert (Case.objects.count(), receiving.bring_in(SOON)) == (3, 0)
    refused(hotline.get("/cases/2026-0000099-1"), "not_found")


def test_one_key_is_one_case_whichever_way_it_is_sent(system: Systems) -> None:
    hotline = system("赵磊")
    first = received(hotline, "form-1")
    assert received(hotline, "form-1") == first
    receiving.bring_in(SOON)
    assert received(hotline, "form-1") == first
    assert hotline.post("/cases", ASK, key="form-1").json()["number"] == first
    refused(flood(hotline, "form-1", text="另外一件事"), "api.key_reused")
    now = hotline.post("/cases", ASK, key="form-2").json()["number"]
    assert received(hotline, "form-2") == now
    assert Case.objects.count() == 2


def test_sent_both_ways_at_once_both_numbers_lead_to_the_one_case(system: Systems) -> None:
    hotline = system("赵磊")
    waiting = received(hotline, "form-1")
    now = hotline.post("/cases", ASK, key="form-1").json()["number"]
    receiving.bring_in(SOON)
    assert Case.objects.count() == 1
    assert hotline.get(f"/cases/{waiting}").json()["number"] == now


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"category": "no-such"}, "case.unknown_category", "category"),
        ({"place": 999_999}, "case.unknown_place", "place"),
        ({"programme": "no-such"}, "case.no_programme", "programme"),
        ({"occurred_at": "2027-01-01T00:00:00+08:00"}, "case.happens_later", "occurred_at"),
        ({"asker": {"phone": "12"}}, "field.invalid", "phone"),
        ({"address": "长" * 201}, "field.too_long", "address"),
    ],
)
def test_what_would_be_refused_is_refused_at_once(
    system: Systems, changes: dict[str, Any], code: str, field: str
) -> None:
    refused(flood(system("赵磊"), **changes), code, field)
    assert not Received.objects.exists()


def test_what_cannot_be_registered_waits_until_it_can(system: Systems) -> None:
    hotline = system("赵磊")
    stuck = received(hotline)
    with patch.object(receiving, "way_of", side_effect=Problem(NO_DESK)):
        assert receiving.bring_in(SOON) == 1
        refused(hotline.get(f"/cases/{stuck}"), "case.no_desk")
    (row,) = Received.objects.all()
    assert (row.tries, bool(row.content), row.next_try_at > SOON) == (1, True, True)
    assert [one.level for one in findings() if one.check == "received"] == ["error"]
    assert (receiving.bring_in(SOON), receiving.bring_in(SOON + timedelta(minutes=11))) == (0, 1)
    assert Case.objects.get().number == stuck


def test_what_is_adopted_or_stopped_meanwhile_changes_nothing(served: Served, system: Systems) -> None:
    received(system("赵磊"))
    stop(SYSTEM, served.programme.pk, at=SOON)
    receiving.bring_in(SOON)
    assert Case.objects.get().version.programme == served.programme


def test_it_stays_where_it_was_found_though_the_place_is_closed_meanwhile(served: Served, system: Systems) -> None:
    yard = served.district.places["柳荫家园"]
    received(system("赵磊"), place=yard.pk)
    Place.objects.filter(pk=yard.pk).update(valid_to=MONDAY.date())
    bump(PLACES)
    receiving.bring_in(SOON)
    assert Case.objects.get().place == yard


def test_where_nothing_waits_nothing_is_locked(served: Served, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert receiving.bring_in(SOON) == 0


def test_a_batch_with_one_that_fails_registers_the_others(system: Systems) -> None:
    hotline = system("赵磊")
    bad, *good = (received(hotline, text=f"第{n}盏路灯不亮") for n in range(4))
    Received.objects.filter(pk=Received.objects.earliest("pk").pk).update(content="")
    assert receiving.bring_in(SOON) == 4
    assert {case.number for case in Case.objects.all()} == set(good)
    assert OutboxMessage.objects.filter(topic="case.changed").count() == 3
    assert str(Received.objects.get(next_try_at__isnull=False).pk) in bad


def test_a_broken_connection_is_no_fault_of_the_requests(system: Systems) -> None:
    received(system("赵磊"))
    with patch.object(receiving, "write", side_effect=OperationalError), pytest.raises(OperationalError):
        receiving.bring_in(SOON)
    assert Received.objects.get().tries == 0
    receiving.bring_in(SOON)
    assert Asker.objects.count() == 1


class Killed(BaseException):
    pass


def test_a_worker_may_be_killed_at_any_statement(system: Systems) -> None:
    hotline = system("赵磊")
    numbers = {received(hotline, text=f"第{n}盏路灯不亮") for n in range(3)}
    statements = 0

    def killing(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal left
        if "SAVEPOINT" not in sql:
            left -= 1
            if left < 0:
                raise Killed
        return execute(sql, *rest)

    while not Case.objects.exists():
        left = statements
        with suppress(Killed), connection.execute_wrapper(killing):
            receiving.bring_in(SOON)
        assert Case.objects.count() in (0, 3)
        statements += 1
    assert statements > 8
    assert receiving.bring_in(SOON) == 0
    assert {case.number for case in Case.objects.all()} == numbers
    assert OutboxMessage.objects.filter(topic="case.changed").count() == 3


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
def test_two_workers_share_what_waits(monday: None) -> None:
    hotline = system_of(make_served(make_district()).district, "赵磊", MONDAY)
    numbers = {received(hotline, text=f"第{n}盏路灯不亮") for n in range(30)}

    def work(_worker: int) -> None:
        try:
            while receiving.bring_in(SOON, size=4):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert {case.number for case in Case.objects.all()} == numbers
    assert list(verification.verify()) == []


def test_a_flood_costs_a_fixed_number_of_queries(system: Systems, django_assert_max_num_queries: Any) -> None:
    hotline = system("赵磊")
    received(hotline)
    with django_assert_max_num_queries(9):
        received(hotline, "form-2")
    for number in range(40):
        received(hotline, asker={"name": "李晓燕", "phone": f"139000001{number:02}"})
    with django_assert_max_num_queries(30):
        receiving.bring_in(SOON)
    assert Case.objects.count() == 42


def test_what_is_in_the_ledger_is_kept_no_second_time(system: Systems) -> None:
    number = received(system("赵磊"))
    receiving.bring_in(SOON)
    assert not Received.objects.get().content
    assert (receiving.forget(SOON), receiving.forget(SOON + timedelta(days=2))) == (0, 1)
    assert system("周敏").get(f"/cases/{number}").status_code == 200
