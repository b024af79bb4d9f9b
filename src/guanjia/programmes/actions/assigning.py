"""One target at a time, and one officer's whole caseload."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Playbook, Stewards
from guanjia.programmes import policy, queries, rules
from guanjia.programmes.actions.writing import (
    HandOver,
    after,
    begin,
    end,
    open_rows,
    pass_on,
    paths_of,
    stewarded,
)
from guanjia.programmes.models import Assignment, AssignmentReason, AssignmentRole, Programme
from guanjia.programmes.problems import (
    ENDED,
    NO_STEWARDS,
    NOT_ELIGIBLE,
    NOT_ENROLLED,
    NOTHING_HELD,
    ONE_TARGET,
    OVER_LIMIT,
    SAME_OFFICER,
    STOPPED,
    TO_THEMSELVES,
    WRONG_LEVEL,
)
from guanjia.registry.models import Officer, Place, Subject
from guanjia.registry.policy import demand

ASSIGN = _("assign stewards")


@transaction.atomic
def assign(
    actor: Actor,
    programme_id: int,
    *,
    officer_id: int,
    role: AssignmentRole,
    at: datetime,
    subject_id: int | None = None,
    place_id: int | None = None,
) -> Assignment:
    """Make an officer steward or stand-in of a subject, or of all at a place who have nobody of their own; whoever
    was it before is it no more. Raises assignment.same_officer, .not_eligible, .over_limit, .wrong_level,
    enrolment.not_in."""
    programme, playbook, stewards = stewarding(programme_id)
    target, path = _target(programme_id, playbook, subject_id, place_id)
    demand(policy.may_assign(actor, [path]), ASSIGN)
    officer = eligible(stewards, officer_id, at)
    present = {row.role: row for row in open_rows(programme=programme, subject_id=subject_id, place_id=place_id)}
    before = present.pop(role, None)
    if before is not None and before.officer_id == officer_id:
        return before
    if any(row.officer_id == officer_id for row in present.values()):
        raise Problem(SAME_OFFICER, field="officer", officer=officer.name, name=target.name)
    if role == AssignmentRole.STEWARD:
        check_limit(stewards, programme_id, officer, 1)
    row = Assignment(
        programme=programme, subject_id=subject_id, place_id=place_id, role=role, officer_id=officer_id, since=at
    )
    if before is not None:
        end([before], at=at)
        row = after(before, officer_id, reason=AssignmentReason.BY_HAND, at=at)
    row.reason = AssignmentReason.BY_HAND
    begin([row])
    facts = {"programme": programme_id, "role": str(role), "officer": officer_id}
    former = before.officer_id if before else None
    audit.record(actor, "assignment.assign", target, at=at, **facts, former=former)
    _tell([row], at, former=former)
    return row


@transaction.atomic
def unassign(actor: Actor, assignment_id: int, *, at: datetime) -> Assignment:
    """End an assignment with nobody to follow: a gap, unless the target has left. Raises assignment.ended."""
    row = Assignment.objects.select_for_update().filter(pk=assignment_id).first()
    if row is None:
        raise Problem(NOT_FOUND, what=_("assignment"), key=assignment_id)
    demand(policy.may_assign(actor, paths_of(Assignment.objects.filter(pk=row.pk))), ASSIGN)
    if row.until is not None:
        raise Problem(ENDED)
    end([row], at=at)
    row.until = at
    audit.record(actor, "assignment.unassign", row, at=at, role=row.role, officer=row.officer_id)
    _tell([row], at, former=row.officer_id, ended=True)
    return row


@transaction.atomic
def hand_over_caseload(
    actor: Actor,
    from_officer_id: int,
    to_officer_id: int,
    *,
    at: datetime,
    programme_id: int | None = None,
    beyond_limit: bool = False,
) -> HandOver:
    """All that one officer answers for goes to another, in one programme or in all. Raises assignment.over_limit
    (unless `beyond_limit`), .not_eligible, .nothing_held, .to_themselves."""
    if from_officer_id == to_officer_id:
        raise Problem(TO_THEMSELVES, field="to")
    held = {"officer_id": from_officer_id} | ({"programme_id": programme_id} if programme_id else {})
    rows = list(open_rows(**held))
    demand(policy.may_assign(actor, paths_of(Assignment.objects.filter(until__isnull=True, **held))), ASSIGN)
    if not rows:
        raise Problem(NOTHING_HELD, officer=_officer(from_officer_id).name)
    for one in sorted({row.programme_id for row in rows}):
        _programme, _playbook, stewards = stewarding(one)
        officer = eligible(stewards, to_officer_id, at)
        more = sum(row.programme_id == one and row.role == AssignmentRole.STEWARD for row in rows)
        if not beyond_limit:
            check_limit(stewards, one, officer, more)
    done = pass_on(rows, to_officer_id, reason=AssignmentReason.HANDED_OVER, at=at)
    facts = {"from": from_officer_id, "to": to_officer_id, "moved": done.moved, "vacant": done.vacant}
    audit.record(actor, "caseload.hand_over", _officer(from_officer_id), at=at, **facts)
    outbox.publish("caseload.handed_over", facts, at=at)
    return done


def stewarding(programme_id: int) -> tuple[Programme, Playbook, Stewards]:
    """A running programme whose playbook names stewards. Raises not_found, programme.stopped,
    assignment.no_stewards."""
    playbook = queries.current_playbook(programme_id)
    programme = Programme.objects.get(pk=programme_id)
    if programme.stopped_at is not None:
        raise Problem(STOPPED, field="programme", key=programme.key)
    if playbook.stewards is None:
        raise Problem(NO_STEWARDS, key=programme.key)
    return programme, playbook, playbook.stewards


def eligible(stewards: Stewards, officer_id: int, at: datetime) -> Officer:
    """Raises not_found, assignment.not_eligible."""
    officer = _officer(officer_id)
    if officer_id not in queries.pool(stewards, localdate(at), officer_id=officer_id):
        raise Problem(NOT_ELIGIBLE, field="officer", officer=officer.name)
    return officer


def check_limit(stewards: Stewards, programme_id: int, officer: Officer, more: int) -> None:
    """Raises assignment.over_limit. The officer's row is held, so that two at once cannot pass together."""
    Officer.objects.select_for_update().filter(pk=officer.pk).values_list("pk").first()
    load = Assignment.objects.filter(stewarded(programme_id, officer.pk)).count()
    if not rules.may_take(load, more, stewards.most_subjects):
        raise Problem(OVER_LIMIT, field="officer", officer=officer.name, load=load + more, most=stewards.most_subjects)


