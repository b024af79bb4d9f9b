"""One mail each working morning for officers who chose it: what is due today and what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _

from guanjia.cases.models import Case
from guanjia.kernel.actor import Role
from guanjia.notices.links import staff_link
from guanjia.notices.models import Notice
from guanjia.notices.texts import spoken
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, ClockKind
from guanjia.registry.models import PostHolding
from guanjia.registry.queries import held_on

#: A mail is read, not scrolled through; the work list has them all.
LISTED = 50


def counts(officer_ids: list[int], at: datetime) -> dict[int, dict[str, int]]:
    """{officer: {"today", "late"}} of those for whom anything is due. Three queries."""
    units = _units(officer_ids, localdate(at))
    tally = {"late": Count("id", filter=Q(due_at__lt=at)), "today": Count("id", filter=Q(due_at__gte=at))}
    due = _due(at)
    own = due.filter(holder_officer_id__in=officer_ids).values_list("holder_officer_id").annotate(**tally)
    shared = due.filter(holder_officer__isnull=True, holder_unit_id__in={id for ids in units.values() for id in ids})
    of_unit = {row[0]: row[1:] for row in shared.values_list("holder_unit_id").annotate(**tally)}
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"late": 0, "today": 0})
    for officer_id, late, today in own:
        _add(found[officer_id], late, today)
    for officer_id, ids in units.items():
        for unit_id in ids & of_unit.keys():
            _add(found[officer_id], *of_unit[unit_id])
    return dict(found)


def _add(sums: dict[str, int], late: int, today: int) -> None:
    sums["late"] += late
    sums["today"] += today


def body(notice: Notice) -> str:
    """The mail in the active language: the cases as they stood when the digest was made. Two queries."""
    at = notice.created_at
    officer_id = notice.officer_id or 0
    units = _units([officer_id], localdate(at)).get(officer_id, set())
    mine = Q(holder_officer_id=officer_id) | Q(holder_officer__isnull=True, holder_unit_id__in=units)
    cases = list(_due(at).filter(mine).order_by("due_at", "id")[: LISTED + 1])
    lines = [_line(case, at) for case in cases[:LISTED]]
    more = [_("… and more; see the work list.")] if len(cases) > LISTED else []
    return "\n".join([notice.text, "", *lines, *more, "", staff_link(None)])


def _line(case: Case, at: datetime) -> str:
    mark = _("Late") if case.due_at < at else _("Today")
    kind = _(CLOCK_LABELS[ClockKind(case.due_kind)]) if case.due_kind else ""
    return f"{mark}  {spoken('due', case.due_at.isoformat())}  {kind}  {case.number}  {case.title}"


def _due(at: datetime) -> QuerySet[Case]:
    """Open cases that somebody must act on by the end of the local day; a sealed case is never open."""
    tomorrow = datetime.combine(localdate(at) + timedelta(days=1), time(), get_default_timezone())
    return Case.objects.filter(closed_at__isnull=True, due_at__lt=tomorrow)


def _units(officer_ids: list[int], day: date) -> Mapping[int, set[int]]:
    """For which units these officers act on whatever nobody is named for."""
    rows = PostHolding.objects.filter(held_on(day), officer_id__in=officer_ids, post__role=Role.HANDLER)
    found: dict[int, set[int]] = defaultdict(set)
    for officer_id, unit_id in rows.values_list("officer_id", "post__unit_id"):
        found[officer_id].add(unit_id)
    return found
