"""Checking, explaining and beginning a playbook from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guanjia.cli import speech
from guanjia.cli.main import main
from guanjia.playbook import checker


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(speech.VARIABLE, "en")


def playbook(*words: str) -> Result:
    return CliRunner().invoke(main, ["playbook", *words])


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    assert playbook("new", "winter-care", "--dir-out", str(tmp_path)).exit_code == 0
    return tmp_path / "winter-care"


def test_what_comes_with_guanjia_passes_with_its_stories() -> None:
    result = playbook("check", "--stories")
    assert result.exit_code == 0, result.output
    assert "Service stewards: 4 tiers" in result.output
    assert "stories played" in result.output


def test_a_begun_playbook_passes_the_check_and_its_story(begun: Path) -> None:
    assert checker.faults_of(begun) == []
    result = playbook("check", str(begun), "--stories")
    assert (result.exit_code, "1 stories played" in result.output) == (0, True)


def test_nothing_is_begun_over_what_is_there(begun: Path) -> None:
    result = playbook("new", "winter-care", "--dir-out", str(begun.parent))
    assert result.exit_code == 2
    assert "is there already" in result.output


def test_a_strange_key_is_refused() -> None:
    assert "is no key" in playbook("new", "Winter Care").output


def test_faults_are_told_with_file_line_and_what_to_do(begun: Path) -> None:
    path = begun / "playbook.toml"
    path.write_text(path.read_text("utf-8").replace('tier = "steward"', 'tier = "stewart"'), "utf-8")
    result = playbook("check", str(begun))
    assert result.exit_code == 1
    line = path.read_text("utf-8").split('"stewart"')[0].count("\n") + 1
    assert f"{path}:{line}: routes[0].tier: There is no tier stewart." in result.stderr
    assert "Did you mean steward?" in result.stderr
    (fault,) = json.loads(playbook("check", str(begun), "--json").stdout)
    assert (fault["line"], fault["path"]) == (line, "routes[0].tier")


def test_a_story_that_does_not_come_true_fails_the_check(begun: Path) -> None:
    path = begun / "stories/first.toml"
    path.write_text(path.read_text("utf-8").replace('status = "closed"', 'status = "shelved"'), "utf-8")
    assert playbook("check", str(begun)).exit_code == 0
    result = playbook("check", str(begun), "--stories")
    assert result.exit_code == 1
    assert "status should be shelved, but is closed." in result.stderr


def test_an_unknown_playbook_is_met_with_those_there_are() -> None:
    result = playbook("check", "sevice-steward")
    assert result.exit_code == 2
    assert "service-steward" in result.output


def test_every_word_is_printed() -> None:
    output = playbook("check", "--words").output
    assert all(word in output for word in ("ladder.returns.brake", "{number}", "decide_extension", "steps.then.due"))


def test_explain_shows_table_and_drawing_and_writes_the_picture(tmp_path: Path) -> None:
    result = playbook("explain", "service-steward", "--svg", str(tmp_path / "flow.svg"))
    assert result.exit_code == 0
    assert "late: climbs by itself" in result.output
    assert "▼" in result.output
    assert (tmp_path / "flow.svg").read_text("utf-8").startswith("<svg")


def test_explain_tells_the_faults_of_a_broken_playbook(begun: Path) -> None:
    (begun / "playbook.toml").write_text("[playbook", "utf-8")
    result = playbook("explain", str(begun))
    assert result.exit_code == 1
    assert "playbook.toml:1: This is not TOML" in result.stderr
