"""Whole lives of a case by the rules and on the tables: register, accept, resolve, follow up, struck off."""

from __future__ import annotations

import time
from datetime import timedelta

from bench import floor
from bench.figures import Figure, figure
from bench.ground import NOW, Ground
from bench.history import KEY
from bench.intake import _over
from guanjia.cases.actions.act import act, open_ledger
from guanjia.cases.actions.intake import NewCase, NewContact, register
from guanjia.kernel.actor import PUBLIC, SYSTEM, Actor, ActorKind, HeldPost, Role
from guanjia.registry import stamps
from guanjia.registry.models import Place

_TEXT = "请修一下庭院里的路灯，已经三个星期不亮了，老人晚上出门很不方便。" * 8


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    places = list(Place.objects.filter(kind="courtyard").values_list("pk", flat=True))
    bare = floor.writes(ground.database, ground.folder / "floor.sqlite3", ground.conninfo, concurrency=1, seconds=2)
    latencies, begun, number = [], time.perf_counter(), 0
    cpu = time.process_time()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        _live(places[number % len(places)], number)
        latencies.append(time.perf_counter() - start)
        number += 1
    found = figure("lives", 1, time.perf_counter() - begun, latencies, 0, time.process_time() - cpu)
    return [_over(found, bare), bare]


@stamps.read_once()
def _live(place_id: int, number: int) -> None:
    at = NOW + timedelta(seconds=number)
    asker = NewContact(name="张三", phone=f"138{number % 10**8:08d}")
    new = NewCase(
        programme=KEY, text=f"{_TEXT}{number}", channel="web", category="lighting", place_id=place_id, asker=asker
    )
    case = register(PUBLIC, new, at=at)
    state = open_ledger(SYSTEM, case.pk).state
    holder = Actor(
        kind=ActorKind.OFFICER,
        officer_id=state.holder.officer,
        posts=(HeldPost(0, Role.HANDLER, state.holder.unit, "/"),),
    )
    act(holder, case.pk, "accept", {}, at=at + timedelta(minutes=5))
    act(holder, case.pk, "resolve", {"outcome": "explained", "text": "已现场答复"}, at=at + timedelta(hours=1))
    contact = next(iter(state.askers))
    person = Actor(kind=ActorKind.ASKER, contact_ids=frozenset({contact}))
    state = act(person, case.pk, "follow_up", {"solved": True, "satisfaction": 5}, at=at + timedelta(hours=2))
    if state.open:
        act(_striker(case.place_path), case.pk, "strike_off", {}, at=at + timedelta(hours=3))


def _striker(path: str) -> Actor:
    roles = (Role.CLERK, Role.LEAD_OFFICE, Role.DISPATCHER)
    return Actor(kind=ActorKind.OFFICER, posts=tuple(HeldPost(0, role, 0, path) for role in roles))
