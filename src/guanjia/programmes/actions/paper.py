"""Numbers for paper forms, reserved before the day on which the network is down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy, queries
from guanjia.programmes.models import PaperBlock
from guanjia.programmes.problems import BAD_BLOCK, ONE_TARGET
from guanjia.registry.models import Place, Unit
from guanjia.registry.policy import demand

MOST_SHEETS = 999


@transaction.atomic
def reserve_numbers(
    actor: Actor,
    programme_id: int,
    *,
    sheets: int,
    key: str,
    at: datetime,
    place: Place | None = None,
    unit: Unit | None = None,
) -> PaperBlock:
    """A block of `sheets` numbers for a place, or for a unit. The same `key` twice gives the same block. Raises
    paper.size, assignment.one_target, programme.stopped."""
    known = PaperBlock.objects.filter(key=key).first()
    if known is not None:
        return known
    queries.check_running(programme_id)
    if (place is None) == (unit is None):
        raise Problem(ONE_TARGET, field="place")
    path = place.path if place else (unit.place.path if unit and unit.place else "")
    demand(policy.may_print_papers(actor, [path]), _("reserve paper forms"))
    if not 1 <= sheets <= MOST_SHEETS:
        raise Problem(BAD_BLOCK, field="sheets", given=sheets, most=MOST_SHEETS)
    block = PaperBlock.objects.create(
        programme_id=programme_id,
        place=place,
        unit=unit,
        sheets=sheets,
        key=key,
        reserved_at=at,
        reserved_by=actor.signature,
    )
    audit.record(actor, "paper.reserve", block, at=at, sheets=sheets)
    return block
