"""Reads a form: an XLSForm, as a workbook (.xlsx) or as the same rows in TOML.

In TOML a row is a table of the columns of XLSForm, and a column for people may be written in both languages at once:

    [[survey]]
    type = "select_one yesno"
    name = "smoke_alarm"
    label = { zh = "有无烟感报警器", en = "Is there a smoke alarm" }

`Form.workbook` is what pyxform takes. Whether the rows make sense is for `checks.forms`; whether every function in an
expression is known, for pyxform itself.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.faults import Fault, PlaybookError, meant, syntax_fault
from guanjia.playbook.locator import Locator

SHEETS = ("survey", "choices", "settings")
#: How XLSForm names the languages that the screens speak.
LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
MOST_ROWS = 5_000
#: What a form may choose from that the registry knows (`select_one_from_file communities.csv`), and the columns by
#: which each list may be filtered: the places above (`choice_filter = "street = ${street}"`).
REGISTRY_LISTS: Mapping[str, tuple[str, ...]] = {
    "streets": (),
    "communities": ("street",),
    "grids": ("street", "community"),
    "courtyards": ("street", "community", "grid"),
    "units": (),
}
FROM_FILE = ("select_one_from_file", "select_multiple_from_file")


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: of the TOML file, or of the sheet. `cells`: by column, as XLSForm writes it; empty ones are left out."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def type(self) -> str:
        """The first word of the type; `begin group` is `begin_group`."""
        words = self.get("type").split()
        return "_".join(words[:2]) if words[:1] in (["begin"], ["end"]) else "".join(words[:1])

    @property
    def list_name(self) -> str:
        """The list that a select takes its choices from; "" where it takes none."""
        words = self.get("type").split()
        return words[1] if len(words) > 1 and words[0] in ("select_one", "select_multiple", "rank") else ""

    @property
    def file_list(self) -> str:
        """The list that a select takes from a file: `communities` of communities.csv; "" where it takes none."""
        words = self.get("type").split()
        return words[1].removesuffix(".csv") if len(words) > 1 and words[0] in FROM_FILE else ""

    @property
    def required(self) -> bool:
        """Whether it must be answered, always or under a condition."""
        return self.get("required").strip().lower() not in ("", "no", "false", "false()")

    def said(self, column: str) -> dict[str, str]:
        """What a column for people says, by language: `label`, `hint`, `constraint_message`."""
        found = {}
        for heading, text in self.cells.items():
            name, _colons, language = heading.partition("::")
            if name.strip() == column:
                found[_language(language)] = text
        return found


@dataclass(frozen=True, slots=True)
class Form:
    file: str
    survey: tuple[Row, ...]
    choices: tuple[Row, ...] = ()
    settings: tuple[Row, ...] = ()

    def item(self, name: str) -> Row | None:
        return next((row for row in self.survey if row.get("name") == name), None)

    def workbook(self) -> dict[str, list[dict[str, str]]]:
        """The rows by sheet, as pyxform takes them."""
        return {sheet: [dict(row.cells) for row in getattr(self, sheet)] for sheet in SHEETS}


def of_workbook(file: str, workbook: Mapping[str, list[dict[str, str]]]) -> Form:
    """The form whose `workbook` was kept; its lines are the numbers of its rows."""
    sheets = {sheet: tuple(Row(line, cells) for line, cells in enumerate(rows, 1)) for sheet, rows in workbook.items()}
    return Form(file, **sheets)


def read(file: str, content: bytes) -> Form:
    """`file` stands for it in what is said of it. Raises PlaybookError with every fault of the reading."""
    if content[:4] == b"PK\x03\x04":
        return _of_excel(file, content)
    try:
        return _of_toml(file, content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _refused(file, 1, _("This is neither Excel nor UTF-8."), _("Save it as .xlsx, or as UTF-8.")) from None


def _language(name: str) -> str:
    """zh for `中文 (zh)`, `zh`, `Chinese (zh)`; "" where the column names no language."""
    code = re.search(r"\(([a-z]{2})[^)]*\)\s*$", name.lower()) or re.match(r"\s*([a-z]{2})(?:-\w+)?\s*$", name.lower())
    return code[1] if code else name.strip()


def _refused(file: str, line: int, message: str, hint: str = "", **params: object) -> PlaybookError:
    return PlaybookError([Fault(file, line, "", message, hint, params)])


def _of_toml(file: str, text: str) -> Form:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError([syntax_fault(text, file, str(error))]) from None
    locator, faults = Locator(text), list[Fault]()
    for key in data:
        if key not in SHEETS:
            hint, known = meant(key, SHEETS)
            message = _("There is no sheet “%(key)s” in a form.")
            faults.append(Fault(file, locator.line((key,)), key, message, hint, {"key": key, **known}))
    sheets = {sheet: tuple(_toml_rows(file, sheet, data.get(sheet, ()), locator, faults)) for sheet in SHEETS}
    if faults:
        raise PlaybookError(faults)
    return _whole(Form(file, **sheets))


def _toml_rows(file: str, sheet: str, rows: Any, locator: Locator, faults: list[Fault]) -> Iterator[Row]:
    listed = rows if isinstance(rows, list | tuple) else [rows]
    for position, row in enumerate(listed):
        path: tuple[str | int, ...] = (sheet, position) if listed is rows else (sheet,)
        if isinstance(row, dict):
            yield Row(locator.line(path), dict(_cells(row)))
        else:
            hint = _('Write [[%(sheet)s]], and below it a line for each column, such as type = "text".')
            faults.append(
                Fault(file, locator.line(path), sheet, _("This is not a row of a form."), hint, {"sheet": sheet})
            )


def _cells(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        if isinstance(value, dict):
            yield from (
                (f"{column}::{LANGUAGES.get(language, language)}", str(text)) for language, text in value.items()
            )
        elif isinstance(value, bool):
            yield column, "yes" if value else "no"
        else:
            yield column, str(value)


def _of_excel(file: str, content: bytes) -> Form:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {
            sheet: tuple(_sheet_rows(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)))
            for sheet in SHEETS
            if sheet in book.sheet_names
        }
    except (CalamineError, OSError) as error:
        raise _refused(file, 1, _("This cannot be read as Excel: %(why)s"), why=str(error)) from None
    return _whole(Form(file, **{"survey": (), **sheets}))


def _sheet_rows(lines: list[list[Any]]) -> Iterator[Row]:
    headings = [str(cell).strip() for cell in lines[0]] if lines else []
    for number, line in enumerate(lines[1:], start=2):
        filled = zip(headings, map(_cell, line), strict=False)
        cells = {heading: text for heading, text in filled if heading and text}
        if cells:
            yield Row(number, cells)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _whole(form: Form) -> Form:
    if not form.survey:
        hint = _('Begin with [[survey]], type = "text", name, label; in Excel, with a sheet named survey.')
        raise _refused(form.file, 1, _("The form asks nothing."), hint)
    if len(form.survey) + len(form.choices) > MOST_ROWS:
        raise _refused(form.file, 1, _("The form has more than %(most)s rows."), _("Split it."), most=MOST_ROWS)
    return form
