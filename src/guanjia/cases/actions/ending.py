"""Units, officers and places end only once nothing waits for them: a case without a holder would be nobody's."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from guanjia.cases.models import Case, Duty
from guanjia.cases.problems import OFFICER_ANSWERS, PLACE_NEEDED, UNIT_ANSWERS
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.programmes.models import Assignment
from guanjia.registry import actions as registry
from guanjia.registry.models import Officer, Place, Post, Unit


@transaction.atomic
def close_unit(actor: Actor, unit_id: int, *, at: datetime, on: date | None = None) -> Unit:
    """Raises unit.still_answers while open cases are held by it or wait at its desk or it has a duty, and what
    `registry.actions.close_unit` raises."""
    unit = registry.close_unit(actor, unit_id, at=at, on=on)
    waiting = Q(holder_unit=unit) | Q(desk_unit=unit)
    cases = Case.objects.filter(waiting, closed_at__isnull=True).count()
    duties = Duty.objects.filter(unit=unit).count()
    if cases or duties:
        raise Problem(UNIT_ANSWERS, name=unit.name, cases=cases, duties=duties)
    return unit


@transaction.atomic
def retire_officer(actor: Actor, officer_id: int, *, at: datetime) -> Officer:
    """Raises officer.still_answers while they hold open cases or anybody is in their care, and what
    `registry.actions.retire_officer` raises."""
    officer = registry.retire_officer(actor, officer_id, at=at)
    cases = Case.objects.filter(holder_officer=officer, closed_at__isnull=True).count()
    targets = Assignment.objects.filter(officer=officer, until__isnull=True).count()
    if cases or targets:
        raise Problem(OFFICER_ANSWERS, name=officer.name, cases=cases, targets=targets)
    return officer


@transaction.atomic
def close_place(actor: Actor, place_id: int, *, at: datetime, on: date | None = None) -> Place:
    """Raises place.needed while open cases, posts, units or stewards belong to it, and what
    `registry.actions.close_place` raises."""
    place = registry.close_place(actor, place_id, at=at, on=on)
    left = {
        "cases": str(Case.objects.filter(place=place, closed_at__isnull=True).count()),
        "posts": str(Post.objects.filter(place=place, valid_to__isnull=True).count()),
        "units": str(Unit.objects.filter(place=place, valid_to__isnull=True).count()),
        "stewards": str(Assignment.objects.filter(place=place, until__isnull=True).count()),
    }
    if set(left.values()) != {"0"}:
        raise Problem(PLACE_NEEDED, name=place.name, **left)
    return place
