"""How many due clocks the worker rings in a second: each a line of the ledger, a new date, a message."""

from __future__ import annotations

import time

from django.db import transaction

from bench.figures import Figure, figure
from bench.ground import Ground
from guanjia.cases import jobs
from guanjia.cases.actions.clocks import ring
from guanjia.cases.models import Clock


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    latencies, begun, cpu = [], time.perf_counter(), time.process_time()
    far = Clock.objects.filter(next_at__isnull=False).order_by("-next_at").values_list("next_at", flat=True).first()
    assert far is not None, "the district has clocks that run"
    pending = Clock.objects.filter(next_at__isnull=False).order_by("next_at", "id")
    while time.perf_counter() - begun < seconds:
        clock = pending.first()
        if clock is None:
            break
        start = time.perf_counter()
        # Rolled back, so that the next run finds the same clocks: all but the flush to the disk is done.
        with transaction.atomic():
            ring(clock, at=far)
            transaction.set_rollback(True)
        latencies.append(time.perf_counter() - start)
        pending = pending.filter(id__gt=0).exclude(pk=clock.pk) if len(latencies) < 50 else pending
    rung = figure("rung, without the flush", 1, time.perf_counter() - begun, latencies, 0, time.process_time() - cpu)
    return [rung, _looked_at(far, seconds)]


def _looked_at(far: object, seconds: float) -> Figure:
    """What an idle round costs: the question whether anything is due."""
    first = Clock.objects.filter(next_at__isnull=False).order_by("next_at").values_list("next_at", flat=True).first()
    assert first is not None
    latencies, begun = [], time.perf_counter()
    while time.perf_counter() - begun < seconds / 4:
        start = time.perf_counter()
        jobs.ring_due_clocks(first.replace(year=2000))
        latencies.append(time.perf_counter() - start)
    return figure("idle round", 1, time.perf_counter() - begun, latencies, 0)
