from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest

from guanjia.cli.worker import RETRY, Worker
from guanjia.config.schedule import JOBS, Job

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class Hands:
    """A clock that is moved by hand, and jobs that note when they ran."""

    def __init__(self) -> None:
        self.now = START
        self.ran: list[str] = []
        self.stopping = threading.Event()

    def job(self, key: str, *, every: int = 10, fails: bool = False, stops: bool = False, gives: int = 0) -> Job:
        def run(at: datetime) -> int:
            self.ran.append(key)
            if stops:
                self.stopping.set()
            if fails:
                raise RuntimeError("no")
            return gives

        return Job(key, "", run, timedelta(seconds=every), full=5)

    def after(self, seconds: float, worker: Worker) -> list[str]:
        self.now += timedelta(seconds=seconds)
        self.ran = []
        worker.run_due(self.stopping)
        return self.ran


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_each_job_runs_as_often_as_the_table_says(hands: Hands) -> None:
    worker = Worker((hands.job("often", every=1), hands.job("seldom", every=10)), lambda: hands.now)
    assert hands.after(0, worker) == ["often", "seldom"]
    assert hands.after(1, worker) == ["often"]
    assert hands.after(9, worker) == ["often", "seldom"]


@pytest.mark.django_db
def test_a_job_that_fails_holds_nobody_back_and_is_tried_again_later_and_later(
    hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker((hands.job("broken", every=1, fails=True), hands.job("fine", every=1)), lambda: hands.now)
    assert hands.after(0, worker) == ["broken", "fine"]
    assert hands.after(1, worker) == ["fine"]
    assert hands.after(RETRY.total_seconds(), worker) == ["broken", "fine"]
    assert hands.after(RETRY.total_seconds(), worker) == ["fine"]
    assert "job broken failed" in caplog.text


def test_a_full_batch_is_followed_by_the_next_at_once(hands: Hands) -> None:
    worker = Worker((hands.job("busy", every=60, gives=5),), lambda: hands.now)
    assert hands.after(0, worker) == ["busy"]
    assert hands.after(0, worker) == ["busy"]


def test_it_stops_between_two_jobs(hands: Hands) -> None:
    worker = Worker((hands.job("last", stops=True), hands.job("never")), lambda: hands.now)
    assert hands.after(0, worker) == ["last"]


def test_a_nightly_job_waits_for_its_hour() -> None:
    nightly = Job("nightly", "", lambda at: 0, at=time(2, 30))
    assert nightly.after(START) == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # half past two in China
    assert nightly.after(nightly.after(START)) == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


def test_the_table_names_each_job_once_and_says_what_it_does() -> None:
    assert len({job.key for job in JOBS}) == len(JOBS)
    assert all(job.does for job in JOBS)
