"""Loading a table that somebody else made: which column is which, what was wrong in which row, and nothing
half-loaded.

A room describes what it can load as a `Kind`: its fields, with the headings that they usually have, and a function
that writes the rows. `run` reads the file, cleans every cell, lets the kind write within one transaction, and answers
with a `Report`. Where any row was refused nothing is loaded, unless `skip_bad` asks for the good ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.codes import normal_credit_code, normal_phone
from guanjia.kernel.import_report import Remark, Report, shown
from guanjia.kernel.problems import INVALID, MISSING, NOT_ALLOWED, Problem, define
from guanjia.kernel.tabular import Row, Table, normal_heading, read_moment, read_table
from guanjia.kernel.text import gettext_noop as _

BAD_MAPPING = define(
    "import.bad_mapping",
    422,
    _("The mapping file %(name)s cannot be used: %(why)s"),
    todo=_("Correct it; docs/reference/imports.md lists what it may say."),
    mender="administrator",
)

Progress = Callable[[int, int], None]
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row may say.

    `headings` are what its column is usually called. `read` makes a value of a cell's text, or raises ValueError with
    a message id. `values` maps writings of a cell to others, before it is read. A `personal` value is masked in the
    report.
    """

    name: str
    label: str
    headings: tuple[str, ...]
    read: Reader | None = None
    required: bool = False
    personal: bool = False
    limit: int = 200
    one_line: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A clean row: a value for every field of the kind; where the cell is empty, "" for a text and None for
    the others.
    """

    line: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(slots=True)
class Batch:
    """What a kind's `load` works with. It refuses a row by `refuse`, never by raising, so that one report
    names them all.
    """

    actor: Actor
    at: datetime
    records: list[Record]
    report: Report
    fields: Mapping[str, Field]
    progress: Progress

    def refuse(self, record: Record, name: str, problem: Problem) -> None:
        self.report.refused.append(self._remark(record, name, problem))

    def warn(self, record: Record, name: str, problem: Problem) -> None:
        self.report.warnings.append(self._remark(record, name, problem))

    def good(self) -> list[Record]:
        """The records not refused so far."""
        bad = self.report.refused_lines
        return [record for record in self.records if record.line not in bad]

    def _remark(self, record: Record, name: str, problem: Problem) -> Remark:
        value = record.values.get(name)
        return _remark(record.line, self.fields[name], "" if value is None else str(value), problem)


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be imported. `load` writes the good records of a batch and counts them in its report."""

    name: str
    label: str
    fields: tuple[Field, ...]
    may: Callable[[Actor], bool]
    load: Callable[[Batch], None]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a mapping file says: other headings, constants for fields without a column, writings of values, formats of
    dates, and fields that this file must fill."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


class _Undone(Exception):
    """Leaves the transaction without a trace."""


