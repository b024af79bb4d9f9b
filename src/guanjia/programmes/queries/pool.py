"""From whom a playbook takes its stewards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from guanjia.playbook.schema import Stewards
from guanjia.registry.models import PostHolding
from guanjia.registry.queries import held_on
from guanjia.registry.rules import path_ids


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer who may be steward, at the nearest (deepest) place that a fitting post gives. The centre may be
    unknown."""

    officer_id: int
    name: str
    unit_id: int
    unit_kind: str
    path: str
    lon: float | None
    lat: float | None
    staff_number: str = ""


def pool(stewards: Stewards, on: date, *, officer_id: int | None = None) -> dict[int, Candidate]:
    """By officer. One query."""
    held = PostHolding.objects.filter(held_on(on), post__role__in=stewards.roles)
    held = held.filter(Q(post__unit__valid_to__isnull=True) | Q(post__unit__valid_to__gt=on))
    if stewards.unit_kinds:
        held = held.filter(post__unit__kind__in=stewards.unit_kinds)
    if officer_id is not None:
        held = held.filter(officer_id=officer_id)
    rows = held.values_list(
        "officer_id",
        "officer__name",
        "post__unit_id",
        "post__unit__kind",
        "post__place__path",
        "post__place__centre_lon",
        "post__place__centre_lat",
        "officer__staff_number",
    )
    found = [Candidate(*row) for row in rows.order_by("officer_id", "post_id")]
    found.sort(key=lambda one: (one.officer_id, len(path_ids(one.path))))
    return {one.officer_id: one for one in found}
