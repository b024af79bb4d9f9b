"""Where each case at the dispatch desk might go, and why: for a whole page of them in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from guanjia.cases import classify
from guanjia.cases.models import Case, Event
from guanjia.cases.owners import closest, duty_party, nearest
from guanjia.cases.queries.page import Names
from guanjia.playbook.lifecycle.states import Party
from guanjia.playbook.routing import CaseFacts, choose_route
from guanjia.playbook.schema import Owner, Playbook, Route, Tier
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.models import Officer, Subject, Unit


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`why`: "return" where whoever returned the case named somebody, "route" where the playbook's rule says so, "duty"
    where neither does and the duty of the category decides, "" where nobody was found (`party` None)."""

    tier: Tier
    party: Party | None
    why: str
    route: Route
    returned: str
    categories: Sequence[classify.Suggestion]


def suggestions(cases: Sequence[Case], at: datetime) -> tuple[dict[int, Suggestion], Names]:
    """By case id. The rows come from `lists.to_dispatch`, with their text."""
    book = _OwnerBook(cases, at)
    returns = _returns(cases)
    kinds = dict(Subject.objects.filter(pk__in={case.subject_id for case in cases}).values_list("pk", "kind"))
    found = {case.pk: _suggest(case, returns.get(case.pk, {}), kinds.get(case.subject_id or 0), book) for case in cases}
    parties = [one.party for one in found.values() if one.party is not None]
    return found, Names(
        dict(Unit.objects.filter(pk__in={party.unit for party in parties}).values_list("pk", "name")),
        dict(Officer.objects.filter(pk__in={party.officer for party in parties}).values_list("pk", "name")),
    )


def _suggest(case: Case, returned: Mapping[str, Any], subject_kind: str | None, book: _OwnerBook) -> Suggestion:
    playbook = programmes.playbook_of(case.version_id)
    route = choose_route(playbook, _facts(case, subject_kind, playbook))
    tier, party, why = _whither(case, returned, route, playbook, book)
    return Suggestion(
        tier=tier,
        party=party,
        why=why if party is not None else "",
        route=route,
        returned=str(returned.get("reason", "")),
        categories=classify.suggest(playbook, case.title, case.text),
    )


def _facts(case: Case, subject_kind: str | None, playbook: Playbook) -> CaseFacts:
    category = playbook.category(case.category)
    kind = category.kind if category is not None else "help"
    return CaseFacts(case.category, kind, subject_kind, case.channel, case.emergency)


def _whither(
    case: Case, returned: Mapping[str, Any], route: Route, playbook: Playbook, book: _OwnerBook
) -> tuple[Tier, Party | None, str]:
    by_duty = next((tier for tier in playbook.ladder.tiers if tier.owner.duty), playbook.ladder.tiers[0])
    tier = playbook.tier(route.tier) if route.tier else by_duty
    if returned:
        tier = playbook.tier(case.tier) if case.tier else tier
        if returned.get("suggest"):
            return (by_duty if tier.owner.steward else tier), Party(int(returned["suggest"])), "return"
        if tier.owner.steward:
            return by_duty, book.owner(by_duty.owner, case, playbook), "duty"
    party = book.owner(tier.owner, case, playbook)
    if party is not None:
        return tier, party, "route" if route.tier else "duty"
    return by_duty, book.owner(by_duty.owner, case, playbook), "duty"


def _returns(cases: Sequence[Case]) -> dict[int, Mapping[str, Any]]:
    """What was said with the last return of those that came back."""
    came_back = [case.pk for case in cases if case.returns]
    rows = Event.objects.filter(case_id__in=came_back, verb="return").order_by("case_id", "seq")
    return dict(rows.values_list("case_id", "data"))


class _OwnerBook:
    """Who owns what at a tier, as `cases.owners` says, read at once for many cases."""

    def __init__(self, cases: Sequence[Case], at: datetime) -> None:
        day = localdate(at)
        now = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        path_ids = {id for case in cases for id in _path(case)}
        self._units: dict[str, list[tuple[int | None, int]]] = defaultdict(list)
        for kind, place_id, unit_id in Unit.objects.filter(now, place_id__in=path_ids).values_list(
            "kind", "place_id", "id"
        ):
            self._units[kind].append((place_id, unit_id))
        self._seats = cache(lambda role: registry.seats(role, day))
        self._stewards = _stewards(cases, at)

    def owner(self, owner: Owner, case: Case, playbook: Playbook) -> Party | None:
        path = _path(case)
        if owner.steward:
            return self._stewards.get(case.pk)
        if owner.duty:
            category = playbook.category(case.category)
            return duty_party(category.duty, path) if category is not None and category.duty else None
        if owner.body:
            return duty_party(owner.body, path)
        if owner.role:
            return closest(self._seats(owner.role), path)
        return nearest(self._near(self._units[str(owner.unit_kind)], path), path)

    @staticmethod
    def _near(rows: list[tuple[int | None, int]], path: list[int]) -> list[tuple[int | None, int]]:
        return [row for row in rows if row[0] is None or row[0] in path]


def _path(case: Case) -> list[int]:
    return [int(part) for part in case.place_path.split("/") if part]


def _stewards(cases: Sequence[Case], at: datetime) -> dict[int, Party]:
    by_programme: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_programme[programmes.programme_of(case.version_id).pk].append(case)
    found: dict[int, Party] = {}
    for programme_id, some in by_programme.items():
        wanted = [(case.subject_id, case.place_path) for case in some]
        for case, one in zip(some, programmes.stewards_for_many(programme_id, wanted, at=at), strict=True):
            if one.acting_unit_id is not None:
                found[case.pk] = Party(one.acting_unit_id, one.acting_officer_id)
    return found
