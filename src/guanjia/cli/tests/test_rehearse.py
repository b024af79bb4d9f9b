"""`guanjia playbook rehearse` on the tiny district."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from guanjia.cases import rehearsal
from guanjia.cli.main import main
from guanjia.programmes.models import ProgrammeVersion
from tests.programme import KEY, PLAYBOOK, Served

pytestmark = pytest.mark.django_db
#: The playbook of the tests, without what the check would refuse.
TEXT = PLAYBOOK.read_text("utf-8").replace('approved_by = "lead_office"', 'approved_by = "supervisor"')


@pytest.fixture
def week(served: Served) -> Served:
    """Three cases: one solved on the same day, one that climbed, one that waits."""
    ProgrammeVersion.objects.update(source=TEXT)
    quick, _slow, _open = served.ask(), served.ask(hours=1), served.ask(hours=96)
    served.act("陈静", quick, "accept", hours=1)
    served.act("陈静", quick, "resolve", hours=8, outcome="explained", text="已答复")
    served.run_clocks(100, step=4)
    return served


def folder(tmp_path: Path, old: str = "", new: str = "") -> Path:
    place = tmp_path / KEY
    place.mkdir(exist_ok=True)
    (place / "playbook.toml").write_text(TEXT.replace(old, new), "utf-8")
    return place


def rehearse(served: Served, changed: Path, *words: str) -> Result:
    period = ("--since", "2026-03-01", "--until", "2026-03-06", "--processes", "1")
    with time_machine.travel(served.at(106), tick=False):
        return CliRunner().invoke(main, ["playbook", "rehearse", KEY, "--changed", str(changed), *period, *words])


def said(served: Served, changed: Path, *words: str) -> Any:
    result = rehearse(served, changed, "--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_unchanged_rules_change_nothing(week: Served, tmp_path: Path) -> None:
    found = said(week, folder(tmp_path))
    assert (found["cases"], found["changed"], found["refused"]) == (3, 0, [])
    assert found["late"] == {"before": 1, "after": 1}
    assert "没有任何不同" in rehearse(week, folder(tmp_path)).stdout


def test_a_shorter_limit_names_what_is_newly_late_and_who_has_more(week: Served, tmp_path: Path) -> None:
    changed = folder(tmp_path, 'resolve = "1wd"', 'resolve = "5wh"')
    found = said(week, changed)
    assert found["late"] == {"before": 1, "after": 3}
    assert found["newly_late"]["count"] == len(found["newly_late"]["numbers"]) == 2
    assert found["climbs"]["after"]["department"] == 3
    assert {row["name"] for row in found["holders"]} >= {"城市管理局"}
    printed = rehearse(week, changed, "--lang", "en").stdout
    assert found["newly_late"]["numbers"][0] in printed
    assert "Whose load would change most" in printed


def test_a_calendar_moves_dates(week: Served, tmp_path: Path) -> None:
    days = tmp_path / "days.toml"
    days.write_text("closed = [2026-03-03]", "utf-8")
    found = said(week, folder(tmp_path), "--calendar", str(days))
    assert sum(row["later"] for row in found["clocks"]) > 0
    days.write_text("shut = 3", "utf-8")
    assert rehearse(week, folder(tmp_path), "--calendar", str(days)).exit_code == 1


def test_one_that_was_stopped_goes_on_where_it_was(
    week: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "STRETCH", 1)
    changed, kept = folder(tmp_path, 'resolve = "1wd"', 'resolve = "5wh"'), tmp_path / "kept"
    whole = said(week, changed)
    assert said(week, changed, "--keep", str(kept)) == whole
    lines = kept.read_text("utf-8").splitlines()
    assert len(lines) == 4
    kept.write_text("\n".join([*lines[:2], lines[2][:20]]), "utf-8")
    asked: list[object] = []
    count = rehearsal.count
    monkeypatch.setattr(rehearsal, "count", lambda *one: asked.append(one) or count(*one))
    assert said(week, changed, "--keep", str(kept)) == whole
    assert len(asked) == 2
    assert said(week, folder(tmp_path), "--keep", str(kept))["changed"] == 0, "another plan begins anew"


def test_what_cannot_be_rehearsed_is_refused(week: Served, tmp_path: Path) -> None:
    assert rehearse(week, folder(tmp_path, "lighting", "Lighting")).exit_code == 1
    assert "rehearsal" not in rehearse(week, tmp_path / "nowhere").stdout
    result = CliRunner().invoke(main, ["playbook", "rehearse", "nobody", "--changed", str(folder(tmp_path))])
    assert result.exit_code == 1
