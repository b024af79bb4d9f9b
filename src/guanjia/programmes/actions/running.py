"""A programme that is to be changed, held for the transaction, and how its change is written down."""

from __future__ import annotations

from datetime import datetime

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes.models import Programme
from guanjia.programmes.problems import STOPPED


def running(programme_id: int) -> Programme:
    """Raises not_found, programme.stopped."""
    programme = held(programme_id)
    if programme.stopped_at is not None:
        raise Problem(STOPPED, key=programme.key)
    return programme


def held(programme_id: int) -> Programme:
    """For this transaction. Raises not_found."""
    programme = Programme.objects.select_for_update().filter(pk=programme_id).first()
    if programme is None:
        raise Problem(NOT_FOUND, what=_("programme"), key=programme_id)
    return programme


def noted(actor: Actor, verb: str, programme: Programme, at: datetime, **data: object) -> None:
    audit.record(actor, verb, programme, at=at, **data)
    outbox.publish("programme.changed", {"verb": verb, "programme": programme.pk, **data}, at=at)
