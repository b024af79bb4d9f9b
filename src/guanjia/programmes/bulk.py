"""Loading a district that is being founded: many rows, nobody acts yet, so no audit entry or message for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from guanjia.programmes.models import Assignment, AssignmentReason, AssignmentRole


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One of `subject_id` and `place_id`; an open one unless `until` is given."""

    programme_id: int
    role: AssignmentRole
    officer_id: int
    since: datetime
    subject_id: int | None = None
    place_id: int | None = None
    until: datetime | None = None
    reason: AssignmentReason = AssignmentReason.IMPORTED


def load_assignments(rows: Iterable[AssignmentRow]) -> int:
    """How many were written. The database refuses two stewards for one target; steward ≠ stand-in is the caller's
    duty."""
    made = Assignment.objects.bulk_create(
        [
            Assignment(
                programme_id=row.programme_id,
                subject_id=row.subject_id,
                place_id=row.place_id,
                role=row.role,
                officer_id=row.officer_id,
                since=row.since,
                until=row.until,
                reason=row.reason,
            )
            for row in rows
        ],
        batch_size=2000,
    )
    return len(made)
