"""Who is whose steward: the contact handbook of a programme, and the texts that its playbook carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from guanjia.kernel.actor import Actor
from guanjia.kernel.masking import mask_phone
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Text
from guanjia.programmes import policy
from guanjia.programmes.models import Assignment, AssignmentRole, Programme
from guanjia.programmes.queries.adopted import file_of, playbook_of, running
from guanjia.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Contact:
    """One steward with one place or business. `phone` is the work phone, which is public; `mobile` is masked."""

    officer_id: int
    unit: str
    steward: str
    phone: str
    mobile: str
    of: str
    stand_in: str


def handbook(
    actor: Actor, programme_id: int, *, unit_id: int | None = None, cursor: str | None = None, size: int = 50
) -> tuple[Page[Assignment], list[Contact]]:
    """By unit, then by steward; businesses as far as the actor may read them. Two queries."""
    rows = _stewards(actor, programme_id, unit_id)
    found = page(rows, ["officer__unit_id", "officer_id", "id"], size=size, cursor=cursor)
    return found, _contacts(programme_id, found.rows)


def whole_handbook(
    actor: Actor, programme_id: int, *, unit_id: int | None = None
) -> Iterator[tuple[str, list[Contact]]]:
    """All of it, unit by unit, to be printed. Two queries."""
    rows = list(_stewards(actor, programme_id, unit_id).order_by("officer__unit_id", "officer_id", "id"))
    for unit, some in groupby(_contacts(programme_id, rows), lambda one: one.unit):
        yield unit, list(some)


def _stewards(actor: Actor, programme_id: int, unit_id: int | None) -> QuerySet[Assignment]:
    held = Assignment.objects.filter(programme_id=programme_id, role=AssignmentRole.STEWARD, until__isnull=True)
    held = held.select_related("officer__unit", "place", "subject").defer("place__boundary")
    if unit_id is not None:
        held = held.filter(officer__unit_id=unit_id)
    if not policy.may_see_loads(actor):
        return held.none()
    return held.filter(Q(place__isnull=False) | Q(subject__in=registry.readable(actor).values("pk")))


def _contacts(programme_id: int, rows: Sequence[Assignment]) -> list[Contact]:
    targets = Q(place_id__in=[row.place_id for row in rows if row.place_id])
    targets |= Q(subject_id__in=[row.subject_id for row in rows if row.subject_id])
    others = Assignment.objects.filter(
        targets, programme_id=programme_id, role=AssignmentRole.STAND_IN, until__isnull=True
    ).values_list("place_id", "subject_id", "officer__name")
    stand_ins: dict[tuple[int | None, int | None], str] = {
        (place_id, subject_id): name for place_id, subject_id, name in others
    }
    return [
        Contact(
            officer_id=row.officer_id,
            unit=row.officer.unit.name,
            steward=row.officer.name,
            phone=row.officer.work_phone or row.officer.unit.phone,
            mobile=mask_phone(row.officer.mobile) if row.officer.mobile else "",
            of=row.place.name if row.place else str(row.subject),
            stand_in=stand_ins.get((row.place_id, row.subject_id), ""),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of texts of a playbook; `programme` is its key."""

    programme: str
    programme_name: Text
    key: str
    title: Text


def text_pages() -> list[TextPage]:
    """Of all programmes that run: public. No query while nothing changed but that of the stamp."""
    return [page for programme in running() for page in _pages_of(programme)]


def text_page(programme: str, key: str, language: str) -> tuple[TextPage, str]:
    """The page and its Markdown, in Chinese where there is no English. One query. Raises not_found."""
    for one in running():
        if one.key != programme or one.current_id is None:
            continue
        for found, source in zip(_pages_of(one), _sources(one, language), strict=True):
            if found.key == key:
                return found, str(file_of(one.current_id, source))
    raise Problem(NOT_FOUND, what=_("page"), key=key[:40])


def _pages_of(programme: Programme) -> list[TextPage]:
    book = playbook_of(programme.current_id or 0)
    pages: Sequence[Any] = book.handbook.pages if book.handbook is not None else ()
    return [TextPage(programme.key, book.playbook.name, one.key, one.title) for one in pages]


def _sources(programme: Programme, language: str) -> list[str]:
    book = playbook_of(programme.current_id or 0)
    return [one.file_in(language) for one in book.handbook.pages] if book.handbook is not None else []
