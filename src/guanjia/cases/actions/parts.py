"""A case that is split: its parts are cases of their own, and it cannot close before them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.intake import NewCase, register
from guanjia.cases.models import Case
from guanjia.cases.policy import may
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_ALLOWED, STALE, Problem
from guanjia.playbook.lifecycle.verbs import verbs


@transaction.atomic
def split_off(
    actor: Actor,
    case_id: int,
    *,
    text: str,
    category: str,
    title: str = "",
    at: datetime,
    seen: int | None = None,
    key: str | None = None,
) -> Case:
    """Open a part of this case for the same place, subject and askers; the same `key` twice gives the same part.
    Raises as `act` and `register` do."""
    ledger = open_ledger(actor, case_id)
    rule = verbs()["open_child"]
    if not may(actor, rule, ledger.case, ledger.state, ledger.playbook):
        raise Problem(NOT_ALLOWED, verb=rule.label)
    parent = ledger.case
    part = register(
        actor,
        NewCase(
            programme=ledger.state.programme,
            text=text,
            title=title,
            channel="child",
            category=category,
            contact_ids=sorted(ledger.state.askers),
            place_id=parent.place_id,
            lon=parent.lon,
            lat=parent.lat,
            address=parent.address,
            subject_id=parent.subject_id,
            occurred_at=parent.occurred_at,
            public=False,
            parent_id=parent.pk,
            key=key,
        ),
        at=at,
    )
    if part.pk in ledger.state.children:
        return part
    if seen is not None and seen != ledger.state.seq:
        raise Problem(STALE)
    perform(actor, ledger, "open_child", {"child": part.pk}, at=at)
    return part
