"""Taking requests in: permission, routing, encryption, hash chain, clocks, index and outbox included."""

from __future__ import annotations

import json
import random
import time
from urllib.parse import quote

from bench import floor, load, server
from bench.figures import Figure, figure
from bench.ground import NOW, Ground
from bench.history import KEY, new_token
from guanjia.cases.models import Case
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
            lost = max(0, len(found.latencies) - stored)
            one = figure("intake", concurrency, found.seconds, found.latencies, found.errors + lost, spent)
            figures += [_over(one, bare), bare]
            for complaint in found.complaints[:3]:
                print(complaint)
    return figures


def _over(one: Figure, bare: Figure) -> Figure:
    """The same figure with its ratio to the floor's rate."""
    values = {name: getattr(one, name) for name in one.__slots__}
    return Figure(**{**values, "of_floor": one.per_second / bare.per_second if bare.per_second else None})
