"""What field work of a programme is begun and not ended."""

from __future__ import annotations

from dataclasses import dataclass

from guanjia.fieldwork.models import Outcome, Sweep, Task, Visit


@dataclass(frozen=True, slots=True)
class Lasting:
    tasks: int
    planned: int
    sweeps: int


def lasting(programme_id: int) -> Lasting:
    """Open tasks, planned visits and sweeps that go on. Counts only: for the whole staff. Three queries."""
    return Lasting(
        tasks=Task.objects.filter(programme_id=programme_id, closed_at__isnull=True).count(),
        planned=Visit.objects.filter(programme_id=programme_id, outcome=Outcome.PLANNED).count(),
        sweeps=Sweep.objects.filter(programme_id=programme_id, finished_at__isnull=True).count(),
    )
