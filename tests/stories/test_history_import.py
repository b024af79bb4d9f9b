"""A year of another city's requests, opened, promised and closed there, loaded with their dates: what our clocks say is
what that city said. The file stays where it is; without it these stories are skipped."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import time_machine
from click.testing import CliRunner
from django.conf import settings

from guanjia.cases import jobs, verification
from guanjia.cases.models import Case, Clock, Event
from guanjia.cli.main import main
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from tests.programme import MONDAY, Served

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DATA = Path(__file__).resolve().parents[1] / "data"
FILE = "boston311_2015_sample.csv"
COLUMNS = ("CASE_ENQUIRY_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "OnTime_Status", "TYPE", "Department", "CASE_TITLE")
#: The file's own moments, so that they sort.
MOMENT = (
    "substr({0},7,4)||substr({0},1,2)||substr({0},4,2)||substr({0},21,2)"
    "||replace(substr({0},12,2),'12','00')||substr({0},14,6)"
)


@dataclass
class Loaded:
    file: Path
    report: dict[str, Any]


@contextmanager
def loaded(served: Served, file: Path) -> Iterator[Loaded]:
    with time_machine.travel(MONDAY, tick=False):
        adopt(SYSTEM, DATA / "city311", at=MONDAY)
        words = ["import", "cases", str(file), "--map", str(DATA / "city311.toml"), "--skip-bad", "--json"]
        result = CliRunner().invoke(main, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        yield Loaded(file, json.loads(result.stdout))


@pytest.fixture
def some(served: Served, shared_data: Callable[[str], Path], tmp_path: Path) -> Iterator[Loaded]:
    """The first rows."""
    with shared_data(FILE).open(encoding="utf-8", newline="") as whole:
        head, *rows = list(csv.reader(whole))
    with (tmp_path / "some.csv").open("w", encoding="utf-8", newline="") as part:
        csv.writer(part).writerows([head, *rows[:1500]])
    with loaded(served, tmp_path / "some.csv") as found:
        yield found


@pytest.fixture
def whole(served: Served, shared_data: Callable[[str], Path]) -> Iterator[Loaded]:
    with loaded(served, shared_data(FILE)) as found:
        yield found


def sql(file: Path) -> sqlite3.Connection:
    """The file as a table `t`; moments as text that sorts."""
    base = sqlite3.connect(":memory:")
    base.execute(f"CREATE TABLE t({', '.join(COLUMNS)})")
    with file.open(encoding="utf-8", newline="") as text:
        rows = [[row[name] for name in COLUMNS] for row in csv.DictReader(text)]
    base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    return base


def check(found: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    base, report = sql(found.file), found.report
    refused = Counter(remark["code"] for remark in report["refused"])
    with capsys.disabled():
        click.echo(f"\n  {report['rows']} rows, loaded {report['loaded']}, refused {dict(refused)}")
        click.echo(f"  remarks {dict(Counter(remark['code'] for remark in report['warnings']))}")
    # Every row is loaded, or listed with its reason.
    listed = {remark["line"] for remark in report["refused"]}
    assert Case.objects.count() + len(listed) == report["rows"] == base.execute("SELECT count(*) FROM t").fetchone()[0]
    opened, closed = (MOMENT.format(name) for name in ("OPEN_DT", "CLOSED_DT"))
    early = f"SELECT count(*) FROM t WHERE CLOSED_DT != '' AND {closed} < {opened}"
    assert refused.get("import.closed_too_early", 0) == base.execute(early).fetchone()[0]
    # What was on time there is on time here, in every row that says so.
    said = dict(base.execute("SELECT CASE_ENQUIRY_ID, OnTime_Status FROM t WHERE TARGET_DT != '' AND CLOSED_DT != ''"))
    ours = _ours()
    differ = {key for key, on_time in ours.items() if said.get(key) and (said[key] == "ONTIME") != on_time}
    assert differ == set()
    assert len(ours) > len(said) * 0.99
    # Figures by department and type.
    kept = f"CASE_TITLE != '' AND NOT (CLOSED_DT != '' AND {closed} < {opened})"
    wanted = base.execute(f"SELECT Department, TYPE, count(*), sum(CLOSED_DT != '') FROM t WHERE {kept} GROUP BY 1, 2")
    assert _figures() == {(department, kind): (count, done) for department, kind, count, done in wanted}
    assert (
        report["loaded"]["without_target"]
        == base.execute(f"SELECT count(*) FROM t WHERE TARGET_DT = '' AND {kept}").fetchone()[0]
    )
    assert list(verification.verify()) == []
    assert not Event.objects.exclude(recorded_at=MONDAY).exists(), "written down now, whenever it happened"


def _ours() -> dict[str, bool]:
    """By the source's number: closed by the date that was given."""
    keys = dict(Event.objects.filter(verb="register").values_list("case_id", "data__source_key"))
    clocks = Clock.objects.filter(key="resolve", case__closed_at__isnull=False, case__events__verb="set_due")
    found = {keys[case]: stopped <= due for case, stopped, due in clocks.values_list("case_id", "stopped", "due")}
    late = set(Case.objects.filter(late=True).values_list("pk", flat=True))
    assert {key for key, on_time in found.items() if not on_time} == {keys[pk] for pk in late}
    return found


def _figures() -> dict[tuple[str, str], tuple[int, int]]:
    names = _names()
    rows: dict[tuple[str, str], list[int]] = {}
    for unit, category, closed in Case.objects.values_list("holder_unit__name", "category", "closed_at"):
        counts = rows.setdefault((unit, names[category]), [0, 0])
        counts[0] += 1
        counts[1] += closed is not None
    return {key: (count, done) for key, (count, done) in rows.items()}


def _names() -> dict[str, str]:
    return {one.key: one.name.en for one in loader.load(DATA / "city311").categories}


def test_some_rows_are_loaded_with_their_dates(some: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    check(some, capsys)
    assert jobs.prove() == []
    case = Case.objects.filter(closed_at__isnull=True, clocks__key="resolve", events__verb="set_due").first()
    assert case is not None
    result = CliRunner().invoke(main, ["why", case.number])
    assert "对方系统给定" in result.stdout, result.output


@pytest.mark.skipif(settings.ENGINE == "postgres", reason="the first rows are loaded there")
def test_every_row_is_loaded_or_listed_and_on_time_where_it_was(
    whole: Loaded, capsys: pytest.CaptureFixture[str]
) -> None:
    check(whole, capsys)
    remarks = Counter(remark["code"] for remark in whole.report["warnings"])
    assert remarks["import.shared_point"] >= 1
    assert remarks["import.lost_signs"] > 0
