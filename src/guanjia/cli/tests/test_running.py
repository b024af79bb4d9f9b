"""The commands that run a district, as an operator calls them: each in a process of its own, on SQLite."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import warm

pytestmark = pytest.mark.slow
TINY = "0.01"
#: Long enough for a loaded machine; nothing is asserted of the time.
PATIENCE = 120


def environment(**more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GUANJIA_", "DJANGO_"))}
    return {**own, "GUANJIA_LANG": "en", "COLUMNS": "200", **more}


def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return warm.run("guanjia.cli.main", words, environment(**more))


def stats(folder: Path) -> dict[str, object]:
    done = run("stats", "--dir", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("districts") / "demo"
    done = run("demo", "--dir", str(folder), "--scale", TINY, "--prepare-only")
    assert done.returncode == 0, done.stderr
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_demo_is_made_once(demo: Path) -> None:
    before = (demo / "district.sqlite3").stat().st_mtime_ns
    again = run("demo", "--dir", str(demo), "--scale", TINY, "--prepare-only")
    assert again.returncode == 0
    assert (demo / "district.sqlite3").stat().st_mtime_ns == before
    assert "guanjia-demo" in (demo / "README.txt").read_text("utf-8")
    assert (demo / "district.env").stat().st_mode & 0o077 == 0


def test_an_interrupted_demo_is_never_taken_for_whole(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    command = [
        sys.executable,
        "-m",
        "guanjia.cli.main",
        "demo",
        "--dir",
        str(folder),
        "--scale",
        "0.2",
        "--prepare-only",
    ]
    making = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not (folder / "unfinished.sqlite3").exists() and time.monotonic() < until:
        time.sleep(0.02)
    making.kill()
    making.wait()
    assert not (folder / "district.sqlite3").exists()
    done = run("demo", "--dir", str(folder), "--scale", TINY, "--prepare-only")
    assert done.returncode == 0, done.stderr
    assert not (folder / "unfinished.sqlite3").exists()
    assert stats(folder)["businesses_without_steward"] == 0


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    done = run("demo", "--dir", str(tmp_path), "--prepare-only")
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_doctor_says_what_is_wrong_and_how_to_mend_it(demo: Path, tmp_path: Path) -> None:
    found = json.loads(run("doctor", "--dir", str(demo), "--json").stdout)
    assert {one["check"] for one in found} >= {
        "settings",
        "database",
        "journal",
        "keys",
        "calendar",
        "worker",
        "storage",
    }
    assert all(one["mend"] for one in found if one["level"] != "ok")
    wrong = run(
        "doctor", "--dir", str(demo), "--json", GUANJIA_DATA_KEYS="k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    )
    assert wrong.returncode == 1
    assert [one["check"] for one in json.loads(wrong.stdout) if one["level"] == "error"] == ["keys"]
    empty = run("doctor", "--json", GUANJIA_DIR=str(tmp_path), GUANJIA_SECRET_KEY="s" * 50, GUANJIA_INDEX_KEY="i",
                GUANJIA_DATA_KEYS="k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")  # fmt: skip
    assert empty.returncode == 1
    assert "database" in [one["check"] for one in json.loads(empty.stdout) if one["level"] == "error"]


def test_the_worker_does_what_is_due_and_doctor_sees_it(demo: Path) -> None:
    assert "outbox" in run("worker", "--dir", str(demo), "--jobs").stdout
    assert run("worker", "--dir", str(demo), "--once").returncode == 0
    found = json.loads(run("doctor", "--dir", str(demo), "--json").stdout)
    assert [one["level"] for one in found if one["check"] == "worker"] == ["ok"]


def test_serve_answers_and_stops_cleanly(demo: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "guanjia.cli.main", "serve", "--dir", str(demo), "--port", str(port)]
    serving = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert answer(f"http://127.0.0.1:{port}/healthz") == 200
        assert run("serve", "--dir", str(demo), "--port", str(port)).returncode == 1
    finally:
        serving.send_signal(signal.SIGINT)
        _out, errors = serving.communicate(timeout=PATIENCE)
    assert serving.returncode == 0, errors
    assert "Traceback" not in errors
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


def answer(address: str) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return int(response.status)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return 0
