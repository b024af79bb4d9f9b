"""Opening a sweep and checking its places, each once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.cases.models import Case
from guanjia.fieldwork import policy
from guanjia.fieldwork.actions.findings import Matter, raise_case
from guanjia.fieldwork.models import Sweep, SweepPlace
from guanjia.fieldwork.problems import SWEEP_EMPTY, SWEEP_RUNS, UNKNOWN_WORD
from guanjia.fieldwork.rules.periods import days_after
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.pour import plain, pour
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import schema
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.models import Place, Subject
from guanjia.registry.policy import demand

#: Kinds of place that a sweep may go over; anything else is a kind of subject.
PLACE_KINDS = ("courtyard", "grid")
_COLUMNS = ("sweep_id", "place_id", "subject_id")


@transaction.atomic
def open_sweep(actor: Actor, programme: str, kind: str, *, place_id: int, at: datetime) -> Sweep:
    """A set of everything of the playbook's kind in the place as it is now. Raises not_allowed, sweep.runs_already,
    sweep.nothing_there, fieldwork.unknown_word, programme.stopped, not_found."""
    found = programmes.programme(programme)
    programmes.check_running(found.pk)
    words = sweep_words(programmes.current_playbook(found.pk), kind)
    place = registry.place(place_id)
    demand(policy.may_organise(actor, place.path), _("open a sweep"))
    if Sweep.objects.filter(programme=found, kind=kind, place=place, finished_at__isnull=True).exists():
        raise Problem(SWEEP_RUNS, place=place.name)
    today = localdate(at)
    due = days_after(today, words.within, registry.work_calendar(None)[0])
    sweep = Sweep.objects.create(programme=found, kind=kind, place=place, opened_at=at, due=due)
    rows = [(sweep.pk, *one) for one in _members(words.over, place)]
    if not rows:
        raise Problem(SWEEP_EMPTY, field="place", place=place.name)
    pour(SweepPlace, _COLUMNS, plain(SweepPlace, _COLUMNS, rows))
    audit.record(actor, "sweep.open", sweep, at=at, sweep=kind, place=place.pk, count=len(rows))
    outbox.publish("sweep.opened", {"sweep": sweep.pk}, at=at)
    return sweep


def sweep_words(playbook: schema.Playbook, kind: str) -> schema.Sweep:
    """Raises fieldwork.unknown_word."""
    found = next((one for one in playbook.sweeps if one.key == kind), None)
    if found is None:
        raise Problem(UNKNOWN_WORD, field="kind", key=kind, what=_("sweeps"))
    return found


def _members(over: str, place: Place) -> list[tuple[int | None, int | None]]:
    """(place, subject) of each."""
    below = Place.objects.filter(path__startswith=place.path, valid_to__isnull=True)
    if over in PLACE_KINDS:
        return [(pk, None) for pk in below.filter(kind=over).order_by("path").values_list("pk", flat=True)]
    subjects = Subject.objects.filter(kind=over, valid_to__isnull=True, place__in=below.values("pk"))
    return list(subjects.order_by("place_id", "pk").values_list("place_id", "pk"))


@transaction.atomic
def check_place(actor: Actor, sweep_place_id: int, *, finding: Matter | None = None, at: datetime) -> SweepPlace:
    """One place is done; with a finding, which becomes a case. Checking again changes nothing, but a finding can still
    be added to a place that was found clean. Raises not_found, not_allowed, and what `register` raises."""
    row = SweepPlace.objects.filter(pk=sweep_place_id).first()
    if row is None:
        raise Problem(NOT_FOUND, what=_("place of a sweep"), key=sweep_place_id)
    # Whoever checks the last place must see the others: one at a time for each sweep.
    sweep = Sweep.objects.select_for_update().get(pk=row.sweep_id)
    row = SweepPlace.objects.select_related("place", "subject__business").get(pk=sweep_place_id)
    demand(policy.may_work_at(actor, row.place.path if row.place else ""), _("check this place"))
    if finding is not None and row.case_id is None:
        row.case = _found(actor, sweep, row, finding, at)
    elif row.checked_at is not None:
        return row
    if row.checked_at is None:
        row.checked_at, row.officer_id = at, actor.officer_id
    row.save(update_fields=["checked_at", "officer", "case"])
    audit.record(actor, "sweep.check", row, at=at, sweep=sweep.pk, case=row.case_id)
    if sweep.finished_at is None and not sweep.places.filter(checked_at__isnull=True).exists():
        sweep.finished_at = at
        sweep.save(update_fields=["finished_at"])
        outbox.publish("sweep.finished", {"sweep": sweep.pk}, at=at)
    return row


def _found(actor: Actor, sweep: Sweep, row: SweepPlace, finding: Matter, at: datetime) -> Case:
    playbook = programmes.current_playbook(sweep.programme_id)
    return raise_case(
        actor,
        playbook.key,
        finding,
        key=f"sweep:{row.pk}",
        subject=row.subject,
        place_id=row.place_id,
        at=at,
        sweep=sweep.pk,
    )
