"""Cases by the programme that they were opened in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from guanjia.cases.models import Case
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes


@dataclass(frozen=True, slots=True)
class Under:
    open: int = 0
    closed: int = 0


def cases_under(programme_ids: Collection[int]) -> dict[int, Under]:
    """How many of each are open, and how many closed; a programme without cases is left out. Counts only: for the whole
    staff. One query, none for no programme."""
    if not programme_ids:
        return {}
    found = Case.objects.filter(version__programme__in=programme_ids).order_by().values_list("version__programme")
    counted = found.annotate(still=Count("pk", filter=Q(closed_at__isnull=True)), of_all=Count("pk"))
    return {id: Under(still, of_all - still) for id, still, of_all in counted}


def playbooks_at_work() -> list[Playbook]:
    """Of the programmes that run, and of those that were stopped and have an open case: that is worked to its end. No
    query while none is stopped, else one."""
    known = [one for one in programmes.programmes() if one.current_id is not None]
    stopped = [one.pk for one in known if one.stopped_at is not None]
    open_ = Case.objects.filter(closed_at__isnull=True, version__programme__in=stopped).order_by()
    lasting = set(open_.values_list("version__programme", flat=True).distinct()) if stopped else set()
    return [programmes.playbook_of(one.current_id or 0) for one in known if one.stopped_at is None or one.pk in lasting]
