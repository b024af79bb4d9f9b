"""`guanjia why`, `audit`, `import` and `export` on the tiny district."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from guanjia.cases import jobs
from guanjia.cases.models import Case, Event
from guanjia.cli.main import main
from guanjia.kernel.models import AuditEntry
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db


def guanjia(*words: Any) -> Result:
    with time_machine.travel(MONDAY, tick=False):
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_why_tells_each_day_that_counted_and_each_that_did_not(served: Served) -> None:
    case = served.ask()
    result = guanjia("why", case.number, "--lang", "en")
    assert result.exit_code == 0
    assert "Resolve: 1wd from 2026-03-02 09:00, due 2026-03-03 18:00" in result.stdout
    assert "the day of the start does not count" in result.stdout
    clocks = json.loads(guanjia("why", case.number, "--json").stdout)
    resolve = next(clock for clock in clocks if clock["clock"] == "resolve")
    assert [(day["day"], day["counted"]) for day in resolve["days"]] == [("2026-03-02", False), ("2026-03-03", True)]


def test_why_of_a_wrong_number_says_so(served: Served) -> None:
    result = guanjia("why", "2026-0000001-0")
    assert result.exit_code == 1
    assert "2026-0000001-0" in result.stderr


def test_a_whole_ledger_is_verified_and_an_edited_line_named(served: Served) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.1)
    assert guanjia("audit", "verify").exit_code == 0
    Event.objects.filter(case=case, seq=2).update(data={"to": "somebody else"})
    result = guanjia("audit", "verify")
    assert result.exit_code == 1
    assert f"{case.pk}/2" in result.stderr
    faults = json.loads(guanjia("audit", "verify", "--json").stdout)["faults"]
    assert [fault["event"] for fault in faults] == [f"{case.pk}/2"]


def test_an_edited_entry_of_the_record_is_named_too(served: Served) -> None:
    entry = AuditEntry.objects.latest("id")
    AuditEntry.objects.filter(pk=entry.pk).update(data={"years": []})
    result = guanjia("audit", "verify", "--lang", "en")
    assert (result.exit_code, f"entry {entry.pk}  this entry was edited" in result.stderr) == (1, True)
    (fault,) = json.loads(guanjia("audit", "verify", "--json").stdout)["faults"]
    assert (fault["entry"], fault["event"]) == (entry.pk, "")


def test_digests_are_printed_once_they_are_made(served: Served) -> None:
    served.ask()
    assert guanjia("audit", "digest").exit_code == 1
    (made,) = jobs.make_digests(MONDAY + timedelta(days=1))
    assert made.hash in guanjia("audit", "digest", "--day", "2026-03-02").stdout
    (told,) = json.loads(guanjia("audit", "digest", "--json").stdout)
    assert told == {"day": "2026-03-02", "lines": 2, "hash": made.hash, "audit": made.audit_seal}


def test_an_import_reports_and_a_wrong_row_ends_with_one(served: Served, tmp_path: Path) -> None:
    table, report = tmp_path / "诉求.csv", tmp_path / "问题.xlsx"
    table.write_text("编号,内容,类别\n1,路灯不亮了，很黑,路灯照明\n2,,路灯照明\n".replace("了，", "了"), "utf-8")
    refused = guanjia("import", "cases", table, "--report", report)
    assert refused.exit_code == 1
    assert not Case.objects.exists()
    assert len(CalamineWorkbook.from_path(str(report)).get_sheet_by_index(0).to_python()) == 2
    assert guanjia("import", "cases", table, "--skip-bad", "--dry-run").exit_code == 1
    loaded = guanjia("import", "cases", table, "--skip-bad")
    assert loaded.exit_code == 0
    assert Case.objects.count() == 1
    assert json.loads(guanjia("import", "cases", table, "--skip-bad", "--json").stdout)["loaded"]["already_loaded"] == 1


def test_a_mapping_file_with_a_fault_is_refused_in_one_sentence(served: Served, tmp_path: Path) -> None:
    table, mapping = tmp_path / "诉求.csv", tmp_path / "map.toml"
    table.write_text("内容\n路灯不亮\n", "utf-8")
    mapping.write_text('[columns]\ncolour = "颜色"\n', "utf-8")
    result = guanjia("import", "cases", table, "--map", mapping)
    assert (result.exit_code, "colour" in result.stderr) == (1, True)


def test_the_ledger_is_exported_by_its_filters_and_a_sealed_case_tells_nothing(served: Served, tmp_path: Path) -> None:
    open_case, sealed = served.ask(), served.ask("反映某窗口态度恶劣", category="work-style")
    file = tmp_path / "台账.xlsx"
    assert guanjia("export", "ledger", file).exit_code == 0
    rows = {row[1]: row for row in CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[1:]}
    assert rows.keys() == {open_case.number, sealed.number}
    assert "态度恶劣" not in str(rows[sealed.number])
    assert guanjia("export", "ledger", file, "--status", "assigned", "--since", "2026-03-02").exit_code == 0
    rows = {row[1]: row for row in CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[1:]}
    assert rows.keys() == {open_case.number}
    assert guanjia("export", "ledger", file, "--only", "purple").exit_code == 1
