"""Which unit owes a dated duty that is not the steward's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate

from guanjia.cases.owners import duty_party, nearest, post_party
from guanjia.playbook.schema import Owner, Playbook
from guanjia.registry.models import Officer, Subject, Unit
from guanjia.registry.queries import district, valid_on
from guanjia.registry.rules import path_ids

#: Where the place of whom a task is for stands, by the column of the task.
_PLACES = {
    "subject_id": (Subject, "place__path"),
    "officer_id": (Officer, "unit__place__path"),
    "unit_id": (Unit, "place__path"),
}


class Owners:
    """Of one task of a playbook; what was found for a place is remembered for the run."""

    def __init__(self, who: Owner, playbook: Playbook, at: datetime) -> None:
        self._who = who
        self._at = at
        self._found: dict[str, int | None] = {}
        self._kinds: list[tuple[int | None, int]] | None = None
        body = next((one for one in playbook.bodies if one.key == who.body), None)
        self._chair = body.chair if body is not None else None

    def of(self, whom: str, ids: Sequence[int]) -> dict[int, int | None]:
        """By the id of whom it is for ("" for the programme): the unit, None where it is the steward's own or where
        nobody holds what the rule names. One query at most, and one in a run for a kind of unit."""
        if not whom:
            return dict.fromkeys(ids, self._near(""))
        if self._who.steward:
            return {id: id for id in ids} if whom == "unit_id" else {}
        model, path = _PLACES[whom]
        places = model._default_manager.filter(pk__in=ids).values_list("pk", path)
        return {pk: self._near(found or "") for pk, found in places}

    def _near(self, path: str) -> int | None:
        if path not in self._found:
            self._found[path] = self._unit(path_ids(path) if path else [])
        return self._found[path]

    def _unit(self, place_ids: list[int]) -> int | None:
        who, party = self._who, None
        if not place_ids and (whole := district()) is not None:
            place_ids = [whole.pk]
        if who.body:
            party = duty_party(who.body, place_ids)
            if party is None and self._chair is not None:
                party = post_party(self._chair, place_ids, self._at)
        elif who.role:
            party = post_party(who.role, place_ids, self._at)
        elif who.unit_kind:
            party = nearest(self._of_kind(place_ids), place_ids)
        return party.unit if party is not None else None

    def _of_kind(self, place_ids: list[int]) -> list[tuple[int | None, int]]:
        if self._kinds is None:
            there = Unit.objects.filter(valid_on(localdate(self._at)), kind=self._who.unit_kind)
            self._kinds = list(there.order_by("pk").values_list("place_id", "pk"))
        return [row for row in self._kinds if row[0] is None or row[0] in place_ids]
