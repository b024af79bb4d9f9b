"""Past cases under a changed playbook, by one process, beside the mere reading of their lines by the driver."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg

from bench.figures import Figure, figure
from bench.ground import NOW, Ground
from bench.history import KEY
from bench.intake import _over
from guanjia.cases import rehearsal
from guanjia.cases.rehearsal import Plan
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader

_LINES = "SELECT case_id, seq, verb, at, {by}, {data} FROM cases_event WHERE case_id BETWEEN {mark} AND {mark}"


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    source = (loader.shipped()[KEY] / loader.FILE).read_text("utf-8")
    first, until = (NOW - timedelta(days=740)).date(), NOW.date()
    bare = _figure("floor: the lines, read by the driver", _floor(ground), _plan(source, first, until), seconds / 3)
    found = []
    for name, text in (
        ("rehearsed under the rules they had", source),
        ("rehearsed under other limits", source.replace('resolve = "3wd"', 'resolve = "2wd"')),
    ):
        plan = _plan(text, first, until)
        rehearsal.count(plan, plan.stretches[0])
        found.append(_over(_figure(name, lambda one, plan=plan: rehearsal.count(plan, one).cases, plan, seconds), bare))
    return [*found, bare]


def _plan(source: str, first: date, until: date) -> Plan:
    return rehearsal.plan(SYSTEM, KEY, source, since=first, until=until, at=NOW)


def _figure(name: str, count: Callable[[tuple[int, int]], int], plan: Plan, seconds: float) -> Figure:
    """Stretch by stretch from the newest, while there is time; latencies are of one case, taken evenly."""
    latencies: list[float] = []
    begun, cpu = time.perf_counter(), time.process_time()
    for stretch in reversed(plan.stretches):
        start = time.perf_counter()
        done = count(stretch)
        latencies += [(time.perf_counter() - start) / max(done, 1)] * done
        if time.perf_counter() - begun > seconds:
            break
    return figure(name, 1, time.perf_counter() - begun, latencies, 0, time.process_time() - cpu)


def _floor(ground: Ground) -> Callable[[tuple[int, int]], int]:
    if ground.database == "sqlite":
        path = next(ground.folder.glob("*.sqlite3"))
        execute: Callable[..., Any] = sqlite3.connect(path).execute
        query = _LINES.format(by="by", data="data", mark="?").replace(" by,", ' "by",')
    else:
        execute = psycopg.connect(ground.conninfo).execute
        query = _LINES.format(by='"by"::text', data="data::text", mark="%s")

    def read(stretch: tuple[int, int]) -> int:
        rows = [(*row[:4], json.loads(row[4]), json.loads(row[5])) for row in execute(query, stretch)]
        return len({row[0] for row in rows})

    return read
