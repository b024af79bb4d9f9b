"""Latencies and rates, and how they are printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured: how many a second, latencies in milliseconds, errors, and CPU milliseconds of the servers
    per answer."""

    name: str
    concurrency: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu_ms: float | None = None
    #: This rate over the floor's (below one: slower than the raw database).
    of_floor: float | None = None


def figure(
    name: str,
    concurrency: int,
    seconds: float,
    latencies: Sequence[float],
    errors: int,
    cpu_seconds: float | None = None,
) -> Figure:
    """`latencies` in seconds."""
    ranked = sorted(latencies) or [0.0]
    done = len(latencies)
    cpu = cpu_seconds * 1000 / done if cpu_seconds is not None and done else None
    return Figure(
        name,
        concurrency,
        round(done / seconds, 1),
        *(round(ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000, 2) for share in (0.5, 0.95, 0.99)),
        errors=errors,
        cpu_ms=round(cpu, 2) if cpu is not None else None,
    )


def show(title: str, figures: Sequence[Figure], facts: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"bench": title, **facts, "figures": [asdict(one) for one in figures]}, ensure_ascii=False))
        return
    table = Table(title=f"{title}  {'  '.join(f'{key}={value}' for key, value in facts.items())}")
    for heading in ("what", "c", "per second", "p50 ms", "p95 ms", "p99 ms", "errors", "cpu ms", "÷ floor"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for one in figures:
        ratio = f"1/{1 / one.of_floor:.1f}" if one.of_floor else ""
        cpu = "" if one.cpu_ms is None else f"{one.cpu_ms}"
        cells = (one.concurrency, one.per_second, one.p50, one.p95, one.p99, one.errors)
        table.add_row(one.name, *map(str, cells), cpu, ratio)
    Console(width=120).print(table)
