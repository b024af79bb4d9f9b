"""Recording what a patrol did: one trip, with what was given on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localtime

from guanjia.cases.problems import HAPPENS_LATER
from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Help, Patrol
from guanjia.fieldwork.problems import UNKNOWN_WORD
from guanjia.fieldwork.rules.shifts import Shift, shift_at
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.once import once
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import schema
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.policy import demand

MOST_HEADS = 1000
MOST_GIVEN = 100_000


@dataclass(frozen=True, slots=True)
class Given:
    """`kind`: a key of the playbook's help. `people`: how many it was given to; `quantity`: in the playbook's unit."""

    kind: str
    people: int = 0
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class NewPatrol:
    """One trip. `crew`: how many went out. `started_at` defaults to now."""

    programme: str
    kind: str
    place_id: int
    crew: int
    met: int = 0
    given: Sequence[Given] = ()
    started_at: datetime | None = None
    key: str | None = None


def record_patrol(actor: Actor, new: NewPatrol, *, at: datetime) -> Patrol:
    """The same `key` twice gives the same trip. Raises not_found, not_allowed, field.invalid,
    fieldwork.unknown_word, programme.stopped."""
    patrol, _fresh = once(lambda: _known(new.key), lambda: _record(actor, new, at))
    return patrol


def _known(key: str | None) -> Patrol | None:
    return Patrol.objects.filter(key=key).first() if key is not None else None


def _record(actor: Actor, new: NewPatrol, at: datetime) -> Patrol:
    programme = programmes.programme(new.programme)
    words = programmes.current_playbook(programme.pk).patrols
    if words is None:
        raise Problem(UNKNOWN_WORD, field="kind", key=new.kind, what=_("patrols"))
    place = registry.place(new.place_id)
    demand(policy.may_work_at(actor, place.path), _("record a patrol"))
    started = new.started_at or at
    _check(new, words, started, at)
    shift, on = shift_of(words, started)
    programmes.check_running(programme.pk, on=on)
    patrol = Patrol.objects.create(
        programme=programme,
        kind=new.kind,
        shift=shift,
        on=on,
        started_at=started,
        place=place,
        officer_id=actor.officer_id,
        crew=new.crew,
        met=new.met,
        key=new.key,
        recorded_at=at,
    )
    given = [one for one in new.given if one.people or one.quantity]
    Help.objects.bulk_create(
        Help(patrol=patrol, kind=one.kind, people=one.people, quantity=one.quantity) for one in given
    )
    audit.record(actor, "patrol.record", patrol, at=at, place=place.pk, crew=new.crew, met=new.met)
    outbox.publish("patrol.recorded", {"patrol": patrol.pk}, at=at)
    return patrol


def shift_of(words: schema.Patrols, started: datetime) -> tuple[str, date]:
    """Key of the shift, and the local day it began on; "" between shifts and where there are none."""
    local = localtime(started)
    shifts = [Shift(one.key, one.from_, one.to) for one in words.shifts]
    found = shift_at(shifts, local.replace(tzinfo=None))
    return (found[0].key, found[1]) if found is not None else ("", local.date())


def _check(new: NewPatrol, words: schema.Patrols, started: datetime, at: datetime) -> None:
    if new.kind not in {one.key for one in words.kinds}:
        raise Problem(UNKNOWN_WORD, field="kind", key=new.kind, what=_("patrols"))
    if started > at:
        raise Problem(HAPPENS_LATER, field="started_at")
    for name, label, value, least in (("crew", _("Went out"), new.crew, 1), ("met", _("Met"), new.met, 0)):
        if not least <= value <= MOST_HEADS:
            raise Problem(INVALID, field=name, field_label=label, why=str(value))
    known = {one.key for one in words.help}
    for one in new.given:
        if one.kind not in known:
            raise Problem(UNKNOWN_WORD, field="given", key=one.kind, what=_("kinds of help"))
        if not (0 <= one.people <= MOST_HEADS and 0 <= one.quantity <= MOST_GIVEN):
            raise Problem(INVALID, field="given", field_label=_("Help given"), why=f"{one.people}, {one.quantity}")
    if len({one.kind for one in new.given}) < len(new.given):
        raise Problem(INVALID, field="given", field_label=_("Help given"), why=_("each kind once"))