def run(
    kind: Kind,
    path: Path,
    actor: Actor,
    *,
    at: datetime,
    mapping: ColumnMapping | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Load one file. Raises not_allowed and table.*; what is wrong with single rows is in the report.

    `progress(done, total)` is called with numbers of rows.
    """
    if not kind.may(actor):
        raise Problem(NOT_ALLOWED, verb=kind.label)
    mapping = mapping or ColumnMapping()
    fields = [_fitted(one, mapping) for one in kind.fields]
    needed = [one.headings for one in fields if one.required and one.name not in mapping.constants]
    known = [heading for one in fields for heading in one.headings]
    table = read_table(path, required=needed, known=known)
    fields = [_as_written(one, table) for one in fields]
    report = Report(kind.name, table.name, dry_run, rows=len(table.rows), unread=_unread(table, fields))
    records = _clean(table, fields, mapping.constants, report)
    batch = Batch(actor, at, records, report, {one.name: one for one in fields}, progress)
    try:
        with transaction.atomic():
            kind.load(batch)
            if dry_run or (report.refused and not skip_bad):
                raise _Undone
            audit.record(actor, f"import.{kind.name}", None, at=at, rows=report.rows, loaded=report.loaded)
            report.stored = True
    except _Undone:
        pass
    return report


def load_mapping(path: Path, kind: Kind) -> ColumnMapping:
    """A TOML file with any of the tables columns, constants, values, dates and the list required. Raises
    import.bad_mapping.

    [columns]                       a field of the kind = the heading, or several that it may have
    name = ["企业名称", "单位名称"]
    [constants]                     a field that has no column
    edition = "2019"
    [values.is_key]                 writings of a cell
    "★" = "true"
    [dates]                         where the formats that are read anyway do not fit
    since = "%d.%m.%Y"
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem(BAD_MAPPING, name=path.name, why=str(error)) from error
    names = {one.name for one in kind.fields}
    required = data.pop("required", [])
    tables = {key: data.pop(key, {}) for key in ("columns", "constants", "values", "dates")}
    used = {name for table in tables.values() if isinstance(table, dict) for name in table} | set(required)
    if wrong := sorted(data) + sorted(used - names):
        known = ", ".join(sorted(names))
        raise Problem(BAD_MAPPING, name=path.name, why=f"{', '.join(wrong)}? ({known})")
    try:
        return ColumnMapping(
            {name: _headings(value) for name, value in tables["columns"].items()},
            {name: str(value) for name, value in tables["constants"].items()},
            {name: {str(k): str(v) for k, v in table.items()} for name, table in tables["values"].items()},
            {name: str(value) for name, value in tables["dates"].items()},
            frozenset(required),
        )
    except (AttributeError, TypeError) as error:
        raise Problem(BAD_MAPPING, name=path.name, why=str(error)) from error


def _headings(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)  # type: ignore[attr-defined]


def _fitted(one: Field, mapping: ColumnMapping) -> Field:
    read = one.read
    if (form := mapping.dates.get(one.name)) is not None:
        read = _by_format(form, day_only=one.read is day)
    return replace(
        one,
        headings=mapping.columns.get(one.name, one.headings),
        required=one.required or one.name in mapping.required,
        values={**one.values, **mapping.values.get(one.name, {})},
        read=read,
    )


def _as_written(one: Field, table: Table) -> Field:
    """The heading that this file uses comes first: the report names it."""
    choices = [normal_heading(heading) for heading in one.headings]
    written = [heading for heading in table.headings if normal_heading(heading) in choices]
    return replace(one, headings=(*written, *one.headings)) if written else one


def _unread(table: Table, fields: list[Field]) -> list[str]:
    read = {normal_heading(heading) for one in fields for heading in one.headings}
    return [heading for heading in table.headings if heading and normal_heading(heading) not in read]


def _clean(table: Table, fields: list[Field], constants: Mapping[str, str], report: Report) -> list[Record]:
    keys = [(one, [normal_heading(heading) for heading in one.headings]) for one in fields]
    records = []
    for row in table.rows:
        values = {}
        whole = True
        for one, choices in keys:
            text = _cell(row, choices) or constants.get(one.name, "")
            try:
                values[one.name] = _value(one, text)
            except Problem as problem:
                report.refused.append(_remark(row.line, one, text, problem))
                whole = False
        if whole:
            records.append(Record(row.line, values))
    return records


def _cell(row: Row, choices: list[str]) -> str:
    return next((row.cells[key] for key in choices if row.cells.get(key)), "")


def _value(one: Field, text: str) -> Any:
    text = one.values.get(text, text)
    if one.read is None or not text:
        if one.required and not text:
            raise Problem(MISSING, field=one.name, field_label=one.label)
        cleaned = clean_text(
            text, field=one.name, label=one.label, limit=one.limit, required=False, one_line=one.one_line
        )
        return cleaned if one.read is None else None
    try:
        return one.read(text)
    except ValueError as error:
        raise Problem(INVALID, field=one.name, field_label=one.label, why=str(error)) from error


def _remark(line: int, one: Field, text: str, problem: Problem) -> Remark:
    column = one.headings[0] if one.headings else one.name
    return Remark(line, column, shown(text, personal=one.personal), problem)


# What a cell may be read as


def whole_number(text: str) -> int:
    try:
        return int(text.replace(",", "").replace("，", ""))
    except ValueError as error:
        raise ValueError(_("this is not a whole number")) from error


def natural_number(text: str) -> int:
    number = whole_number(text)
    if not 0 <= number <= 2_000_000_000:
        raise ValueError(_("this is not a number of things"))
    return number


def degrees(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(_("this is not a number")) from error
    if not -180 <= number <= 180:
        raise ValueError(_("this is not a longitude or latitude in degrees"))
    return number


_YES = {"是", "有", "true", "yes", "y", "1", "√", "✓", "★"}
_NO = {"否", "无", "false", "no", "n", "0", "×", "-"}


def flag(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(_("write yes or no"))


def moment(text: str) -> datetime:
    """On the wall, without a zone: the kind knows which."""
    found = read_moment(text)
    if found is None:
        raise ValueError(_("this is not a date; write it as 2026-11-21 or 2026-11-21 14:30"))
    return found


def day(text: str) -> date:
    return moment(text).date()


def phone(text: str) -> str:
    number = normal_phone(text)
    if number is None:
        raise ValueError(_("this is not a phone number"))
    return number


def credit_code(text: str) -> str:
    code = normal_credit_code(text)
    if code is None:
        raise ValueError(_("its check digit does not fit"))
    return code


def one_of(*choices: str) -> Reader:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(", ".join(choices))
        return text

    return read


def _by_format(form: str, *, day_only: bool) -> Reader:
    def read(text: str) -> date | datetime:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007  on the wall
        except ValueError as error:
            raise ValueError(form) from error
        return found.date() if day_only else found

    return read
