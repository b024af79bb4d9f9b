"""A closed-loop client: each of `concurrency` threads keeps one connection alive, asks, reads the whole answer,
checks it, asks again."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `expect` is the status that counts as an answer."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expect: int = 200


@dataclass(slots=True)
class Outcome:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    complaints: list[str] = field(default_factory=list)


def run(port: int, make: Callable[[int], Ask], *, concurrency: int, seconds: float) -> Outcome:
    """`make(n)` gives the n-th request; n is never used twice."""
    outcome, lock, counter = Outcome(), threading.Lock(), iter(range(10**9))
    until = time.perf_counter() + seconds

    def worker() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        own: list[float] = []
        errors, complaints = 0, []
        while time.perf_counter() < until:
            with lock:
                number = next(counter)
            ask = make(number)
            begun = time.perf_counter()
            try:
                connection.request(ask.method, ask.path, ask.body, ask.headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                errors += 1
                complaints.append(repr(error))
                connection.close()
                continue
            if answer.status == ask.expect:
                own.append(time.perf_counter() - begun)
            else:
                errors += 1
                complaints.append(f"{answer.status} {content[:200]!r}")
        with lock:
            outcome.latencies += own
            outcome.errors += errors
            outcome.complaints += complaints[:3]

    begun = time.perf_counter()
    threads = [threading.Thread(target=worker) for _ in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - begun
    return outcome
