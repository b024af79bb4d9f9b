"""From a point or an address to its place."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bench.figures import Figure, figure
from bench.ground import NOW, Ground
from guanjia.registry import queries as registry
from guanjia.registry.models import Place


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    chance = random.Random(5)
    places = list(Place.objects.filter(kind="courtyard").values_list("centre_lon", "centre_lat", "name"))
    day = NOW.date()

    def point() -> None:
        lon, lat, _name = chance.choice(places)
        assert registry.locate_point(lon, lat, day) is not None

    def address() -> None:
        assert registry.locate_address(f"我住在{chance.choice(places)[2]}3号楼2单元，楼下路灯不亮")

    def thousand() -> None:
        registry.locate_many([chance.choice(places)[:2] for _ in range(1000)], day)

    return [
        _timed("a point", point, seconds),
        _timed("an address", address, seconds),
        _timed("1,000 points at once", thousand, seconds),
    ]


def _timed(name: str, once: Callable[[], None], seconds: float) -> Figure:
    once()
    latencies, begun, cpu = [], time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds / 3:
        start = time.perf_counter()
        once()
        latencies.append(time.perf_counter() - start)
    return figure(name, 1, time.perf_counter() - begun, latencies, 0, time.process_time() - cpu)
