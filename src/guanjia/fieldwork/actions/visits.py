"""Planning visits and recording them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.cases.models import Case
from guanjia.cases.problems import HAPPENS_LATER
from guanjia.cases.verification import local_midnight
from guanjia.fieldwork import policy
from guanjia.fieldwork.actions.findings import Matter, raise_case
from guanjia.fieldwork.actions.tasks import answered_visits, end_tasks
from guanjia.fieldwork.models import Answer, Outcome, Task, TaskEnd, Visit, VisitCase
from guanjia.fieldwork.problems import NO_VISITS, UNKNOWN_WORD, VISIT_REFUSED, VISIT_TOO_OFTEN
from guanjia.fieldwork.rules.cadence import Reason, earliest, too_often
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.once import once
from guanjia.kernel.problems import INVALID, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import Programme
from guanjia.registry.models import Subject
from guanjia.registry.policy import demand

NOTE_LIMIT = 2000
MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as it was made. `on`: the local day, today where it is None. `task_ids`: duties that it fulfilled.
    `key`: the sender's own, so that what is sent twice is stored once."""

    programme: str
    subject_id: int
    outcome: str
    reason: str = Reason.CADENCE
    theme: str = ""
    on: date | None = None
    people: int = 0
    note: str = ""
    task_ids: Sequence[int] = ()
    matters: Sequence[Matter] = ()
    key: str | None = None


def record_visit(actor: Actor, new: NewVisit, *, at: datetime) -> Visit:
    """As `record_visit_once`, for whom it is all the same whether it was there before."""
    visit, _fresh = record_visit_once(actor, new, at=at)
    return visit


def record_visit_once(actor: Actor, new: NewVisit, *, at: datetime) -> tuple[Visit, bool]:
    """Write down a visit, end the duties that it fulfils, and raise a case for each matter, in one transaction; (visit,
    whether it is new). Raises not_found, not_allowed, visit.*, fieldwork.unknown_word, programme.stopped, and what
    `register` raises."""
    return once(lambda: _known(new.key), lambda: _record(actor, new, at))


def _known(key: str | None) -> Visit | None:
    return Visit.objects.filter(key=key).first() if key is not None else None


def _record(actor: Actor, new: NewVisit, at: datetime) -> Visit:
    programme = programmes.programme(new.programme)
    playbook = programmes.current_playbook(programme.pk)
    subject = _subject(actor, new.subject_id, programme.pk, playbook)
    on = new.on or localdate(at)
    _check_begun(programme, subject, on)
    reason = _checked(new, playbook, on, at)
    if new.outcome != Outcome.REFUSED:
        _respect(subject, programme.pk, playbook, on, reason)
    planned = Visit.objects.filter(programme=programme, subject=subject, outcome=Outcome.PLANNED).first()
    visit = planned or Visit(programme=programme, subject=subject)
    visit.place_id, visit.officer_id = subject.place_id, actor.officer_id
    visit.outcome, visit.reason, visit.theme, visit.on = new.outcome, reason, new.theme or visit.theme, on
    visit.people = new.people or int(new.outcome == Outcome.DONE)
    visit.note = clean_text(new.note, field="note", label=_("Note"), limit=NOTE_LIMIT, required=False)
    visit.key, visit.recorded_at, visit.recorded_by = new.key, at, actor.signature
    visit.save()
    _take_over_answers(visit)
    _end_duties(actor, visit, new.task_ids, at)
    for matter in new.matters:
        _raise(actor, visit, playbook.key, matter, subject, at)
    audit.record(actor, "visit.record", visit, at=at, subject_id=subject.pk, outcome=visit.outcome, on=on.isoformat())
    outbox.publish("visit.recorded", {"visit": visit.pk, "outcome": visit.outcome}, at=at)
    return visit


def _subject(actor: Actor, subject_id: int, programme_id: int, playbook: Playbook) -> Subject:
    """Held for this transaction, so that two visits at once see each other. Raises not_found, not_allowed,
    visit.no_such_programme."""
    found = Subject.objects.select_for_update(of=("self",)).select_related("place", "business").filter(pk=subject_id)
    subject = found.filter(valid_to__isnull=True).first()
    if subject is None:
        raise Problem(NOT_FOUND, what=_("subject"), key=subject_id)
    demand(policy.may_visit(actor, subject.kind, subject.place.path if subject.place else ""), _("visit them"))
    if not programmes.enrolled(programme_id, playbook).filter(pk=subject_id).exists():
        raise Problem(NO_VISITS, field="programme", name=subject.name)
    return subject


def _check_begun(programme: Programme, subject: Subject, on: date) -> None:
    """Of a programme that was stopped, what was planned or owed is still worked off. Raises programme.stopped."""
    if programme.stopped_at is None:
        return
    planned = Visit.objects.filter(programme=programme, subject=subject, outcome=Outcome.PLANNED)
    owed = Task.objects.filter(programme=programme, subject=subject, closed_at__isnull=True)
    if not (planned.exists() or owed.exists()):
        programmes.check_running(programme.pk, on=on)


