"""Workers that die at a chosen point: `python -m tests.durability.lives JOB …`, in a process that has a district's
settings.

Each life is a process forked from this one, which has no connection at that time. It runs the jobs of `guanjia worker`
on a clock of its own until nothing is left to do, unless it is doomed: then it kills itself with SIGKILL just before or
just after a statement that writes. Nothing else changes what outlives a process, except a message that goes out, and
that lies between the two statements that take it and note it: so these points are all there are. Just after a statement
of an open transaction it is as just before it.

    peace                 one life that nobody ends
    lives SEED WORKERS    life after life, each doomed at random, until one of each round ends in peace
    sweep TEMPLATE        for each point of a whole life: a copy of the district, a life doomed there, and one after it
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import django
import psycopg

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from guanjia.cases.models import Clock  # noqa: E402
from guanjia.cli.worker import Worker  # noqa: E402
from guanjia.config.schedule import jobs  # noqa: E402
from guanjia.kernel.models import OutboxMessage  # noqa: E402
from guanjia.notices.models import Delivery  # noqa: E402
from tests.durability.founding import NOW  # noqa: E402
from tests.durability.report import ends, report  # noqa: E402

#: From one look of the worker to the next, and from the beginning of one life to that of the next.
LOOK, LIFE = timedelta(seconds=2), timedelta(seconds=10)
#: Longer than the lease of a delivery that a dead worker left.
REST = timedelta(minutes=10)
#: More than any district of these tests needs.
LOOKS = 100
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Doom:
    """Dies at the `nth` statement that writes (from 1), after it or before; at 0 it only notes of each the transaction
    that it stood in, or None where it stood alone."""

    nth: int = 0
    after: bool = False
    within: list[Any] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(WRITES):
            return execute(sql, params, many, context)
        self.within.append(connection.atomic_blocks[0] if connection.in_atomic_block else None)
        if len(self.within) == self.nth and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if len(self.within) == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def live(start: datetime, doom: Doom) -> None:
    """What `guanjia worker` does, on a clock that goes on by itself."""
    moment = start
    worker = Worker(jobs(), lambda: moment)
    with connection.execute_wrapper(doom):
        for _look in range(LOOKS):
            worker.run_due(threading.Event())
            if not pending(moment):
                return
            moment += LOOK
    raise AssertionError("there is something that no worker gets done")


def warm() -> None:
    """A life that is undone: what it loaded and read, no life to come has to."""
    with transaction.atomic():
        live(NOW, Doom())
        transaction.set_rollback(True)
    connection.close()
    (Path(settings.DIR) / "sms.log").unlink()


def pending(moment: datetime) -> bool:
    return (
        OutboxMessage.objects.filter(next_try_at__lte=moment).exists()
        or Clock.objects.filter(next_at__lte=moment).exists()
        or Delivery.objects.filter(next_try_at__lte=moment).exists()
    )


def forked(work: Callable[[], None]) -> int:
    """Its process."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is, a forked process must not go on as a second parent
        traceback.print_exc()
        os._exit(2)
    os._exit(0)


def died(child: int) -> bool:
    """Whether it was killed by itself; a life that failed otherwise ends everything."""
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise SystemExit("a life failed; see above")
    return False


def asked(work: Callable[[], Any]) -> Any:
    """What a process of its own answers."""
    answer = Path(settings.DIR) / "answer.json"
    assert not died(forked(lambda: answer.write_text(json.dumps(work()), "utf-8")))
    return json.loads(answer.read_text("utf-8"))


def in_peace(start: datetime) -> list[tuple[int, bool]]:
    """A whole life; the points at which another could end, as (nth, after)."""

    def work() -> list[tuple[int, bool]]:
        doom = Doom()
        live(start, doom)
        return list(points(doom.within))

    return [(nth, after) for nth, after in asked(work)]


def points(within: list[Any]) -> Iterator[tuple[int, bool]]:
    """Before each statement and after each that stands alone. On PostgreSQL, where a life takes four times as long, of
    each transaction only the last statement: whichever it dies at, all of it is undone."""
    for nth, (one, following) in enumerate(zip(within, [*within[1:], None], strict=True), start=1):
        if one is None:
            yield nth, True
        if one is None or connection.vendor == "sqlite" or one is not following:
            yield nth, False


def lives(seed: int, workers: int) -> int:
    """Until all of those who were at work together have ended in peace; how many died."""
    warm()
    order = random.Random(seed)
    killed = 0
    for number in count():
        start = NOW + number * LIFE
        # Longer and longer lives, so that the longest transaction is got over with at last.
        dooms = [Doom(order.randint(1, 20 + number), order.random() < 0.5) for _worker in range(workers)]
        children = [forked(partial(live, start, doom)) for doom in dooms]
        dead = sum([died(child) for child in children])
        killed += dead
        if not dead:
            in_peace(start + REST)
            return killed
    raise AssertionError("it never ends otherwise")


def sweep(renew: Callable[[], None]) -> dict[str, Any]:
    """How many points there are, and those at which another end came of it than without a death."""
    renew()
    warm()
    ways = in_peace(NOW)
    in_peace(NOW + REST)
    wanted = asked(ends)
    wrong = []
    for nth, after in ways:
        renew()
        assert died(forked(partial(live, NOW, Doom(nth, after))))
        in_peace(NOW + REST)
        found = asked(report)
        if found.pop("ends") != wanted or found["faults"] or found["not_what_its_events_say"]:
            wrong.append({"nth": nth, "after": after, **found})
    return {"points": len(ways), "wrong": wrong}


def renewed(template: str) -> None:
    """This district's database is again what the template is: a file of SQLite, or the name of one of PostgreSQL."""
    own = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{own['NAME']}{end}").unlink(missing_ok=True)
        shutil.copy(template, own["NAME"])
        return
    with psycopg.connect(
        dbname="postgres",
        host=own["HOST"],
        port=own["PORT"],
        user=own["USER"],
        password=own["PASSWORD"],
        autocommit=True,
    ) as server:
        # Of a process that was killed the server may not know yet.
        server.execute(f"DROP DATABASE IF EXISTS {own['NAME']} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {own['NAME']} TEMPLATE {template}")


def main(job: str, *words: str) -> None:
    answer: dict[str, Any] = {"killed": 0}
    if job == "peace":
        in_peace(NOW)
        in_peace(NOW + REST)
    elif job == "lives":
        seed, workers = map(int, words)
        answer = {"killed": lives(seed, workers)}
    else:
        answer = sweep(partial(renewed, *words))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
