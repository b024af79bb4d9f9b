"""`guanjia playbook adopt` and `stop` on the tiny district."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guanjia.cli.main import main
from guanjia.programmes import queries
from tests.programme import KEY, Served

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["playbook", *words])


def test_a_shipped_playbook_is_adopted_stopped_and_goes_on(served: Served) -> None:
    started = run("adopt", "household-visits")
    assert started.exit_code == 0 and "household-visits" in started.output
    assert queries.programme("household-visits").stopped_at is None
    assert run("stop", "household-visits").exit_code == 0
    assert queries.programme("household-visits").stopped_at is not None
    again = run("stop", "household-visits")
    assert again.exit_code == 1 and "已经停用" in again.output
    assert run("adopt", "household-visits").exit_code == 0
    assert queries.programme("household-visits").stopped_at is None


def test_stopping_says_how_many_cases_go_on(served: Served) -> None:
    served.ask()
    stopped = run("stop", KEY, "--lang", "en")
    assert stopped.exit_code == 0 and "go on: 1" in stopped.output


def test_faults_and_unknown_names_change_nothing(served: Served, tmp_path: Path) -> None:
    (tmp_path / "playbook.toml").write_text("[playbook]\nkey = 'x'\n", "utf-8")
    for words in (("adopt", str(tmp_path)), ("adopt", "nothing-like-it"), ("stop", "nothing-like-it")):
        assert run(*words).exit_code in (1, 2)
    assert [one.key for one in queries.programmes()] == [KEY]
