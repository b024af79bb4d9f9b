"""Open cases follow when the registry changes: an officer is replaced, a grid is redrawn, a household
moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.intake import place_columns
from guanjia.cases.models import Case
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.registry.models import Officer, Place


@transaction.atomic
def follow_officer(actor: Actor, from_officer: int, to_officer: int, *, reason: str, at: datetime) -> int:
    """Every open case of one officer goes to another, with a line in each ledger; how many."""
    unit = Officer.objects.values_list("unit_id", flat=True).get(pk=to_officer)
    ids = list(Case.objects.filter(holder_officer_id=from_officer, closed_at__isnull=True).values_list("id", flat=True))
    for case_id in ids:
        data = {"to": {"unit": unit, "officer": to_officer}, "reason": reason}
        perform(SYSTEM, open_ledger(SYSTEM, case_id), "reassign", data, at=at)
    return len(ids)


@transaction.atomic
def follow_places(heir: Mapping[int, int], *, at: datetime) -> int:
    """Open cases move to the places that stand for theirs now; how many. Closed ones stay where they
    happened."""
    places = Place.objects.in_bulk(set(heir.values()))
    moved = 0
    for case in Case.objects.filter(closed_at__isnull=True, place_id__in=list(heir)):
        target = places[heir[case.place_id or 0]]
        moved += Case.objects.filter(pk=case.pk).update(**place_columns(target), updated_at=at)
    return moved


@transaction.atomic
def refresh_paths(place: Place, *, at: datetime) -> int:
    """After a place was moved under another parent: open cases in it and below read their places' paths
    anew."""
    moved = 0
    for case in Case.objects.filter(closed_at__isnull=True, place__path__startswith=place.path).select_related("place"):
        moved += Case.objects.filter(pk=case.pk).update(**place_columns(case.place), updated_at=at)
    return moved
