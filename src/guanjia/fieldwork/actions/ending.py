"""The end of a registration, or of being served by a programme: nobody is sent to a door where they are not wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from guanjia.cases.actions import ending as cases
from guanjia.fieldwork.actions.tasks import end_tasks
from guanjia.fieldwork.models import Keeper, Outcome, Task, TaskEnd, Visit
from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions import enrol, follow_closing, leave
from guanjia.registry import actions as registry
from guanjia.registry.models import Subject, Unit


@transaction.atomic
def close_subject(actor: Actor, subject_id: int, *, at: datetime, on: date | None = None) -> Subject:
    """With it end its steward and stand-in, what it is owed and the plots it keeps; its open cases go on. Raises what
    `registry.actions.close_subject` raises."""
    subject = registry.close_subject(actor, subject_id, at=at, on=on)
    _end(actor, subject, at)
    return subject


@transaction.atomic
def close_unit(actor: Actor, unit_id: int, *, at: datetime, on: date | None = None) -> Unit:
    """With it end its steward and stand-in where it was served itself, and what it was owed. Raises what
    `cases.actions.ending.close_unit` raises."""
    unit = cases.close_unit(actor, unit_id, at=at, on=on)
    _end(actor, unit.subject, at)
    return unit


def _end(actor: Actor, subject: Subject, at: datetime) -> None:
    follow_closing(actor, subject, at=at)
    end_tasks(actor, Task.objects.filter(subject=subject), TaskEnd.WAIVED, at=at)
    _drop_plans(actor, Visit.objects.filter(subject=subject), at)
    _give_up_plots(actor, subject, at)


@transaction.atomic
def leave_programme(actor: Actor, programme_id: int, subject_id: int, *, at: datetime) -> None:
    """With it end what the subject is owed by the programme and the visits planned in it; its open cases go on. Raises
    what `programmes.actions.leave` raises."""
    leave(actor, programme_id, subject_id, at=at)
    owed = Task.objects.filter(programme_id=programme_id, subject_id=subject_id)
    end_tasks(actor, owed, TaskEnd.WAIVED, at=at)
    _drop_plans(actor, Visit.objects.filter(programme_id=programme_id, subject_id=subject_id), at)


@transaction.atomic
def set_programmes(actor: Actor, subject_id: int, wanted: Mapping[int, bool], *, at: datetime) -> None:
    """By programme, whether a subject is to be in it; what is so already stays as it is. Raises what `enrol` and
    `leave_programme` raise."""
    books = {programme_id: programmes.current_playbook(programme_id) for programme_id in wanted}
    inside = programmes.enrolled_in(subject_id, books)
    for programme_id, to_be_in in sorted(wanted.items()):
        if to_be_in and programme_id not in inside:
            enrol(actor, programme_id, subject_id, at=at)
        elif programme_id in inside and not to_be_in:
            leave_programme(actor, programme_id, subject_id, at=at)


def _drop_plans(actor: Actor, visits: QuerySet[Visit], at: datetime) -> None:
    for planned in visits.filter(outcome=Outcome.PLANNED):
        audit.record(actor, "visit.drop", planned, at=at, subject_id=planned.subject_id, on=planned.on.isoformat())
        planned.delete()


def _give_up_plots(actor: Actor, subject: Subject, at: datetime) -> None:
    kept = Keeper.objects.filter(subject=subject, until__isnull=True)
    for keeper in kept.select_related("plot"):
        audit.record(actor, "plot.give_up", keeper.plot, at=at, keeper=subject.pk)
    kept.update(until=localdate(at))
