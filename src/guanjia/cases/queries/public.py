"""What everybody may see: the anonymised ledger, units with their rates, the daily digests, and one's own case by
number and phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime

from guanjia.cases.models import Asker, Case, Digest
from guanjia.cases.problems import WRONG_PROOF
from guanjia.cases.queries.lists import NEWEST_FIRST, Filters
from guanjia.cases.search import matching
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import Problem
from guanjia.kernel.secrets import blind_index
from guanjia.registry.models import Unit
from guanjia.registry.rules import PHONE_LAST4

#: Units with fewer closed cases than this show their counts but no rate: a rate of three cases says nothing.
FEWEST_FOR_A_RATE = 10


@dataclass(frozen=True, slots=True)
class UnitRates:
    """`on_time`, `solved` (confirmed by whoever asked): shares of what was closed in the period, None below
    FEWEST_FOR_A_RATE."""

    unit: Unit
    open: int
    overdue: int
    closed: int
    on_time: float | None
    solved: float | None
    satisfaction: float | None


def published() -> QuerySet[Case]:
    """Cases that the public ledger shows: never sealed ones, never those whose asker or category said no."""
    return Case.objects.filter(public=True, sealed_to__isnull=True)


def public_ledger(filters: Filters, *, cursor: str | None = None, size: int = 30) -> Page[Case]:
    """Newest first. Faces show of a case: number, title, category, street and community, state, unit, dates; never
    text, address or point."""
    found = published()
    if filters.text:
        number = parse_ledger_number(filters.text)
        found = found.filter(pk=number[1]) if number is not None else matching(found, filters.text)
    if filters.place:
        found = found.filter(Q(street_id=filters.place) | Q(community_id=filters.place))
    equal = {"status": filters.status, "category": filters.category, "holder_unit_id": filters.unit}
    found = found.filter(**{name: value for name, value in equal.items() if value})
    rows = found.select_related("street", "community", "holder_unit").defer(
        "text", "street__boundary", "community__boundary"
    )
    return page(rows, NEWEST_FIRST, size=size, cursor=cursor)


def unit_rates(*, at: datetime, period: timedelta = timedelta(days=90)) -> list[UnitRates]:
    """All units that hold or closed a case. Three queries."""
    open_counts = dict(_by_unit(Case.objects.filter(closed_at__isnull=True, sealed_to__isnull=True), at))
    closed = (
        Case.objects.filter(closed_at__gte=at - period, status="closed", sealed_to__isnull=True)
        .exclude(outcome__in=("merged", "withdrawn"))
        .values("holder_unit_id")
        .annotate(
            closed=Count("id"),
            on_time=Count("id", filter=Q(late=False)),
            solved=Count("id", filter=Q(confirmed=True)),
            rated=Count("id", filter=Q(satisfaction__isnull=False)),
            content=Count("id", filter=Q(satisfaction__gte=4)),
        )
        .order_by()
    )
    done = {row.pop("holder_unit_id"): row for row in closed}
    units = Unit.objects.filter(pk__in={*open_counts, *done}).order_by("kind", "name")
    return [_rates(unit, open_counts.get(unit.pk, (0, 0)), done.get(unit.pk, {})) for unit in units]


def _by_unit(cases: QuerySet[Case], at: datetime) -> list[tuple[int, tuple[int, int]]]:
    rows = (
        cases.values_list("holder_unit_id")
        .annotate(open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=at)))
        .order_by()
    )
    return [(unit, (open_, overdue)) for unit, open_, overdue in rows]


def _rates(unit: Unit, open_: tuple[int, int], done: dict[str, int]) -> UnitRates:
    closed, rated = done.get("closed", 0), done.get("rated", 0)
    enough = closed >= FEWEST_FOR_A_RATE
    return UnitRates(
        unit=unit,
        open=open_[0],
        overdue=open_[1],
        closed=closed,
        on_time=done["on_time"] / closed if enough else None,
        solved=done["solved"] / closed if enough else None,
        satisfaction=done["content"] / rated if rated >= FEWEST_FOR_A_RATE else None,
    )


def digests(*, cursor: str | None = None, size: int = 60) -> Page[Digest]:
    return page(Digest.objects.all(), ("-day", "-id"), size=size, cursor=cursor)


def find_by_proof(number: str, last4: str) -> tuple[Case, int]:
    """The case with this ledger number that was asked from a phone ending in `last4`, and the contact who asked.

    Raises case.wrong_proof, the same whether the number or the digits are wrong. Callers limit the rate.
    """
    parsed = parse_ledger_number(number)
    proof = blind_index(last4, PHONE_LAST4)
    asker = (
        Asker.objects.filter(case_id=parsed[1], contact__phone_last4_index=proof).select_related("case").first()
        if parsed is not None and last4
        else None
    )
    if asker is None or parsed is None or localtime(asker.case.registered_at).year != parsed[0]:
        raise Problem(WRONG_PROOF, field="number")
    return asker.case, asker.contact_id


def first_askers(case_ids: Sequence[int]) -> dict[int, int]:
    """Contact id of whoever asked first, by case."""
    return dict(Asker.objects.filter(case_id__in=case_ids, is_first=True).values_list("case_id", "contact_id"))
