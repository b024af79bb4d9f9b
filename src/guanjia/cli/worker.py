"""`guanjia worker`: clocks, news, messages, digests."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from django.db import close_old_connections, connection
from rich.table import Table

from guanjia.cli import district, speech, tables
from guanjia.config.schedule import Job, jobs
from guanjia.kernel.text import gettext_noop as _

logger = logging.getLogger(__name__)

#: A job that fails is tried again after so long, then after twice that, up to the longest.
RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(minutes=10)
#: The longest sleep between two looks, in seconds.
NAP = 0.5
#: On a machine that is shared, whoever waits at a page comes first; the worker still gets a quarter of a busy one.
NICENESS = 5


@dataclass(slots=True)
class Turn:
    """When a job is due next, and how often in a row it has failed."""

    job: Job
    due: datetime
    failures: int = 0


class Worker:
    """Runs what is due, one job at a time, and stops between two."""

    def __init__(self, table: tuple[Job, ...], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.turns = [Turn(job, clock() if job.at is None else job.after(clock())) for job in table]

    def run_due(self, stopping: threading.Event) -> int:
        """Every job that is due now, in the order of the table; how many were run."""
        ran = 0
        for turn in self.turns:
            if stopping.is_set():
                break
            if turn.due <= self._clock():
                self._run(turn)
                ran += 1
        return ran

    def _run(self, turn: Turn) -> None:
        at = self._clock()
        try:
            done = turn.job.run(at)
        except Exception:
            logger.exception("job %s failed", turn.job.key)
            turn.failures += 1
            turn.due = at + min(RETRY * 2 ** min(turn.failures - 1, 10), LONGEST_RETRY)
            _mend_connection()
            return
        turn.failures = 0
        full = turn.job.full is not None and done == turn.job.full
        turn.due = at if full else turn.job.after(at)


def _mend_connection() -> None:
    """A connection that broke is opened anew by whoever needs it next."""
    if not connection.in_atomic_block:
        close_old_connections()


@speech.command(
    "worker",
    help=_(
        "Run the clocks, hand news on, send messages, make digests.\n\nSeveral may run at once. One may be killed "
        "at any point: "
        "what it left half done is done again, and what is done twice is done once."
    ),
    example="guanjia worker --dir demo\nguanjia worker --jobs\nguanjia worker --once",
)
@district.dir_option
@speech.option("--once", is_flag=True, help=_("Run what is due now and stop."))
@speech.option("--jobs", "show", is_flag=True, help=_("Print the table of jobs and stop."))
def command(once: bool, show: bool) -> None:
    if show:
        _print_jobs()
        return
    tables.demand_current()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if not once:
        os.nice(NICENESS)
    worker = Worker(jobs(), lambda: datetime.now(UTC))
    worker.run_due(stopping)
    while not once and not stopping.wait(NAP):
        worker.run_due(stopping)


def _print_jobs() -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Job"), _("How often"), _("What it does")):
        table.add_column(speech.say(heading))
    for job in jobs():
        often = f"{job.at:%H:%M}" if job.at is not None else str(job.every)
        table.add_row(job.key, often, speech.say(job.does))
    speech.out().print(table)
