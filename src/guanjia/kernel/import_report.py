"""What an import did, row by row: for the screen, for a program, and as a sheet to correct the file by."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from rich.table import Table as Drawn

from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken

#: The report shows this much of a cell: enough to find it.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one row. `value` is what the cell said, masked where it is personal."""

    line: int
    column: str
    value: str
    problem: Problem


@dataclass(slots=True)
class Report:
    kind: str
    file: str
    dry_run: bool
    rows: int = 0
    #: How many of each thing was written, or would have been: {"business": 120}.
    loaded: dict[str, int] = field(default_factory=dict)
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    #: Headings of the file that no field reads.
    unread: list[str] = field(default_factory=list)
    #: Whether `loaded` is in the database now.
    stored: bool = False

    def count(self, what: str, number: int = 1) -> None:
        self.loaded[what] = self.loaded.get(what, 0) + number

    @property
    def refused_lines(self) -> set[int]:
        return {remark.line for remark in self.refused}

    def as_data(self) -> dict[str, Any]:
        """JSON, in the reader's language."""
        return {
            "kind": self.kind,
            "file": self.file,
            "dry_run": self.dry_run,
            "stored": self.stored,
            "rows": self.rows,
            "loaded": self.loaded,
            "refused_rows": len(self.refused_lines),
            "refused": [_spoken(remark) for remark in self.refused],
            "warnings": [_spoken(remark) for remark in self.warnings],
            "unread": self.unread,
        }

    def summary(self) -> str:
        """One sentence."""
        params = {"rows": self.rows, "refused": len(self.refused_lines), "warned": len(self.warnings)}
        if self.stored:
            return _("%(rows)s rows read, %(refused)s refused, %(warned)s remarks; the others are loaded.") % params
        if self.dry_run:
            return (
                _("%(rows)s rows read, %(refused)s refused, %(warned)s remarks; a trial: nothing is loaded.") % params
            )
        return _("%(rows)s rows read, %(refused)s refused, %(warned)s remarks; nothing is loaded.") % params

    def drawn(self, *, most: int = 50) -> Drawn:
        """For the terminal: the refusals, then the remarks, `most` of them."""
        drawn = Drawn(title=self.file, caption=self.summary())
        for heading in (_("Line"), _("Column"), _("Value"), _("What is wrong"), _("What to do")):
            drawn.add_column(heading, overflow="fold")
        for one in [_spoken(remark) for remark in (self.refused + self.warnings)[:most]]:
            drawn.add_row(str(one["line"]), one["column"], one["value"], one["message"], one["todo"])
        return drawn

    def write_xlsx(self, path: Path) -> None:
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet(_("Report"))
        bold = book.add_format({"bold": True})
        headings = (_("Line"), _("Column"), _("Value"), _("Refused"), _("Code"), _("What is wrong"), _("What to do"))
        sheet.write_row(0, 0, headings, bold)
        sheet.freeze_panes(1, 0)
        marked = [(remark, True) for remark in self.refused] + [(remark, False) for remark in self.warnings]
        for row, (remark, refused) in enumerate(sorted(marked, key=lambda one: one[0].line), start=1):
            one = _spoken(remark)
            sheet.write_number(row, 0, one["line"])
            verdict = _("yes") if refused else _("no")
            for column, text in enumerate(
                (one["column"], one["value"], verdict, one["code"], one["message"], one["todo"]), start=1
            ):
                sheet.write_string(row, column, text)
        book.close()


def shown(value: str, *, personal: bool) -> str:
    """What a report may repeat of a cell."""
    if personal:
        return value[:1] + "*" * min(len(value) - 1, 8) if value else ""
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


def _spoken(remark: Remark) -> dict[str, Any]:
    said = spoken(remark.problem)
    return {
        "line": remark.line,
        "column": remark.column,
        "value": remark.value,
        "code": said["code"],
        "message": said["message"],
        "todo": said["todo"],
    }
