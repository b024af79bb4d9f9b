"""Making dated duties by the playbook's rules, and ending them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Outcome, Task, TaskEnd, Visit
from guanjia.fieldwork.owners import Owners
from guanjia.fieldwork.rules.cadence import earliest, next_due
from guanjia.fieldwork.rules.periods import Period, due_of, period_of
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.insert import MOST_ROWS, insert
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import schema
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import Assignment, AssignmentRole
from guanjia.registry import queries as registry
from guanjia.registry.models import Officer, Subject
from guanjia.registry.policy import demand

#: Subjects in one transaction: what a kill undoes, and how long other writers wait.
BATCH = 5000

Progress = Callable[[int], None]


def make_tasks(programme_id: int, *, at: datetime, progress: Progress | None = None) -> int:
    """The duties of the periods that `at` lies in, and the visits that are owed by the cadence; how many are new. Each
    batch is one transaction: killed and run again, it goes on where it stopped, and makes nothing twice."""
    playbook = programmes.current_playbook(programme_id)
    making = _Making(programme_id, playbook, registry.work_calendar(None)[0], localdate(at), at, progress)
    for task in playbook.tasks:
        making.of(task)
    if playbook.visits.at_least is not None:
        making.owed_visits()
    return making.made


class _Making:
    """One run over one programme."""

    def __init__(
        self,
        programme_id: int,
        playbook: Playbook,
        calendar: WorkCalendar,
        day: date,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        self.programme_id = programme_id
        self.playbook = playbook
        self.calendar = calendar
        self.day = day
        self.at = at
        self.progress = progress
        self.made = 0

    def of(self, task: schema.Task) -> None:
        period = period_of(task.every, self.day)
        due = due_of(period, task.due, self.calendar)
        owners = Owners(task.who, self.playbook, self.at)
        for whom, ids in self._whom(task, period):
            owed_by = owners.of(whom, ids)
            self._store(
                Task(
                    programme_id=self.programme_id,
                    key=task.key,
                    period=period.key,
                    starts=period.first,
                    due=due,
                    owner_unit_id=owed_by.get(id),
                    **({whom: id} if whom else {}),
                )
                for id in ids
            )

    def _whom(self, task: schema.Task, period: Period) -> Iterator[tuple[str, list[int]]]:
        """Batches of ids without this task, and the column that they stand in; one of none for the programme itself."""
        there = Task.objects.filter(programme_id=self.programme_id, key=task.key, period=period.key)
        if task.per == "subject":
            subjects = programmes.enrolled(self.programme_id, self.playbook)
            yield from (("subject_id", ids) for ids in _batches(subjects, there))
        elif task.per == "programme":
            if not there.filter(subject=None, officer=None, unit=None).exists():
                yield "", [0]
        else:
            column = "officer_id" if task.per == "steward" else "unit_id"
            wanted = set(self._stewards().values_list("pk" if task.per == "steward" else "unit_id", flat=True))
            yield column, sorted(wanted - set(there.values_list(column, flat=True)))

    def _stewards(self) -> QuerySet[Officer]:
        held = Assignment.objects.filter(
            programme_id=self.programme_id, role=AssignmentRole.STEWARD, until__isnull=True
        )
        return Officer.objects.filter(pk__in=held.values("officer_id"), active=True)

    def owed_visits(self) -> None:
        """One for each subject that none is open for, dated by its last visit; none for whoever refused."""
        there = Task.objects.filter(programme_id=self.programme_id, key=VISIT, closed_at__isnull=True)
        subjects = programmes.enrolled(self.programme_id, self.playbook)
        answered = answered_visits(self.programme_id).filter(subject_id=OuterRef("pk"))
        last = subjects.annotate(
            last_on=Subquery(answered.values("on")[:1]), last_outcome=Subquery(answered.values("outcome")[:1])
        )
        for ids in _batches(subjects, there):
            rows = last.filter(pk__in=ids).values_list("pk", "last_on", "last_outcome").order_by("pk")
            self._store(self._visit(subject_id, last_on) for subject_id, last_on, end in rows if end != Outcome.REFUSED)

    def _visit(self, subject_id: int, last_on: date | None) -> Task:
        visits, since = self.playbook.visits, last_on or self.day
        due = next_due(visits, since, self.calendar)
        assert due is not None, "asked for only where the playbook has a floor"
        starts = earliest(visits, [last_on], last_on + timedelta(days=1)) if last_on else self.day
        return Task(
            programme_id=self.programme_id,
            key=VISIT,
            period=last_on.isoformat() if last_on else "first",
            subject_id=subject_id,
            starts=min(starts, due),
            due=due,
        )

    def _store(self, rows: Iterable[Task]) -> None:
        """Two workers at once may both have looked: the database keeps one of each."""
        new = list(rows)
        if not new:
            return
        with transaction.atomic():
            for start in range(0, len(new), MOST_ROWS):
                insert(new[start : start + MOST_ROWS], ignore_conflicts=True)
            audit.record(
                SYSTEM, "task.make", None, at=self.at, programme=self.programme_id, key=new[0].key, count=len(new)
            )
        self.made += len(new)
        if self.progress is not None:
            self.progress(self.made)


def _batches(subjects: QuerySet[Subject], there: QuerySet[Task]) -> Iterator[list[int]]:
    """Those that have no task yet. Two walks along an index for each batch: asked for at once, the missing ones cost
    PostgreSQL a walk over all tasks for every batch while it does not know how many there are by now."""
    last = 0
    while ids := list(subjects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        served = set(there.filter(subject_id__gt=last, subject_id__lte=ids[-1]).values_list("subject_id", flat=True))
        if missing := [id for id in ids if id not in served]:
            yield missing
        last = ids[-1]


def answered_visits(programme_id: int) -> QuerySet[Visit]:
    """Those at which somebody opened the door and wanted the visit or refused it, the latest first."""
    met = Visit.objects.filter(programme_id=programme_id, outcome__in=(Outcome.DONE, Outcome.REFUSED))
    return met.order_by("-on", "-id")


@transaction.atomic
def finish_task(actor: Actor, task_id: int, *, at: datetime) -> Task:
    """Finishing one that is finished changes nothing. Raises not_found, not_allowed."""
    task = Task.objects.select_for_update(of=("self",)).select_related("subject__place").filter(pk=task_id).first()
    if task is None:
        raise Problem(NOT_FOUND, what=_("task"), key=task_id)
    demand(policy.may_finish(actor, task, _owner(task)), _("finish this task"))
    if task.closed_at is None:
        end_tasks(actor, Task.objects.filter(pk=task.pk), TaskEnd.DONE, at=at)
        task.refresh_from_db()
    return task


def _owner(task: Task) -> schema.Owner | None:
    playbook = programmes.current_playbook(task.programme_id)
    return next((one.who for one in playbook.tasks if one.key == task.key), None)


def end_tasks(actor: Actor, tasks: QuerySet[Task], end: TaskEnd, *, at: datetime) -> int:
    """Within the transaction of the action that ends them; how many were open."""
    open_now = list(tasks.filter(closed_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    if not open_now:
        return 0
    Task.objects.filter(pk__in=open_now).update(closed_at=at, end=end, done_by=actor.officer_id)
    audit.record(actor, "task.end", None, at=at, tasks=open_now, end=str(end))
    outbox.publish("task.ended", {"tasks": open_now, "end": str(end)}, at=at)
    return len(open_now)
