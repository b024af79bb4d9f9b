"""Taking requests in: permission, routing, encryption, hash chain, clocks, index and outbox included."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from urllib.parse import quote

from bench import floor, load, server
from bench.figures import Figure, figure
from bench.ground import NOW, Ground
from bench.history import KEY, new_token
from guanjia.cases.models import Case, Received
from guanjia.registry.models import Place

_BODY = "请修一下庭院里的路灯，已经三个星期不亮了，老人晚上出门很不方便。" * 8


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    token, places = new_token(NOW), list(Place.objects.filter(kind="courtyard").values_list("centre_lon", "centre_lat"))
    chance, run = random.Random(3), int(time.time())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(number: int) -> load.Ask:
        lon, lat = chance.choice(places)
        body = {
            "programme": KEY, "text": f"{_BODY} {number}", "category": "lighting", "lon": lon, "lat": lat,
            "asker": {"name": "张三", "phone": f"139{number % 10**8:08d}"},
        }  # fmt: skip
        own = {**headers, "Idempotency-Key": quote(f"bench-{run}-{number}")}
        return load.Ask("POST", "/api/v1/cases", json.dumps(body).encode(), own, expect=201)

    def received(number: int) -> load.Ask:
        asked = ask(number)
        return load.Ask("POST", asked.path, asked.body, {**asked.headers, "Prefer": "respond-async"}, expect=202)

    figures = []
    with server.serving(ground.environment) as (port, pid):
        load.run(port, lambda number: ask(10**7 + number), concurrency=4, seconds=1)
        for round_, concurrency in enumerate((1, 4, 16), start=1):
            bare = floor.writes(
                ground.database,
                ground.folder / "floor.sqlite3",
                ground.conninfo,
                concurrency=concurrency,
                seconds=seconds / 2,
            )
            before, cpu = Case.objects.count(), server.cpu_seconds(pid)
            found = load.run(port, lambda n, r=round_: ask(r * 10**6 + n), concurrency=concurrency, seconds=seconds)
            spent = server.cpu_seconds(pid) - cpu
            stored = Case.objects.count() - before
            figures += [_over(_figure("registered", concurrency, found, stored, spent), bare)]
            figures += [_over(one, bare) for one in _received(ground, port, pid, received, concurrency, seconds)]
            figures.append(bare)
    return figures


def _received(
    ground: Ground, port: int, pid: int, ask: Callable[[int], load.Ask], concurrency: int, seconds: float
) -> list[Figure]:
    """What is acknowledged first, while a worker registers it; and the same counted until the last is registered. The
    worker has been at work for a moment: a district's reads its places and calendar once in its life."""
    asked = iter(range(concurrency * 10**6 + 5 * 10**5, 10**9))
    with server.registering(ground.environment) as worker:
        for _warming in range(2):
            load.run(port, lambda _n: ask(next(asked)), concurrency=4, seconds=0.3)
            _drain()
        before, cpu = Case.objects.count(), server.cpu_seconds(pid)
        own, begun = server.cpu_seconds(worker), time.perf_counter()
        found = load.run(port, lambda _n: ask(next(asked)), concurrency=concurrency, seconds=seconds)
        spent = server.cpu_seconds(pid) - cpu
        _drain()
        drained, own = time.perf_counter() - begun, server.cpu_seconds(worker) - own
    stored = Case.objects.count() - before
    first = _figure("received, registered soon", concurrency, found, stored, spent)
    latencies = found.latencies[:stored]
    return [first, figure("… until the last is registered", concurrency, drained, latencies, 0, spent + own)]


def _drain() -> None:
    while Received.objects.filter(next_try_at__isnull=False).exists():
        time.sleep(0.02)


def _figure(name: str, concurrency: int, found: load.Outcome, stored: int, spent: float) -> Figure:
    """Answers that left no case behind are errors."""
    for complaint in found.complaints[:3]:
        print(complaint)
    lost = max(0, len(found.latencies) - stored)
    return figure(name, concurrency, found.seconds, found.latencies, found.errors + lost, spent)


def _over(one: Figure, bare: Figure) -> Figure:
    """The same figure with its ratio to the floor's rate."""
    values = {name: getattr(one, name) for name in one.__slots__}
    return Figure(**{**values, "of_floor": one.per_second / bare.per_second if bare.per_second else None})
