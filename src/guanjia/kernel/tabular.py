"""Tables as offices send them: CSV in whatever encoding, Excel, a title above the headings, dates in four writings.

Every cell becomes text, trimmed; what it means is for `kernel.importing` to say.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from guanjia.kernel.problems import Problem, define
from guanjia.kernel.text import gettext_noop as _

NOT_A_TABLE = define(
    "table.unreadable",
    422,
    _("%(name)s cannot be read as a table: %(why)s"),
    todo=_("Save it as Excel (.xlsx) or as CSV, and try again."),
)
NO_HEADINGS = define(
    "table.no_headings",
    422,
    _("%(name)s has no row with these headings: %(missing)s."),
    todo=_("Name the columns so, or give a mapping file that says which column is which."),
)
TOO_MANY_ROWS = define(
    "table.too_many_rows",
    422,
    _("%(name)s has more than %(limit)s rows."),
    todo=_("Split it into several files."),
)

MOST_ROWS = 1_000_000
#: Titles and notes may stand above the headings.
_ROWS_ABOVE_HEADINGS = 10
#: A cell of a CSV may be a whole letter.
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """`line` as the reader of the file counts: of the text file where the row begins, or of the sheet.
    `cells` by heading.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`headings` as written; cells are found under `normal_heading(heading)`."""

    name: str
    encoding: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def normal_heading(text: str) -> str:
    """*统一社会信用代码（必填）： → 统一社会信用代码"""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("*:#")
    return re.sub(r"\((必填|选填|必录|required|optional)\)$", "", plain, flags=re.IGNORECASE).strip("*:").lower()


def read_table(path: Path, *, required: Sequence[Sequence[str]] = (), known: Sequence[str] = ()) -> Table:
    """The first sheet of an .xlsx, .xls or .ods, or a CSV. Raises table.*.

    Each entry of `required` lists the headings of which one must be there; `known` are all that the caller can read.
    Of the first rows that have all that is required, the one with most known headings is the row of headings.
    """
    return read_bytes(path.read_bytes(), path.name, required=required, known=known)


def read_bytes(
    content: bytes, name: str, *, required: Sequence[Sequence[str]] = (), known: Sequence[str] = ()
) -> Table:
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        encoding, lines = "workbook", _sheet_lines(content, name)
    else:
        encoding = detect_encoding(content, name)
        lines = _csv_lines(content.decode(encoding), name, known)
    if len(lines) > MOST_ROWS:
        raise Problem(TOO_MANY_ROWS, name=name, limit=MOST_ROWS)
    heading_line, headings = _headings(lines, name, required, known)
    keys = [normal_heading(heading) for heading in headings]
    rows = [
        Row(line, {key: cell for key, cell in zip(keys, cells, strict=False) if key})
        for line, cells in lines
        if line > heading_line and any(cells)
    ]
    return Table(name, encoding, tuple(headings), tuple(rows))


def detect_encoding(content: bytes, name: str) -> str:
    """UTF-8 with or without its mark, UTF-16 with its mark, else GB 18030, which Excel writes in China."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Problem(NOT_A_TABLE, name=name, why=_("its characters are neither UTF-8 nor GB 18030"))


def _headings(
    lines: Sequence[tuple[int, list[str]]], name: str, required: Sequence[Sequence[str]], known: Sequence[str]
) -> tuple[int, list[str]]:
    filled = [(line, cells) for line, cells in lines if any(cells)][:_ROWS_ABOVE_HEADINGS]
    if not filled:
        raise Problem(NOT_A_TABLE, name=name, why=_("it is empty"))
    readable = {normal_heading(heading) for heading in known}
    there = [{normal_heading(cell) for cell in cells} - {""} for _line, cells in filled]
    missing = [
        [choices[0] for choices in required if not {normal_heading(one) for one in choices} & headings]
        for headings in there
    ]
    best = min(range(len(filled)), key=lambda row: (len(missing[row]), -len(there[row] & readable), row))
    if missing[best]:
        raise Problem(NO_HEADINGS, name=name, missing="、".join(missing[best]))
    if readable and not there[best] & readable:
        raise Problem(NO_HEADINGS, name=name, missing="、".join(known[:8]))
    return filled[best]


def _csv_lines(text: str, name: str, known: Sequence[str]) -> list[tuple[int, list[str]]]:
    if "\0" in text:
        raise Problem(NOT_A_TABLE, name=name, why=_("it holds binary data"))
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(_csv_records(text, known))
    except csv.Error as error:
        raise Problem(NOT_A_TABLE, name=name, why=str(error)) from error
    finally:
        csv.field_size_limit(before)


def _csv_records(text: str, known: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known))
    start = 1
    for cells in reader:
        yield start, [_plain(cell) for cell in cells]
        start = reader.line_num + 1


def _delimiter(text: str, known: Sequence[str]) -> str:
    """What parts one of the first lines into most headings that are known; else what stands in most of these lines.

    Counting alone would be led astray: letters in a column hold more commas and tabs than the row of headings.
    """
    first = text.split("\n", _ROWS_ABOVE_HEADINGS)[:_ROWS_ABOVE_HEADINGS]
    readable = {normal_heading(heading) for heading in known}

    def headings(mark: str) -> int:
        return max(len({normal_heading(cell.strip('"')) for cell in line.split(mark)} & readable) for line in first)

    return max(",\t;，", key=lambda mark: (headings(mark), sum(mark in line for line in first), first[0].count(mark)))


def _sheet_lines(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as error:
        raise Problem(NOT_A_TABLE, name=name, why=str(error)) from error
    return [(line, [_cell(value) for value in row]) for line, row in enumerate(cells, start=1)]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return _plain(str(value))


def _plain(text: str) -> str:
    """Trimmed of every kind of space, the ideographic one too."""
    return text.strip().strip("\ufeff\u200b").strip()


_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})(?:[::]|时|点)(?P<minute>\d{1,2})分?(?:[::]?(?P<second>\d{1,2})秒?)?(?:\.\d+)?)?"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
#: Day 0 of Excel's calendar, which believes in 29 February 1900.
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a moment on the wall


def read_moment(text: str) -> datetime | None:
    """The moment that a cell means, without a zone; midnight where only the day is given; None where it is no date.

    2019/2/28 11:25:05, 2019-2-28, 2019.02.28, 2019年2月28日, 20190228, and Excel's day numbers (43524.5, from 1927 to
    2173). A day before its month is not guessed at.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        days = float(plain)
        return _EXCEL_EPOCH + timedelta(seconds=round(days * 86400)) if 10_000 <= days < 100_000 else None
    found = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        return None
    try:
        return datetime(**{part: int(value) for part, value in found.groupdict().items() if value})  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
