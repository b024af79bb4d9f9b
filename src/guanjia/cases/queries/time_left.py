"""How much time the cases of a list have left, in the unit that people would say it in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from guanjia.cases.deadlines import timekeeper
from guanjia.cases.models import Case, Clock
from guanjia.cases.models.case import NEVER
from guanjia.playbook.due import Remaining, remaining
from guanjia.playbook.limits import Limit


def time_left(cases: Sequence[Case], at: datetime) -> dict[int, Remaining]:
    """By case id, for those with a due moment. Two queries.

    Due moments are exact; what is left is told by the district's hours, so that a list does not read every unit's.
    """
    due = {case.pk: case for case in cases if case.due_at < NEVER}
    if not due:
        return {}
    clocks = Clock.objects.filter(case_id__in=due, stopped__isnull=True).values_list("case_id", "kind", "limit")
    limits = {case_id: limit for case_id, kind, limit in clocks if kind == due[case_id].due_kind}
    keeper = timekeeper(None)
    return {
        case_id: remaining(at, due[case_id].due_at, Limit.parse(limit).unit, keeper.calendar, keeper.hours, keeper.zone)
        for case_id, limit in limits.items()
    }
