"""Which unit answers for what the playbooks name: a duty, or a body."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from guanjia.cases.models import Duty
from guanjia.cases.owners import DUTIES
from guanjia.cases.queries.duties import named_duties
from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import INVALID, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.models import Place, Unit
from guanjia.registry.policy import demand, may_change_organisation
from guanjia.registry.stamps import bump

SHARE_DUTIES = _("give duties to units")


@transaction.atomic
def give_duty(actor: Actor, key: str, *, unit_id: int, place_id: int | None = None, at: datetime) -> Duty:
    """Whoever had it for the same area has it no longer; new cases go by it, open ones stay where they are. Raises
    not_allowed, field.invalid for a duty that no playbook names, not_found."""
    demand(may_change_organisation(actor), SHARE_DUTIES)
    if key not in named_duties():
        raise Problem(INVALID, field="key", field_label=_("Duty"), why=key)
    if not Unit.objects.filter(pk=unit_id, valid_to__isnull=True).exists():
        raise Problem(NOT_FOUND, field="unit", what=_("unit"), key=unit_id)
    if place_id is not None and not Place.objects.filter(pk=place_id, valid_to__isnull=True).exists():
        raise Problem(NOT_FOUND, field="place", what=_("place"), key=place_id)
    what: dict[str, Any] = {"key": key, "place_id": place_id}
    duty, _made = Duty.objects.update_or_create(**what, defaults={"unit_id": unit_id})
    bump(DUTIES)
    audit.record(actor, "duty.give", duty, at=at, key=key, unit=unit_id, place=place_id)
    return duty