def _checked(new: NewVisit, playbook: Playbook, on: date, at: datetime) -> Reason:
    if new.outcome not in Outcome.values or new.outcome == Outcome.PLANNED:
        raise Problem(INVALID, field="outcome", field_label=_("Outcome"), why=new.outcome)
    if new.outcome == Outcome.REFUSED and not playbook.visits.refusable:
        raise Problem(INVALID, field="outcome", field_label=_("Outcome"), why=new.outcome)
    if not 0 <= new.people <= MOST_PEOPLE:
        raise Problem(INVALID, field="people", field_label=_("People met"), why=str(new.people))
    if on > localdate(at):
        raise Problem(HAPPENS_LATER, field="on")
    return _reason(new.reason, new.theme, playbook)


def _reason(reason: str, theme: str, playbook: Playbook) -> Reason:
    if reason not in list(Reason):
        raise Problem(INVALID, field="reason", field_label=_("Reason"), why=reason)
    if theme and theme not in {one.key for one in playbook.visits.themes}:
        raise Problem(UNKNOWN_WORD, field="theme", key=theme, what=_("themes"))
    return Reason(reason)


def _respect(subject: Subject, programme_id: int, playbook: Playbook, on: date, reason: Reason) -> None:
    """无事不扰: who refused is not visited before they ask, and nobody beyond the cap. Raises visit.refused,
    visit.too_often."""
    if reason != Reason.CALLED and is_refused(subject.pk, programme_id):
        raise Problem(VISIT_REFUSED, field="reason", name=subject.name)
    visits = playbook.visits
    if visits.at_most_per_month is None:
        return
    done = Visit.objects.filter(programme_id=programme_id, subject=subject, outcome=Outcome.DONE)
    days = list(done.filter(on__year=on.year, on__month=on.month).values_list("on", flat=True))
    if too_often(visits, days, on, reason):
        day = earliest(visits, days, on).isoformat()
        raise Problem(VISIT_TOO_OFTEN, field="reason", name=subject.name, most=visits.at_most_per_month, day=day)


def is_refused(subject_id: int, programme_id: int) -> bool:
    """Whether the last answer at the door was that no visits are wanted."""
    last = answered_visits(programme_id).filter(subject_id=subject_id).values_list("outcome", flat=True).first()
    return last == Outcome.REFUSED


def _end_duties(actor: Actor, visit: Visit, task_ids: Sequence[int], at: datetime) -> None:
    owed = Task.objects.filter(programme_id=visit.programme_id, subject_id=visit.subject_id)
    if visit.outcome == Outcome.REFUSED:
        end_tasks(actor, owed.filter(key=VISIT), TaskEnd.WAIVED, at=at)
    elif visit.outcome == Outcome.DONE:
        end_tasks(actor, owed.filter(key=VISIT) | owed.filter(pk__in=list(task_ids)), TaskEnd.DONE, at=at)


def _take_over_answers(visit: Visit) -> None:
    """The forms that its officer filled in there on that day, mostly minutes before the visit was written down."""
    if visit.officer_id is None:
        return
    filled = Answer.objects.filter(officer_id=visit.officer_id, subject_id=visit.subject_id, visit__isnull=True)
    day = local_midnight(visit.on), local_midnight(visit.on + timedelta(days=1))
    filled.filter(ended_at__gte=day[0], ended_at__lt=day[1]).update(visit=visit)


def _raise(actor: Actor, visit: Visit, programme: str, matter: Matter, subject: Subject, at: datetime) -> Case:
    """Numbered by the visit, so that a page sent twice raises nothing twice."""
    number = visit.raised.count() + 1
    case = raise_case(
        actor, programme, matter, key=f"visit:{visit.pk}:{number}", subject=subject, at=at, visit=visit.pk
    )
    VisitCase.objects.get_or_create(case=case, defaults={"visit": visit})
    return case


@transaction.atomic
def plan_visit(
    actor: Actor,
    programme: str,
    subject_id: int,
    *,
    on: date,
    reason: str = Reason.CADENCE,
    theme: str = "",
    at: datetime,
) -> Visit:
    """Put somebody on one's round of a day; a visit that is planned already moves there. Raises as `record_visit`
    does."""
    found = programmes.programme(programme)
    programmes.check_running(found.pk)
    playbook = programmes.current_playbook(found.pk)
    subject = _subject(actor, subject_id, found.pk, playbook)
    why = _reason(reason, theme, playbook)
    if on < localdate(at):
        raise Problem(INVALID, field="on", field_label=_("Day"), why=on.isoformat())
    _respect(subject, found.pk, playbook, on, why)
    visit, _new = Visit.objects.update_or_create(
        programme=found,
        subject=subject,
        outcome=Outcome.PLANNED,
        defaults={
            "place_id": subject.place_id,
            "officer_id": actor.officer_id,
            "reason": why,
            "theme": theme,
            "on": on,
            "recorded_at": at,
            "recorded_by": actor.signature,
        },
    )
    audit.record(actor, "visit.plan", visit, at=at, subject_id=subject.pk, on=on.isoformat())
    return visit


@transaction.atomic
def drop_plan(actor: Actor, visit_id: int, *, at: datetime) -> None:
    """Take a planned visit off the round. Raises not_found, not_allowed."""
    planned = Visit.objects.select_related("subject__place").filter(pk=visit_id, outcome=Outcome.PLANNED).first()
    if planned is None:
        raise Problem(NOT_FOUND, what=_("visit"), key=visit_id)
    subject = planned.subject
    demand(policy.may_visit(actor, subject.kind, subject.place.path if subject.place else ""), _("visit them"))
    audit.record(actor, "visit.drop", planned, at=at, subject_id=subject.pk, on=planned.on.isoformat())
    planned.delete()
