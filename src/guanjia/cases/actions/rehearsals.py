"""Rehearsing a draft while somebody goes on with something else: ordered at the desk, counted by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.cases import rehearsal
from guanjia.cases.models import Rehearsal
from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.playbook import drafts
from guanjia.playbook.tally import Tally
from guanjia.programmes import queries as programmes
from guanjia.programmes.problems import BAD_PLAYBOOK

#: The days before today whose cases are rehearsed.
PERIOD = timedelta(days=90)


@transaction.atomic
def order_rehearsal(actor: Actor, draft_id: int, programme: str, *, at: datetime) -> Rehearsal:
    """The cases of `programme` of the last 90 days under the draft as it stands. Raises not_allowed, not_found,
    programme.bad_playbook, rehearsal.no_past."""
    draft = programmes.playbook_draft(actor, draft_id)
    reading = drafts.read(draft.files)
    if reading.faults or reading.source is None:
        raise Problem(BAD_PLAYBOOK, count=len(reading.faults), first=str(reading.faults[0]))
    today = localdate(at)
    plan = rehearsal.plan(actor, programme, reading.source.text, since=today - PERIOD, until=today, at=at)
    ordered = Rehearsal.objects.create(
        draft=draft,
        revision=draft.revision,
        plan=plan.dump(),
        cases=plan.cases,
        tally=Tally().dump(),
        asked_at=at,
        asked_by=actor.signature,
    )
    audit.record(actor, "draft.rehearse", draft, at=at, programme=programme, cases=plan.cases)
    return ordered


def count_stretch(*, at: datetime) -> int:
    """The next stretch of the oldest rehearsal that waits; 1, or 0 where none does. Killed at any point, the stretch is
    counted again."""
    waiting = Rehearsal.objects.filter(finished_at__isnull=True).order_by("id").first()
    if waiting is None:
        return 0
    plan, tally = rehearsal.Plan.load(waiting.plan), Tally.load(waiting.tally)
    stretches = plan.stretches
    tally.merge(rehearsal.count(plan, stretches[waiting.done]))
    # Compare and set: of two workers that counted the same stretch, one adds it.
    Rehearsal.objects.filter(pk=waiting.pk, done=waiting.done).update(
        done=waiting.done + 1,
        counted=tally.cases,
        tally=tally.dump(),
        finished_at=at if waiting.done + 1 == len(stretches) else None,
    )
    return 1