def _target(
    programme_id: int, playbook: Playbook, subject_id: int | None, place_id: int | None
) -> tuple[Subject | Place, str]:
    if subject_id is not None and place_id is None:
        enrolled = queries.enrolled(programme_id, playbook).select_related("place").filter(pk=subject_id)
        subject = enrolled.first()
        if subject is None:
            raise Problem(
                NOT_ENROLLED, field="programme", name=Subject.objects.filter(pk=subject_id).first() or subject_id
            )
        return subject, subject.place.path if subject.place else ""
    if place_id is None or subject_id is not None:
        raise Problem(ONE_TARGET)
    place = Place.objects.filter(pk=place_id, valid_to__isnull=True).first()
    if place is None:
        raise Problem(NOT_FOUND, what=_("place"), key=place_id)
    if playbook.stewards is None or not rules.fits_level(playbook.stewards.covers.values(), place.kind):
        raise Problem(WRONG_LEVEL, field="place", name=place.name)
    return place, place.path


def _officer(officer_id: int) -> Officer:
    officer = Officer.objects.filter(pk=officer_id).first()
    if officer is None:
        raise Problem(NOT_FOUND, what=_("officer"), key=officer_id)
    return officer


def _tell(rows: list[Assignment], at: datetime, *, former: int | None, ended: bool = False) -> None:
    outbox.publish_many(
        [
            outbox.message(
                "assignment.changed",
                {
                    "programme": row.programme_id,
                    "subject": row.subject_id,
                    "place": row.place_id,
                    "role": row.role,
                    "officer": None if ended else row.officer_id,
                    "former": former,
                },
                at=at,
            )
            for row in rows
        ]
    )
