"""What everybody may see: the anonymised ledger, units with their rates, the daily digests, and one's own case by
number and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime

from guanjia.cases.ledger import read
from guanjia.cases.models import Asker, Case, Digest, Event
from guanjia.cases.problems import WRONG_PROOF
from guanjia.cases.queries.lists import NEWEST_FIRST, Filters, rows_of
from guanjia.cases.queries.page import REGISTERED, Names, known_names
from guanjia.cases.search import matching
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.secrets import blind_index
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.schema import Playbook
from guanjia.programmes.queries import playbook_of
from guanjia.registry.models import Unit
from guanjia.registry.rules import PHONE_LAST4

#: Units with fewer closed cases than this show their counts but no rate: a rate of three cases says nothing.
FEWEST_FOR_A_RATE = 10
_OUTLINES = ("street__boundary", "community__boundary")


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


#: Ready choices of the public ledger, each a condition at a moment; the figures of the first page link to them.
MONTH = timedelta(days=30)
SHOWS: dict[str, Callable[[datetime], Q]] = {
    "month": lambda at: Q(registered_at__gte=at - MONTH),
    "confirmed": lambda at: Q(closed_at__gte=at - MONTH, confirmed=True),
    "open": lambda at: Q(closed_at__isnull=True),
    "late": lambda at: Q(closed_at__isnull=True, due_at__lt=at),
}


def public_ledger(
    filters: Filters, *, show: str = "", at: datetime, cursor: str | None = None, size: int = 30
) -> Page[Case]:
    """Newest first; `show` is a key of SHOWS. Faces show of a case: number, title, category, street and community,
    state, unit, dates; never text, address or point."""
    found = _shown(show, at)
    if filters.text:
        number = parse_ledger_number(filters.text)
        found = found.filter(pk=number[1]) if number is not None else matching(found, filters.text)
    if filters.place:
        found = found.filter(Q(street_id=filters.place) | Q(community_id=filters.place))
    equal = {"status": filters.status, "category": filters.category, "holder_unit_id": filters.unit}
    found = found.filter(**{name: value for name, value in equal.items() if value})
    return rows_of(found, NEWEST_FIRST, size=size, cursor=cursor)


def _shown(show: str, at: datetime) -> QuerySet[Case]:
    return published().filter(SHOWS[show](at)) if show in SHOWS else published()


def count_published(show: str, *, at: datetime) -> int:
    """How many rows `public_ledger` has for a key of SHOWS."""
    return _shown(show, at).count()


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One line of a case as everybody may read it: what was done, when, by which unit or kind of person. No words."""

    verb: str
    told: str
    at: datetime
    who_kind: str
    to: str


@dataclass(frozen=True, slots=True)
class PublicCase:
    """`askers`: how many asked."""

    case: Case
    playbook: Playbook
    entries: Sequence[PublicEntry]
    askers: int


def published_case(number: str) -> PublicCase:
    """Five queries. Raises not_found alike for what is not there, not public or sealed."""
    parsed = parse_ledger_number(number)
    found = published().select_related("street", "community", "holder_unit").defer("text", *_OUTLINES)
    case = found.filter(pk=parsed[1]).first() if parsed is not None else None
    if case is None or parsed is None or localtime(case.registered_at).year != parsed[0]:
        raise Problem(NOT_FOUND, what=_("case"), key=number[:20])
    ledger = read(case, playbook_of(case.version_id))
    events = Event.objects.filter(case_id=case.pk).order_by("seq")
    names = known_names()
    return PublicCase(case, ledger.playbook, _public_entries(events, names), len(ledger.state.askers))


def _public_entries(events: Iterable[Event], names: Names) -> list[PublicEntry]:
    entries = []
    for event in events:
        rule = verbs().get(event.verb)
        if rule is None or rule.public:
            to = event.data.get("to") or {}
            unit = names.units.get(to.get("unit") or 0, "")
            told = rule.told if rule is not None else REGISTERED
            entries.append(PublicEntry(event.verb, told, event.at, event.by.get("kind", ""), unit))
    return entries


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
    done: dict[int, dict[str, Any]] = {row["holder_unit_id"]: dict(row) for row in closed}
    units = Unit.objects.filter(pk__in={*open_counts, *done}).order_by("kind", "name")
    return [_rates(unit, open_counts.get(unit.pk, (0, 0)), done.get(unit.pk, {})) for unit in units]


def _by_unit(cases: QuerySet[Case], at: datetime) -> list[tuple[int, tuple[int, int]]]:
    rows = (
        cases.values_list("holder_unit_id")
        .annotate(held=Count("id"), overdue=Count("id", filter=Q(due_at__lt=at)))
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


def was_done(case_id: int, key: str | None) -> bool:
    """Whether an act with this idempotency key stands in the ledger of the case."""
    return key is not None and Event.objects.filter(case_id=case_id, key=key).exists()


def was_handed_over(case_id: int, contact_id: int) -> bool:
    """Whether what this contact asked was handed over sealed: that it was, and no more of it, is theirs to know."""
    return Asker.objects.filter(case_id=case_id, contact_id=contact_id, case__sealed_to__isnull=False).exists()


def first_askers(case_ids: Sequence[int]) -> dict[int, int]:
    """Contact id of whoever asked first, by case."""
    return dict(Asker.objects.filter(case_id__in=case_ids, is_first=True).values_list("case_id", "contact_id"))
