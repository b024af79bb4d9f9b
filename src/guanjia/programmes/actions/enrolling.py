"""Who is in a programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy, queries
from guanjia.programmes.actions.running import noted, running
from guanjia.programmes.actions.writing import end, open_rows
from guanjia.programmes.models import Enrolment, Programme
from guanjia.programmes.problems import ALREADY_ENROLLED, NOT_ENROLLED, NOT_SERVED
from guanjia.registry.models import Subject
from guanjia.registry.policy import demand

#: As many as one query names.
BATCH = 1000


@transaction.atomic
def enrol(actor: Actor, programme_id: int, subject_id: int, *, at: datetime) -> None:
    """Take a subject in. Raises enrolment.already_in, programme.not_served."""
    programme, playbook, subject = _whom(actor, programme_id, subject_id)
    if not _take_in(programme, playbook, [subject_id], at):
        raise Problem(ALREADY_ENROLLED, name=subject.name)
    noted(actor, "programme.enrol", programme, at, subject_id=subject_id)


@transaction.atomic
def enrol_many(actor: Actor, programme_id: int, subject_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Those of the subjects that were not in it before: they are now. Six queries for each thousand. Raises not_found,
    programme.not_served."""
    programme, playbook = running(programme_id), queries.current_playbook(programme_id)
    ids, taken = sorted(set(subject_ids)), []
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        _may_all_be_taken_in(actor, programme, playbook, some)
        taken += _take_in(programme, playbook, some, at)
    if taken:
        noted(actor, "programme.enrol", programme, at, count=len(taken))
    return taken


def _may_all_be_taken_in(actor: Actor, programme: Programme, playbook: Playbook, ids: Sequence[int]) -> None:
    found = Subject.objects.select_for_update(of=("self",)).select_related("place").defer("place__boundary")
    subjects = {one.pk: one for one in found.filter(pk__in=ids).order_by("pk")}
    if missing := set(ids) - set(subjects):
        raise Problem(NOT_FOUND, what=_("subject"), key=min(missing))
    demand(policy.may_enrol(actor, {one.place.path if one.place else "" for one in subjects.values()}), _("enrol"))
    for subject in subjects.values():
        _check_served(programme, playbook, subject)


def _take_in(programme: Programme, playbook: Playbook, ids: Sequence[int], at: datetime) -> list[int]:
    """Those that were out. Who was left out of a programme for all is left out no longer; who is in neither way gets a
    line of the list."""
    out = set(ids) - _inside(programme, playbook, ids)
    Enrolment.objects.filter(programme=programme, subject__in=out, until__isnull=True).update(until=at)
    still = sorted(out - _inside(programme, playbook, list(out)))
    Enrolment.objects.bulk_create(Enrolment(programme=programme, subject_id=id, since=at) for id in still)
    return sorted(out)


def _inside(programme: Programme, playbook: Playbook, ids: Sequence[int]) -> set[int]:
    return set(queries.enrolled(programme.pk, playbook).filter(pk__in=ids).values_list("pk", flat=True))


@transaction.atomic
def leave(actor: Actor, programme_id: int, subject_id: int, *, at: datetime) -> None:
    """Take a subject off the list; where the playbook means it anyway, leave it out. Its own steward and stand-in end
    with it. Raises enrolment.not_in."""
    programme, playbook, subject = _whom(actor, programme_id, subject_id)
    if not _inside(programme, playbook, [subject_id]):
        raise Problem(NOT_ENROLLED, name=subject.name)
    Enrolment.objects.filter(programme=programme, subject=subject, until__isnull=True).update(until=at)
    if _inside(programme, playbook, [subject_id]):
        Enrolment.objects.create(programme=programme, subject=subject, since=at, excluded=True)
    ended = end(open_rows(programme=programme, subject=subject), at=at)
    noted(actor, "programme.leave", programme, at, subject_id=subject_id, assignments=ended)


def _whom(actor: Actor, programme_id: int, subject_id: int) -> tuple[Programme, Playbook, Subject]:
    programme = running(programme_id)
    subject = Subject.objects.select_for_update(of=("self",)).select_related("place").filter(pk=subject_id).first()
    if subject is None:
        raise Problem(NOT_FOUND, what=_("subject"), key=subject_id)
    demand(policy.may_enrol(actor, [subject.place.path if subject.place else ""]), _("enrol"))
    playbook = queries.current_playbook(programme_id)
    _check_served(programme, playbook, subject)
    return programme, playbook, subject


def _check_served(programme: Programme, playbook: Playbook, subject: Subject) -> None:
    if subject.kind not in playbook.serves.subjects or subject.valid_to is not None:
        raise Problem(NOT_SERVED, key=programme.key, name=subject.name)
