"""Backing up and restoring, as an operator does it: each command in a process of its own, on both databases."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.standing import Standing, new_district

pytestmark = pytest.mark.slow
ON_POSTGRES = settings.ENGINE == "postgres"
PHOTO = "media/photos/lamp.webp"


@pytest.fixture
def target(standing: Standing, tmp_path: Path) -> Iterator[Standing]:
    """An empty place with the keys of the district: where a backup is restored."""
    made = new_district(tmp_path / "again", keys_of=standing)
    yield made
    made.remove()


@pytest.fixture
def archive(standing: Standing, tmp_path: Path) -> Path:
    made = tmp_path / "backups" / "district.tar.gz"
    done = standing.guanjia("backup", str(made))
    assert done.returncode == 0, done.stderr
    assert "keys are not in it" in done.stdout
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    return made


def ends(district: Standing) -> dict[str, Any]:
    """Ledger, notices and deliveries, whole."""
    done = district.run("tests.durability.report")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def assert_untouched(target: Standing) -> None:
    assert [path.name for path in target.folder.iterdir()] == ["district.env"]
    if target.database:
        assert target.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def no_room() -> None:
    """No file may grow beyond this: what a full disk does, without one."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_backup_comes_back_whole_and_only_into_an_empty_place(
    standing: Standing, target: Standing, archive: Path
) -> None:
    restored = target.guanjia("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert "3 cases" in restored.stdout and "The ledger is whole" in restored.stdout
    assert ends(target) == ends(standing)
    assert (target.folder / PHOTO).read_bytes() == (standing.folder / PHOTO).read_bytes()
    assert target.guanjia("migrate", "--check").returncode == 0
    assert "not empty" in refusal(target.guanjia("restore", str(archive)))


def test_a_backup_made_while_a_worker_is_at_work_is_of_one_moment(
    standing: Standing, target: Standing, tmp_path: Path
) -> None:
    worker = standing.start("worker")
    made = standing.guanjia("backup", str(tmp_path / "b.tar.gz"))
    assert worker.poll() is None
    worker.kill()
    worker.wait()
    assert made.returncode == 0, made.stderr
    restored = target.guanjia("restore", str(tmp_path / "b.tar.gz"))
    assert restored.returncode == 0, restored.stderr
    assert ends(target)["not_what_its_events_say"] == []


def test_nothing_is_written_over_unless_told(standing: Standing, archive: Path) -> None:
    before = archive.read_bytes()
    assert "--force writes over it" in refusal(standing.guanjia("backup", str(archive)))
    assert archive.read_bytes() == before
    assert standing.guanjia("backup", "--force", str(archive)).returncode == 0
    assert archive.read_bytes() != before


@pytest.mark.skipif(ON_POSTGRES, reason="the keys in a backup name the database that it was made of")
def test_with_its_keys_in_it_a_backup_needs_nothing_else(standing: Standing, tmp_path: Path) -> None:
    archive, folder = tmp_path / "b.tar.gz", tmp_path / "back"
    made = standing.guanjia("backup", "--with-keys", str(archive))
    assert "THE KEYS ARE IN IT" in made.stdout
    again = Standing(folder)
    restored = standing.run("guanjia.cli.main", "restore", str(archive), "--dir", str(folder), GUANJIA_DIR=str(folder))
    assert restored.returncode == 0, restored.stderr
    assert ends(again) == ends(standing)


@pytest.mark.parametrize("spoil", ["cut", "altered", "other"])
def test_a_spoilt_backup_is_refused_and_leaves_nothing(target: Standing, archive: Path, spoil: str) -> None:
    content = bytearray(archive.read_bytes())
    if spoil == "altered":
        content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content[: len(content) // 2] if spoil == "cut" else b"hello" if spoil == "other" else content)
    assert "The backup cannot be used" in refusal(target.guanjia("restore", str(archive)))
    assert_untouched(target)


def test_a_ledger_that_was_edited_before_the_backup_is_found_when_it_is_restored(
    standing: Standing, target: Standing, tmp_path: Path
) -> None:
    standing.sql("UPDATE cases_event SET verb = 'note' WHERE id = 2")
    assert standing.guanjia("backup", str(tmp_path / "b.tar.gz")).returncode == 0
    said = refusal(target.guanjia("restore", str(tmp_path / "b.tar.gz")))
    assert "this line was edited" in said and "was restored, but is not in order" in said


def test_without_room_a_backup_fails_in_a_sentence_and_leaves_the_last_one(standing: Standing, archive: Path) -> None:
    before = archive.read_bytes()
    done = standing.guanjia("backup", "--force", str(archive), preexec_fn=no_room)
    assert "The backup failed" in refusal(done)
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_without_room_a_restoring_fails_in_a_sentence_and_leaves_nothing(target: Standing, archive: Path) -> None:
    done = target.guanjia("restore", str(archive), preexec_fn=no_room)
    assert "The backup cannot be used: File too large" in refusal(done)
    assert_untouched(target)


def test_a_folder_that_holds_something_is_left_alone(target: Standing, archive: Path) -> None:
    (target.folder / "holiday.jpg").write_bytes(b"x")
    assert "is not empty (holiday.jpg)" in refusal(target.guanjia("restore", str(archive)))
    assert sorted(path.name for path in target.folder.iterdir()) == ["district.env", "holiday.jpg"]


@pytest.mark.skipif(ON_POSTGRES, reason="of SQLite")
def test_a_backup_of_sqlite_is_not_put_beside_a_postgresql(target: Standing, archive: Path) -> None:
    """Else an empty ledger would be verified, and found whole."""
    done = target.guanjia("restore", str(archive), GUANJIA_DB="postgres")
    assert "made of sqlite, and the settings name a database of postgresql" in refusal(done)
    assert_untouched(target)


@pytest.mark.skipif(not ON_POSTGRES, reason="of PostgreSQL")
def test_a_backup_of_postgresql_goes_into_an_empty_postgresql_alone(
    standing: Standing, target: Standing, archive: Path
) -> None:
    elsewhere = target.guanjia("restore", str(archive), GUANJIA_DB="sqlite")
    assert "made of postgresql, and the settings name a database of sqlite" in refusal(elsewhere)
    full = target.guanjia("restore", str(archive), GUANJIA_DB_NAME=standing.database)
    assert f"{standing.database} is not empty" in refusal(full)
    missing = target.guanjia("restore", str(archive), GUANJIA_DB_NAME="gj_nowhere")
    assert "the database cannot be reached" in refusal(missing) and "gj_nowhere" in missing.stderr
    shutil.rmtree(target.folder)
    settings_of_none = standing.run("guanjia.cli.main", "restore", str(archive), "--dir", str(target.folder))
    assert "put a district.env that names an empty one" in refusal(settings_of_none)
    assert ends(standing)["faults"] == []


@pytest.mark.skipif(not ON_POSTGRES, reason="of PostgreSQL")
def test_without_the_client_programs_of_postgresql_it_says_so(standing: Standing, tmp_path: Path) -> None:
    done = standing.guanjia("backup", str(tmp_path / "b.tar.gz"), PATH=str(tmp_path))
    assert "pg_dump is not installed" in refusal(done)
