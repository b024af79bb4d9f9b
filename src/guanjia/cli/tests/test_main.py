"""The command line as people meet it: its help, its languages, its refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from guanjia.cli import district, main, speech
from guanjia.kernel.problems import MISSING, TOO_LONG, Problem, Problems


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(speech.VARIABLE, "en")


def guanjia(*words: str) -> Result:
    return CliRunner().invoke(main.main, list(words))


def test_help_lists_the_commands_that_there_are() -> None:
    result = guanjia("--help")
    assert result.exit_code == 0
    assert "Work out when a limit runs out, and why" in result.output
    assert "Example:" in result.output


def test_help_and_pure_commands_need_no_django() -> None:
    """Nor anything heavy: that is why they start at once."""
    script = (
        "import sys; from guanjia.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'pydantic', 'numpy'}))"
    )
    for words in (["--help"], ["due", "2026-09-30T16:00", "3wd"]):
        done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def commands(group: click.Group) -> list[list[str]]:
    found = []
    for name in group.list_commands(click.Context(group)):
        inner = group.get_command(click.Context(group), name)
        found += [[name, *rest] for rest in commands(inner)] if isinstance(inner, click.Group) else [[name]]
    return found


@pytest.mark.parametrize("words", commands(main.main), ids=" ".join)
def test_each_help_has_an_example(words: list[str]) -> None:
    result = guanjia(*words, "--help")
    assert result.exit_code == 0
    assert f"guanjia {' '.join(words)}" in result.output.split("Example")[1]


def test_a_mistyped_command_is_met_with_the_right_one() -> None:
    result = guanjia("playbok")
    assert result.exit_code == 2
    assert "There is no command playbok. Did you mean playbook?" in result.output


@pytest.mark.parametrize("words", [["--lang", "zh", "due"], ["due", "--lang", "zh"]])
def test_the_language_may_be_chosen_before_or_after_the_command(words: list[str]) -> None:
    assert "到期" in guanjia(*words, "2026-09-30T16:00", "3wd").output


def test_chinese_is_spoken_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(speech.VARIABLE)
    assert speech.language() == "zh"


def test_a_problem_is_one_sentence_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def refuse() -> None:
        one = Problem(MISSING, field="text", field_label="Title")
        raise Problems([one, Problem(TOO_LONG, field_label="Title", length=9, limit=5)])

    group = main.Guanjia("guanjia")
    group.get_command = lambda ctx, name: refuse  # type: ignore[method-assign]
    result = CliRunner().invoke(group, ["due"])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Title is missing.",
        "Fill it in.",
        "Title has 9 characters; 5 at most.",
        "Shorten it, or attach the long text as a file.",
    ]


def test_due_says_the_moment_and_why() -> None:
    result = guanjia("due", "2026-09-30T16:00", "3wd")
    assert result.exit_code == 0
    assert "Due: 2026-10-10 18:00 Sat" in result.output
    assert "make-up working day" in result.output


def test_due_as_json_counts_every_day() -> None:
    data = json.loads(guanjia("due", "2026-09-30T16:00", "3wd", "--json").output)
    assert data["due"] == "2026-10-10T18:00:00+08:00"
    assert data["estimated"] is False
    assert sum(day["amount"] for day in data["days"]) == 3
    assert [day["day"] for day in data["days"] if day["counted"]] == ["2026-10-08", "2026-10-09", "2026-10-10"]


def test_due_beyond_the_published_years_is_estimated() -> None:
    assert json.loads(guanjia("due", "2040-03-05T09:00", "2wd", "--json").output)["estimated"] is True


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["tomorrow", "3wd"], 2, "“tomorrow” is not a moment. Write it like 2026-09-30T16:00."),
        (["2026-09-30T16:00", "3 weeks"], 1, "“3 weeks” is not a time limit."),
        (["2026-09-30T16:00", "99999wd"], 1, "A limit in wd lies between 0 and 2500, not 99999."),
        (["0800-09-30T16:00", "3wd"], 1, "The year"),
        (["2026-09-30T16:00", "3wd", "--dir", "nowhere"], 1, "nowhere is no district: it holds no district.env."),
    ],
)
def test_what_due_cannot_read_it_says(words: list[str], code: int, sentence: str) -> None:
    result = guanjia("due", *words)
    assert result.exit_code == code
    assert sentence in result.output


def test_a_district_brings_its_settings_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / district.ENVIRONMENT).write_text("# made by guanjia demo\nSAMPLE_A=one=1\nSAMPLE_B=two\n\nbroken\n")
    monkeypatch.setenv("GUANJIA_DIR", "before")
    monkeypatch.setenv("SAMPLE_A", "")
    monkeypatch.delenv("SAMPLE_A")
    monkeypatch.setenv("SAMPLE_B", "kept")
    district.read_environment(tmp_path)
    assert district.os.environ["GUANJIA_DIR"] == str(tmp_path.resolve())
    assert (district.os.environ.pop("SAMPLE_A"), district.os.environ["SAMPLE_B"]) == ("one=1", "kept")


@pytest.mark.parametrize("words", [["--json", "--dir", "d"], ["--dir=d"], ["x", "--dir=d", "y"]])
def test_the_folder_is_found_anywhere_on_the_line(words: list[str]) -> None:
    assert district.folder_in(words) == Path("d")


def test_without_dir_there_is_no_folder() -> None:
    assert district.folder_in(["--json", "--dir"]) is None
