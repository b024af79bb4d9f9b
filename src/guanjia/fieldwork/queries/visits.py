"""Visits: of a subject, of a programme, and one's round of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Answer, Outcome, Task, Visit
from guanjia.fieldwork.queries.tasks import in_care
from guanjia.fieldwork.rules.rounds import Stop, in_order
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.registry.models import Subject

#: What one may walk in a day; what is owed beyond it waits for the next.
MOST_STOPS = 40
#: How far ahead owed visits come onto the round.
AHEAD = timedelta(days=7)


def visits(actor: Actor, *, programme_id: int | None = None, cursor: str | None = None, size: int = 50) -> Page[Visit]:
    """Those recorded of subjects whose cards the actor's posts open, the latest first. One query. Raises
    page.bad_cursor."""
    found = Visit.objects.filter(policy.subjects_in_reach(actor)).exclude(outcome=Outcome.PLANNED)
    if programme_id is not None:
        found = found.filter(programme_id=programme_id)
    return page(_shown(found), ["-on", "-id"], size=size, cursor=cursor)


def keys_under(name: str) -> list[str]:
    """The whole keys of visits that were sent under a name: a name and a digest of what was sent, with a colon. One
    query."""
    found = Visit.objects.filter(key__startswith=f"{name}:").values_list("key", flat=True)
    return [key for key in found if key is not None]


def visits_of(actor: Actor, subject_id: int, *, size: int = 5) -> list[Visit]:
    """The last few of one subject, planned ones too, with the cases they raised and the forms filled in, as
    far as the actor may read them. Four queries."""
    found = Visit.objects.filter(policy.subjects_in_reach(actor), subject_id=subject_id)
    read = Answer.objects.filter(policy.answers_in_reach(actor)).select_related("form__programme").order_by("id")
    filled = Prefetch("answers", read.only("visit_id", "form__form_key", "form__programme"))
    return list(_shown(found).prefetch_related("raised__case", filled).order_by("-on", "-id")[:size])


def _shown(found: QuerySet[Visit]) -> QuerySet[Visit]:
    shown = found.select_related("programme", "subject__place", "officer")
    return shown.defer("subject__place__boundary", "officer__mobile")


@dataclass(frozen=True, slots=True)
class RoundStop:
    """`why`: planned, late (owed before today) or owed. `due`: the day planned, or by which it is owed. `number`: in
    the order of walking, from 1."""

    number: int
    subject: Subject
    programme_id: int
    why: str
    due: date
    theme: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Round:
    """`owed`: how many visits are owed within the week, also those beyond what one walks in a day."""

    stops: Sequence[RoundStop]
    owed: int


def my_round(actor: Actor, *, on: date) -> Round:
    """What is planned for the day or before it, then what is owed soonest, in the order of walking. Four queries."""
    planned = Visit.objects.filter(officer_id__in=actor.officer_ids, outcome=Outcome.PLANNED, on__lte=on)
    owed = Task.objects.filter(in_care(actor), key=VISIT, closed_at__isnull=True, starts__lte=on, due__lte=on + AHEAD)
    found: dict[tuple[int, int], tuple[Subject, str, date, str]] = {}
    for visit in _shown(planned).order_by("on", "id")[:MOST_STOPS]:
        found[visit.programme_id, visit.subject_id] = (visit.subject, "planned", visit.on, visit.theme)
    shown = owed.select_related("subject__place").defer("subject__place__boundary").order_by("due", "id")
    for task in shown[:MOST_STOPS]:
        assert task.subject is not None, "a visit is owed to somebody"
        why = "late" if task.due < on else "owed"
        found.setdefault((task.programme_id, task.subject.pk), (task.subject, why, task.due, ""))
    chosen = list(found.items())[:MOST_STOPS]
    walked = in_order([Stop(index, *_point(one[0])) for index, (_key, one) in enumerate(chosen)])
    return Round([_stop(number, *chosen[stop.key], stop) for number, stop in enumerate(walked, start=1)], owed.count())


def _stop(number: int, key: tuple[int, int], one: tuple[Subject, str, date, str], stop: Stop) -> RoundStop:
    subject, why, due, theme = one
    return RoundStop(number, subject, key[0], why, due, theme, stop.lon, stop.lat)


def _point(subject: Subject) -> tuple[float | None, float | None]:
    """Its own, else the middle of its place."""
    if subject.lon is not None and subject.lat is not None:
        return subject.lon, subject.lat
    place = subject.place
    return (place.centre_lon, place.centre_lat) if place is not None else (None, None)
