"""What the worker calls."""

from __future__ import annotations

from datetime import datetime

from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.programmes import queries as programmes


def make_due_tasks(at: datetime) -> int:
    """The duties of every programme that runs; nothing where all are there. To be run each hour: a run that was killed
    is taken up by the next."""
    return sum(make_tasks(programme.pk, at=at) for programme in programmes.running())
