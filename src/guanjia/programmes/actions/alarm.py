"""The alarm: each hole in the one-steward guarantee is told once while it lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from guanjia.kernel import outbox
from guanjia.kernel.models import OutboxMessage
from guanjia.programmes import queries
from guanjia.programmes.actions.writing import BATCH
from guanjia.programmes.models import Gap, Programme
from guanjia.registry.models import Place, Subject
from guanjia.registry.rules import path_ids

#: How many gaps one message lists; it always says how many there are.
LISTED = 50
#: Down to the community: one message for each kind of gap and community, so that ten thousand gaps do not ring ten
#: thousand times.
TOLD_BY = 3


def sound_alarm(*, at: datetime) -> int:
    """Publish `coverage.gap` for every gap that is new, and note which are mended. How many were new. Run by the
    worker."""
    return sum(_sound(programme, at) for programme in queries.programmes())


@transaction.atomic
def _sound(programme: Programme, at: datetime) -> int:
    lasting = programme.stopped_at is None and programme.current_id is not None
    holes = queries.gap_ids(programme.pk, at=at) if lasting else set()
    told = {
        (gap.kind, gap.subject_id, gap.place_id): gap
        for gap in Gap.objects.select_for_update().filter(programme=programme, until__isnull=True)
    }
    mended = [gap.pk for key, gap in told.items() if key not in holes]
    for start in range(0, len(mended), BATCH):
        Gap.objects.filter(pk__in=mended[start : start + BATCH]).update(until=at)
    new = [
        Gap(programme=programme, kind=kind, subject_id=subject_id, place_id=place_id, since=at)
        for kind, subject_id, place_id in sorted(holes - told.keys(), key=str)
    ]
    Gap.objects.bulk_create(new, batch_size=BATCH)
    outbox.publish_many(_messages(programme, new, at))
    return len(new)


def _messages(programme: Programme, gaps: list[Gap], at: datetime) -> Iterable[OutboxMessage]:
    paths = _paths(gaps)
    groups: dict[tuple[str, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        ids = path_ids(paths.get((gap.subject_id, gap.place_id), ""))[:TOLD_BY]
        groups[gap.kind, "".join(f"/{id}" for id in ids) + "/"].append(gap)
    for (kind, path), group in sorted(groups.items()):
        payload = {
            "programme": programme.pk,
            "kind": str(kind),
            "path": path,
            "count": len(group),
            "subjects": [gap.subject_id for gap in group if gap.subject_id][:LISTED],
            "places": [gap.place_id for gap in group if gap.place_id][:LISTED],
        }
        yield outbox.message("coverage.gap", payload, at=at)


def _paths(gaps: list[Gap]) -> dict[tuple[int | None, int | None], str]:
    paths: dict[tuple[int | None, int | None], str] = {}
    subjects = sorted({gap.subject_id for gap in gaps if gap.subject_id})
    for start in range(0, len(subjects), BATCH):
        rows = Subject.objects.filter(pk__in=subjects[start : start + BATCH]).values_list("pk", "place__path")
        paths |= {(pk, None): path or "" for pk, path in rows}
    places = {gap.place_id for gap in gaps if gap.place_id}
    paths |= {(None, pk): path for pk, path in Place.objects.filter(pk__in=places).values_list("pk", "path")}
    return paths
