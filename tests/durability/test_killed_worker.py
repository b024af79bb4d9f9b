"""A worker may be killed at any point: each clock still rings once and in its turn, nobody misses news or hears it
twice, and the ledger is whole."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standing import Standing, found

pytestmark = pytest.mark.slow
MANY = 24


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """Two dozen cases whose clocks ran out, and news of all of them in the outbox."""
    with found(tmp_path_factory.mktemp("districts") / "crowded", cases=MANY) as made:
        yield made


@pytest.fixture
def district(crowded: Standing, tmp_path: Path) -> Iterator[Standing]:
    with crowded.copy(tmp_path / "district") as copied:
        yield copied


def told(district: Standing, *words: object) -> dict[str, Any]:
    """What a program of this folder tells. Nothing else may be heard of it: the workers' log goes to its errors."""
    done = district.run(*map(str, words), GUANJIA_SMS_GATEWAY="file")
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def lives(district: Standing, *words: object) -> dict[str, Any]:
    return told(district, "tests.durability.lives", *words)


def report(district: Standing) -> dict[str, Any]:
    return told(district, "tests.durability.report")


def assert_sound(found: dict[str, Any]) -> None:
    """What holds after any death, whoever worked with whom."""
    assert (found["faults"], found["not_what_its_events_say"]) == ([], [])
    assert set(found["fired"].values()) == {1}, "a limit that ran out is written down once"
    assert found["warned"] == found["warnings_counted"], "and so is a warning"
    assert (found["outbox_left"], found["outbox_failed"], found["lost"], found["unsealed"]) == (0, [], 0, 0)
    assert len(found["ends"]["notices"]) == len({str(one) for one in found["ends"]["notices"]})


def assert_heard(district: Standing, found: dict[str, Any], killed: int) -> None:
    """Every text message went out; the few that went out twice, by a worker that died before it noted the first, bear
    the reference by which a gateway drops the second."""
    sent = Counter(line.split("\t")[0] for line in (district.folder / "sms.log").read_text("utf-8").splitlines())
    assert sent.keys() == set(found["sent"])
    assert sum(sent.values()) - len(sent) <= killed


@pytest.fixture(scope="module")
def undisturbed(crowded: Standing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a worker makes of it whom nobody kills."""
    with crowded.copy(tmp_path_factory.mktemp("districts") / "undisturbed") as copied:
        assert lives(copied, "peace") == {"killed": 0}
        found = report(copied)
    assert_sound(found)
    assert len(found["fired"]) > MANY / 2 and found["warned"]
    return found


def test_at_whatever_statement_a_worker_dies_the_next_one_brings_all_to_the_same_end(
    founded: Standing, standing: Standing
) -> None:
    template = founded.database or str(founded.folder / "district.sqlite3")
    found = lives(standing, "sweep", template)
    assert found["points"] > (20 if standing.database else 50)
    assert found["wrong"] == []


def test_a_worker_killed_again_and_again_rings_each_clock_once_and_in_its_turn(
    district: Standing, undisturbed: dict[str, Any]
) -> None:
    due = report(district)["due"]
    killed = lives(district, "lives", 1, 1)["killed"]
    assert killed > 20
    found = report(district)
    assert_sound(found)
    assert found["ends"] == undisturbed["ends"]
    assert_heard(district, found, killed)
    moments = [due[clock] for clock in dict.fromkeys(found["rung"]) if clock in due]
    assert len(moments) > MANY / 2
    assert moments == sorted(moments)


def test_two_workers_at_once_do_not_ring_a_clock_twice_when_killed(
    district: Standing, undisturbed: dict[str, Any]
) -> None:
    killed = lives(district, "lives", 2, 2)["killed"]
    assert killed > 20
    found = report(district)
    assert_sound(found)
    assert_heard(district, found, killed)
    for told_of in ("notices", "deliveries"):
        assert sorted(found["ends"][told_of], key=str) == undisturbed["ends"][told_of]


def test_processes_of_the_real_command_are_killed_in_pairs(district: Standing) -> None:
    """On the machine's own clock: what may go out in office hours alone may still be waiting at the end."""
    order = random.Random(3)
    for _round in range(4):
        pair = [district.start("worker"), district.start("worker")]
        for process in pair:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=order.uniform(1, 4))
            assert process.poll() is None, "it works until it is killed"
            process.kill()
            process.wait()
    for _look in range(20):
        found = report(district)
        if not (found["outbox_left"] or found["due"] or found["unsealed"]):
            break
        done = district.guanjia("worker", "--once")
        assert (done.returncode, done.stderr) == (0, "")
    assert found["due"] == {}
    assert_sound(found)
