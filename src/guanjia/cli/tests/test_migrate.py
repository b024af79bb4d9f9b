"""`guanjia migrate`, and what the other commands say of tables that are not those of the installed version."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standing import PATIENCE, Standing, new_district

pytestmark = pytest.mark.slow


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Standing]:
    made = new_district(tmp_path / "empty")
    yield made
    made.remove()


def step_back(district: Standing) -> None:
    """As if the version before were installed the last time."""
    done = district.run("django", "migrate", "kernel", "0002_audit_seals")
    assert done.returncode == 0, done.stderr


def errors_of(district: Standing) -> list[dict[str, str]]:
    found = json.loads(district.guanjia("doctor", "--json").stdout)
    return [one for one in found if one["check"] == "database" and one["level"] == "error"]


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_empty_database_becomes_a_district_and_a_second_time_nothing_is_changed(empty: Standing) -> None:
    waits = empty.guanjia("migrate", "--check")
    assert "guanjia migrate" in refusal(waits)
    assert "  kernel 0001_initial\n" in waits.stdout and "  the table of the shared cache\n" in waits.stdout
    made = empty.guanjia("migrate")
    assert made.returncode == 0, made.stderr
    assert "  kernel 0001_initial\n" in made.stdout
    assert (empty.folder / "static/staticfiles.json").exists()
    again = empty.guanjia("migrate")
    assert (again.returncode, again.stdout) == (0, "0 changes made; the tables, styles and scripts are up to date.\n")
    assert empty.guanjia("migrate", "--check").returncode == 0


def test_nothing_serves_or_works_on_tables_that_are_behind_and_doctor_says_what_to_do(standing: Standing) -> None:
    step_back(standing)
    for command in ("web", "serve", "worker"):
        said = refusal(standing.guanjia(command))
        assert "1 changes wait" in said and "run `guanjia migrate`" in said
    (error,) = errors_of(standing)
    assert "guanjia migrate" in error["mend"]
    made = standing.guanjia("migrate")
    assert (made.returncode, made.stdout.splitlines()[0]) == (0, "  kernel 0003_seal_audit")
    assert errors_of(standing) == []
    assert standing.guanjia("worker", "--once").returncode == 0


def test_tables_of_a_newer_version_are_left_alone(standing: Standing) -> None:
    standing.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_later', '2027-01-01')")
    for words in (["worker"], ["migrate"], ["migrate", "--check"]):
        said = refusal(standing.guanjia(*words))
        assert "newer version than the installed one: it does not know cases 0999_later" in said
    assert "Install the newer version" in errors_of(standing)[0]["mend"]


def test_a_missing_table_of_the_shared_cache_is_made(standing: Standing) -> None:
    standing.sql("DROP TABLE shared_cache")
    refusal(standing.guanjia("worker", "--once"))
    assert "guanjia migrate" in errors_of(standing)[0]["mend"]
    assert standing.guanjia("migrate").returncode == 0
    assert errors_of(standing) == []


def test_a_change_that_fails_is_named_and_undone(empty: Standing) -> None:
    empty.sql("CREATE TABLE kernel_outboxmessage (id integer)")
    said = refusal(empty.guanjia("migrate"))
    assert "The change kernel 0001_initial failed and was undone" in said and "already exists" in said
    empty.sql("DROP TABLE kernel_outboxmessage")
    assert empty.guanjia("migrate").returncode == 0


def test_a_database_that_does_not_answer_is_a_sentence(standing: Standing) -> None:
    for words in (["worker"], ["migrate"]):
        settings_of_nothing = {"GUANJIA_DB": "postgres", "GUANJIA_DB_HOST": "127.0.0.1", "GUANJIA_DB_PORT": "1"}
        assert "The database cannot be reached" in refusal(standing.guanjia(*words, **settings_of_nothing))


def test_several_may_bring_it_up_at_once(empty: Standing) -> None:
    servers = [empty.start("migrate") for _server in range(3)]
    assert [server.wait(timeout=PATIENCE) for server in servers] == [0, 0, 0]
    assert empty.guanjia("migrate", "--check").returncode == 0


def test_the_changes_that_replace_several_come_to_the_same(empty: Standing, tmp_path: Path) -> None:
    """Nor is a district that was brought up by every single one asked for them."""
    singly = new_district(tmp_path / "singly")
    try:
        made = singly.run("tests.tables", "singly")
        assert (made.returncode, made.stderr) == (0, "")
        assert "0 changes made" in singly.guanjia("migrate").stdout
        assert "  cases 0001_fresh\n" in empty.guanjia("migrate").stdout
        assert json.loads(singly.run("tests.tables").stdout) == json.loads(empty.run("tests.tables").stdout)
    finally:
        singly.remove()
