from __future__ import annotations

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.problems import Problem
from guanjia.kernel.tabular import normal_heading, read_bytes, read_moment

TEXT = "名称,电话\n迎春面馆, 12345 \n"


def at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_write(encoding: str) -> None:
    table = read_bytes(TEXT.encode(encoding), "表.csv")
    assert table.headings == ("名称", "电话")
    assert [(row.line, row.cells) for row in table.rows] == [(2, {"名称": "迎春面馆", "电话": "12345"})]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_lines_are_those_of_the_file_also_after_a_cell_of_several_lines(delimiter: str) -> None:
    lines = [["标题"], ["名称", "内容"], ["甲", '"一\n二\n三"'], ["", ""], ["\u3000乙\u3000", "长" * 200_000]]
    text = "\r\n".join(delimiter.join(cells) for cells in lines)
    table = read_bytes(text.encode(), "x.csv", required=[("名称",)])
    assert [(row.line, row.cells["名称"]) for row in table.rows] == [(3, "甲"), (7, "乙")]
    assert table.rows[0].cells["内容"] == "一\n二\n三"
    assert len(table.rows[1].cells["内容"]) == 200_000


def test_a_sheet_gives_the_text_that_its_cells_show() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row("B3", ["编号", "日期", "数", "是否", "空"])
    sheet.write_row("B5", [13900000001, 0, 2.5, True, ""])
    sheet.write_datetime("C5", at(2026, 11, 21), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    table = read_bytes(buffer.getvalue(), "x.xlsx", known=["编号", "日期"])
    (row,) = table.rows
    assert row.line == 5
    assert row.cells == {"编号": "13900000001", "日期": "2026-11-21", "数": "2.5", "是否": "true", "空": ""}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.unreadable"),
        (b"\n\n,,\n", "table.unreadable"),
        (b"PK\x03\x04 no workbook", "table.unreadable"),
        (b"\xd0\xcf\x11\xe0 no workbook", "table.unreadable"),
        (b"a\x00b", "table.unreadable"),
        (b"\xff\xff\xff\x80", "table.unreadable"),
        ("姓名,电话\n甲,1\n".encode(), "table.no_headings"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        read_bytes(content, "x", required=[("名称", "单位名称")])
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("*统一社会信用代码（必填）：", "统一社会信用代码"),
        (" 联系\n电话 ", "联系电话"),
        ("Name*", "name"),
        ("人数(人)", "人数(人)"),
    ],
)
def test_headings_are_compared_without_their_decoration(written: str, normal: str) -> None:
    assert normal_heading(written) == normal


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2019/2/28 11:25:05", at(2019, 2, 28, 11, 25, 5)),
        ("2019-2-28", at(2019, 2, 28)),
        ("2019.02.28", at(2019, 2, 28)),
        ("2019年2月28日", at(2019, 2, 28)),
        ("2019年2月28日 11时25分", at(2019, 2, 28, 11, 25)),
        ("2019-02-28T11:25:05.123", at(2019, 2, 28, 11, 25, 5)),
        ("２０１９／２／２８ ９：０５", at(2019, 2, 28, 9, 5)),
        ("20190228", at(2019, 2, 28)),
        ("43524", at(2019, 2, 28)),
        ("43524.5", at(2019, 2, 28, 12)),
        (" \t2019-2-28 ", at(2019, 2, 28)),
        ("2019-2-30", None),
        ("28/2/2019", None),
        ("2019", None),
        ("2019-2-28 25:00", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_it_was_meant_or_not_at_all(written: str, moment: datetime | None) -> None:
    assert read_moment(written) == moment


@given(st.dates(date(1930, 1, 1), date(2170, 1, 1)))
def test_every_writing_of_a_day_is_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str(serial),
    )
    assert {read_moment(form) for form in forms} == {at(day.year, day.month, day.day)}


@given(st.text(max_size=30))
def test_no_text_crashes_the_reading_of_dates(text: str) -> None:
    found = read_moment(text)
    assert found is None or found.year >= 1


def test_a_file_without_known_headings_is_told_what_was_looked_for() -> None:
    with pytest.raises(Problem) as refused:
        read_bytes("甲,乙\n1,2\n".encode(), "x.csv", known=["名称", "电话"])
    assert refused.value.params["missing"] == "名称、电话"
