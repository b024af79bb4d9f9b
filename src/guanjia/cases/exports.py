"""The ledger as offices know it: one workbook, one line a case, streamed so that a million lines need no more memory
than a thousand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from guanjia.cases.models import Case
from guanjia.cases.models.case import NEVER
from guanjia.cases.queries.lists import Filters, filtered
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, STATUS_LABELS, Outcome, Status
from guanjia.playbook.schema import Category
from guanjia.programmes import queries as programmes

#: Excel's own limit is 1,048,576 lines a sheet; the rest goes on to another one.
LINES_PER_SHEET = 1_000_000
#: Excel's own limit of characters in a cell.
CELL = 32_767


def columns() -> list[tuple[str, int]]:
    """Headings and widths, in the order of the usual 台账."""
    return [
        (_("No."), 8),
        (_("Ledger number"), 18),
        (_("Registered"), 17),
        (_("Channel"), 10),
        (_("Street"), 14),
        (_("Community"), 16),
        (_("Address"), 26),
        (_("Category"), 14),
        (_("Title"), 34),
        (_("What it is about"), 60),
        (_("Tier"), 14),
        (_("Unit"), 22),
        (_("Handled by"), 12),
        (_("State"), 10),
        (_("Due"), 17),
        (_("Late"), 6),
        (_("Redone"), 6),
        (_("Resolved"), 17),
        (_("Struck off on"), 17),
        (_("Outcome"), 14),
        (_("Agreed by the asker"), 10),
        (_("Satisfaction"), 8),
    ]


def export_ledger(
    actor: Actor,
    target: Path | BinaryIO,
    filters: Filters,
    *,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write what the actor may see of the ledger, oldest first; how many cases. No names or phones of askers; the
    worker's own export lists a sealed case without saying what it is about."""
    workbook = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    cases = (
        filtered(actor, filters, at=at)
        .select_related("street", "community", "holder_unit", "holder_officer")
        .defer("street__boundary", "community__boundary")
        .order_by("id")
    )
    written, sheet = 0, None
    for case in cases.iterator(chunk_size=2000):
        row = written % LINES_PER_SHEET
        if row == 0:
            sheet = _sheet(workbook.add_worksheet(), head)
        assert sheet is not None
        hidden = actor.kind is ActorKind.SYSTEM and case.sealed_to_id is not None
        sheet.write_row(row + 1, 0, [written + 1, *_line(case, at, hidden=hidden)])
        written += 1
        if progress is not None:
            progress(written)
    if not written:
        _sheet(workbook.add_worksheet(), head)
    workbook.close()
    return written


def _sheet(sheet: Worksheet, head: Any) -> Worksheet:
    for index, (label, width) in enumerate(columns()):
        sheet.set_column(index, index, width)
        sheet.write(0, index, label, head)
    sheet.freeze_panes(1, 2)
    return sheet


def _line(case: Case, at: datetime, *, hidden: bool) -> list[Any]:
    playbook = programmes.playbook_of(case.version_id)
    category = playbook.category(case.category)
    tier = playbook.tier(case.tier).name.zh if case.tier else ""
    late = case.late or (case.open and case.due_at < at)
    return [
        case.number,
        _moment(case.registered_at),
        case.get_channel_display(),
        case.street.name if case.street else "",
        case.community.name if case.community else "",
        *(4 * [""] if hidden else _matter(case, category)),
        tier,
        case.holder_unit.name,
        case.holder_officer.name if case.holder_officer else "",
        _(STATUS_LABELS[Status(case.status)]),
        _moment(case.due_at if case.due_at < NEVER else None),
        _("yes") if late else "",
        case.redone or "",
        _moment(case.resolved_at),
        _moment(case.closed_at),
        _(OUTCOME_LABELS[Outcome(case.outcome)]) if case.outcome else "",
        _("yes") if case.confirmed else "",
        case.satisfaction or "",
    ]


def _matter(case: Case, category: Category | None) -> list[str]:
    """What it is about."""
    return [case.address, category.name.zh if category is not None else case.category, case.title, case.text[:CELL]]


def _moment(value: datetime | None) -> str:
    return localtime(value).strftime("%Y-%m-%d %H:%M") if value is not None else ""
