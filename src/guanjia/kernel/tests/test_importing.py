from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook
from rich.console import Console

from guanjia.kernel import importing
from guanjia.kernel.actor import PUBLIC, SYSTEM, ActorKind
from guanjia.kernel.importing import Batch, ColumnMapping, Field, Kind
from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import INVALID, Problem

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def load(batch: Batch) -> None:
    """Writes each row's topic; refuses the word 坏, and wonders at the word 怪."""
    for done, record in enumerate(batch.good(), start=1):
        if record["topic"] == "坏":
            batch.refuse(record, "topic", Problem(INVALID, field="topic", field_label="Topic", why="no"))
            continue
        if record["topic"] == "怪":
            batch.warn(record, "topic", Problem(INVALID, field="topic", field_label="Topic", why="hm"))
        OutboxMessage.objects.create(topic=record["topic"], payload=str(record["day"]), created_at=AT)
        batch.report.count("message")
        batch.progress(done, len(batch.records))


KIND = Kind(
    "messages",
    "import messages",
    (
        Field("topic", "Topic", ("主题", "标题"), required=True, limit=10),
        Field("day", "Day", ("日期",), importing.day),
        Field("who", "Who", ("姓名",), personal=True, limit=4),
        Field("urgent", "Urgent", ("加急",), importing.flag, values={"特急": "true"}),
    ),
    lambda actor: actor.kind is ActorKind.SYSTEM,
    load,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.csv"
    path.write_text(
        "标题,日期,姓名,加急,备注\n好,2026/1/2,,特急,\n坏,,,,\n怪,,,,\n,,郑测试某某某,,\n好,31.12.2026,,也许,\n",
        encoding="gb18030",
    )
    return path


def run(file: Path, **options: object) -> importing.Report:
    return importing.run(KIND, file, SYSTEM, at=AT, **options)  # type: ignore[arg-type]


def test_every_refused_cell_is_reported_and_nothing_is_stored(file: Path) -> None:
    report = run(file)
    assert [(one.line, one.column, one.problem.code) for one in report.refused] == [
        (5, "标题", "field.missing"),
        (5, "姓名", "field.too_long"),
        (6, "日期", "field.invalid"),
        (6, "加急", "field.invalid"),
        (3, "标题", "field.invalid"),
    ]
    assert (report.stored, report.rows, report.refused_lines) == (False, 5, {3, 5, 6})
    assert report.unread == ["备注"]
    assert not OutboxMessage.objects.exists() and not AuditEntry.objects.exists()


def test_the_good_rows_alone_are_stored_on_request_and_audited(file: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = run(file, skip_bad=True, progress=lambda done, total: seen.append((done, total)))
    assert (report.stored, report.loaded, len(report.warnings)) == (True, {"message": 2}, 1)
    assert OutboxMessage.objects.get(topic="好").payload == "2026-01-02"
    assert AuditEntry.objects.get().data == {"rows": 5, "loaded": {"message": 2}}
    assert seen[-1] == (3, 3)


def test_a_trial_stores_nothing_even_of_good_rows(file: Path) -> None:
    report = run(file, skip_bad=True, dry_run=True)
    assert (report.stored, report.loaded) == (False, {"message": 2})
    assert not OutboxMessage.objects.exists()


def test_a_failure_of_the_program_stores_nothing(file: Path) -> None:
    def fail(batch: Batch) -> None:
        load(batch)
        raise ZeroDivisionError

    broken = Kind(KIND.name, KIND.label, KIND.fields, KIND.may, fail)
    with pytest.raises(ZeroDivisionError):
        importing.run(broken, file, SYSTEM, at=AT, skip_bad=True)
    assert not OutboxMessage.objects.exists()


def test_only_who_may_imports(file: Path) -> None:
    with pytest.raises(Problem) as refused:
        importing.run(KIND, file, PUBLIC, at=AT)
    assert refused.value.code == "not_allowed"


def test_a_mapping_gives_headings_constants_writings_formats_and_what_is_required(file: Path) -> None:
    mapping = ColumnMapping(
        columns={"topic": ("备注",)},
        constants={"topic": "无题"},
        values={"urgent": {"也许": "false"}},
        dates={"day": "%d.%m.%Y"},
        required=frozenset({"day"}),
    )
    report = run(file, mapping=mapping, skip_bad=True)
    assert [(one.line, one.problem.code) for one in report.refused] == [
        (2, "field.invalid"),
        (3, "field.missing"),
        (4, "field.missing"),
        (5, "field.missing"),
        (5, "field.too_long"),
    ]
    assert OutboxMessage.objects.get(topic="无题").payload == str(date(2026, 12, 31))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_says_the_same_on_every_medium_and_masks_people(file: Path, tmp_path: Path, language: str) -> None:
    with translation.override(language):
        report = run(file)
        data = report.as_data()
        console = Console(width=200, file=io.StringIO())
        console.print(report.drawn())
        drawn = console.file.getvalue()  # type: ignore[attr-defined]
        report.write_xlsx(tmp_path / "r.xlsx")
    sheet = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == sorted(one["line"] for one in data["refused"] + data["warnings"])
    for one in data["refused"]:
        assert one["message"] in drawn
        assert any(one["message"] in row for row in sheet)
    everything = json.dumps(data, ensure_ascii=False) + drawn + str(sheet)
    assert "郑测试" not in everything and "郑*****" in everything
    assert ("没有写入" in everything) == (language == "zh-hans")
