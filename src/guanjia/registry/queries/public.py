"""What anybody may know of a business and an officer: name, where it is, whom to call. Nothing of homes and people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from guanjia.kernel.codes import normal_credit_code
from guanjia.registry.models import Officer, Place, Subject, SubjectKind

#: One character would list half the town.
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class BusinessName:
    """`where`: the names of its places without the district, from the street down."""

    subject_id: int
    name: str
    place: Place | None
    where: str


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """`phone` is the work phone, or the unit's where the officer has none."""

    officer_id: int
    name: str
    unit: str
    unit_id: int
    phone: str


def businesses_called(text: str, *, most: int = 8) -> list[BusinessName]:
    """Those with this credit code, else those whose name contains the text, shortest name first. Two queries."""
    text = text.strip()
    code = normal_credit_code(text)
    if code is None and len(text) < SHORTEST_NAME:
        return []
    wanted = Q(business__credit_code=code) if code is not None else Q(name__contains=text)
    found = Subject.objects.filter(wanted, kind=SubjectKind.BUSINESS, valid_to__isnull=True)
    rows = list(found.select_related("place").defer("place__boundary").order_by("id")[: most * 5])
    return _named(sorted(rows, key=lambda one: (len(one.name), one.pk))[:most])


def business_called(subject_id: int) -> BusinessName | None:
    found = Subject.objects.filter(pk=subject_id, kind=SubjectKind.BUSINESS, valid_to__isnull=True)
    named = _named(list(found.select_related("place").defer("place__boundary")))
    return named[0] if named else None


def _named(rows: list[Subject]) -> list[BusinessName]:
    above = {id for row in rows if row.place for id in row.place.path_ids[1:]}
    names = dict(Place.objects.filter(pk__in=above).values_list("pk", "name"))
    return [
        BusinessName(
            row.pk,
            row.name,
            row.place,
            "".join(names.get(id, "") for id in row.place.path_ids[1:3]) if row.place else "",
        )
        for row in rows
    ]


def service_cards(officer_ids: Collection[int | None]) -> dict[int, ServiceCard]:
    """By officer id, for those who are in service. One query."""
    wanted = {one for one in officer_ids if one is not None}
    found = Officer.objects.filter(pk__in=wanted, active=True).select_related("unit").defer("mobile")
    return {
        one.pk: ServiceCard(one.pk, one.name, str(one.unit), one.unit_id, one.work_phone or one.unit.phone)
        for one in found
    }
