"""Whom a programme serves: by the rule of its playbook, or by its list."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Value

from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.playbook.schema import Businesses, Playbook
from guanjia.programmes.models import Enrolment
from guanjia.registry.models import Business, Place, Subject, SubjectKind
from guanjia.registry.queries import asked_for, readable


def enrolled(programme_id: int, playbook: Playbook) -> QuerySet[Subject]:
    """Whom the programme serves now: of the kinds served, who is on its list; where it enrols all, also everybody else
    for whom the rule holds but those left out."""
    served, listed = _served(playbook), _rows(programme_id, excluded=False)
    if playbook.serves.enrol == "list":
        return served.filter(pk__in=listed)
    rule = playbook.serves.businesses
    if rule is not None:
        meant = ~Q(kind=SubjectKind.BUSINESS) | Q(pk__in=_businesses(rule).values("pk"))
        served = served.filter(meant | Q(pk__in=listed))
    return served.exclude(pk__in=_rows(programme_id, excluded=True))


def enrolled_page(
    actor: Actor,
    programme_id: int,
    playbook: Playbook,
    *,
    inside: bool = True,
    text: str = "",
    place: Place | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Subject]:
    """Whom the programme serves or (not `inside`) might serve and does not, as far as the actor may read their cards;
    `text` as in `search_subjects`, `place` with all below. One query."""
    members = enrolled(programme_id, playbook)
    found = members if inside else _served(playbook).exclude(pk__in=members.values("pk"))
    found = found.filter(asked_for(text), pk__in=readable(actor).values("pk")).select_related("place")
    if place is not None:
        found = found.filter(place__in=Place.objects.filter(path__startswith=place.path).values("pk"))
    return page(found.defer("place__boundary"), ["id"], size=size, cursor=cursor)


def enrolled_in(subject_id: int, playbooks: dict[int, Playbook]) -> set[int]:
    """Of these programmes, by id, those that serve a subject now. One query, none for no programme."""
    found = [
        enrolled(id, playbook).filter(pk=subject_id).annotate(of=Value(id)).values_list("of", flat=True)
        for id, playbook in playbooks.items()
    ]
    return set(found[0].union(*found[1:], all=True)) if found else set()


def _served(playbook: Playbook) -> QuerySet[Subject]:
    return Subject.objects.filter(kind__in=playbook.serves.subjects, valid_to__isnull=True)


def _rows(programme_id: int, *, excluded: bool) -> QuerySet[Enrolment, Any]:
    rows = Enrolment.objects.filter(programme_id=programme_id, until__isnull=True, excluded=excluded)
    return rows.values("subject_id")


def _businesses(rule: Businesses) -> QuerySet[Business]:
    found = Business.objects.all()
    if rule.key_only:
        found = found.filter(is_key=True)
    if rule.industries:
        found = found.filter(reduce(or_, (Q(industry__startswith=code) for code in rule.industries)))
    if rule.employees_from:
        found = found.filter(employees__gte=rule.employees_from)
    return found
