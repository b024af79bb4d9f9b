"""Past cases of a programme under a changed playbook: read in stretches of the ledger, each counted by itself, so that
several processes may share the work and one that was stopped is gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, QuerySet
from django.utils.timezone import get_default_timezone, get_default_timezone_name

from guanjia.cases.models import Case, Event
from guanjia.cases.owners import Matter, owner_of
from guanjia.cases.problems import NO_PAST
from guanjia.cases.verification import local_midnight
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import loader
from guanjia.playbook.courses import course_of
from guanjia.playbook.lifecycle.states import CaseState, Party
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.rehearse import Past, Rules, rehearse
from guanjia.playbook.schema import Owner, Playbook
from guanjia.playbook.stories import Exceptions
from guanjia.playbook.tally import Tally
from guanjia.playbook.timekeeper import Timekeeper
from guanjia.programmes import policy
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.policy import demand
from guanjia.registry.stamps import read_once

#: Cases that are read and counted at a time.
STRETCH = 1000
NO_OTHER_DAYS = Exceptions()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is rehearsed: the cases of a programme registered from `since` up to `horizon`, as they stood then, under
    the playbook whose text is `source`. Its ids are fixed, so that the same plan means the same cases."""

    programme: str
    source: str
    since: date
    horizon: datetime
    days: Exceptions = NO_OTHER_DAYS
    first: int = 0
    last: int = 0
    cases: int = 0

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Ids, both ends included."""
        return [(start, min(start + STRETCH - 1, self.last)) for start in range(self.first, self.last + 1, STRETCH)]

    @property
    def fingerprint(self) -> str:
        """Two plans with the same one are counted to the same tally."""
        return sha256(json.dumps(self.dump(), sort_keys=True).encode()).hexdigest()

    def dump(self) -> dict[str, Any]:
        """JSON; `Plan.load` gives the plan back."""
        return {
            **{name: getattr(self, name) for name in ("programme", "source", "first", "last", "cases")},
            "since": self.since.isoformat(),
            "horizon": self.horizon.isoformat(),
            "days": self.days.model_dump(mode="json"),
        }

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Plan:
        return cls(
            data["programme"],
            data["source"],
            date.fromisoformat(data["since"]),
            datetime.fromisoformat(data["horizon"]),
            Exceptions.model_validate(data["days"]),
            data["first"],
            data["last"],
            data["cases"],
        )


def plan(
    actor: Actor,
    programme: str,
    source: str,
    *,
    since: date,
    until: date,
    at: datetime,
    days: Exceptions = NO_OTHER_DAYS,
) -> Plan:
    """For the cases registered on these days, both included; what happened after `until`, or after `at`, counts as not
    yet happened. Raises not_allowed, not_found, rehearsal.no_past."""
    demand(policy.may_adopt(actor), _("rehearse a playbook"))
    programmes.programme(programme)
    horizon = min(at, local_midnight(until + timedelta(days=1)))
    empty = Plan(programme, source, since, horizon, days)
    found = _cases(empty).aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is None:
        raise Problem(NO_PAST, since=since, until=until)
    return replace(empty, first=found["first"], last=found["last"], cases=_cases(empty).count())


def _cases(plan: Plan) -> QuerySet[Case]:
    programme = programmes.programme(plan.programme)
    registered = {"registered_at__gte": local_midnight(plan.since), "registered_at__lt": plan.horizon}
    return Case.objects.filter(version__programme_id=programme.pk, **registered)


@read_once()
def count(plan: Plan, stretch: tuple[int, int]) -> Tally:
    """Rehearse the cases of one stretch. Two queries, and those that name the owners of changed tiers."""
    changed = _parsed(plan.source)
    was, rules = Keeping(NO_OTHER_DAYS), Rules(changed, Keeping(plan.days))
    if plan.days == NO_OTHER_DAYS:
        rules = Rules(changed, was)
    zone, tally = get_default_timezone(), Tally()
    rows = _cases(plan).filter(pk__range=stretch).order_by("pk")
    cases = {
        pk: (version, Matter(programme.pk, "", subject, registry.known_place(place or 0)), kind)
        for programme in (programmes.programme(plan.programme),)
        for pk, version, subject, place, kind in rows.values_list(
            "pk", "version_id", "subject_id", "place_id", "subject__kind"
        )
    }
    for pk, lines in _histories(stretch):
        if pk not in cases:
            continue
        version, matter, kind = cases[pk]
        past = Past(lines, programmes.playbook_of(version), kind)
        again = rehearse(past, was, rules, _Owners(matter, changed), until=plan.horizon)
        before = course_of(lines, was, plan.horizon)
        same = again.events == [line for line in lines if line.at <= plan.horizon] and rules.keepers is was
        after = before if same else course_of(again.events, rules.keepers, plan.horizon)
        tally.add(pk, before, after, again.refused, zone)
    return tally


def _histories(stretch: tuple[int, int]) -> Iterator[tuple[int, list[Line]]]:
    columns = ("case_id", "seq", "verb", "at", "by", "data")
    rows = (
        Event.objects.filter(case_id__gte=stretch[0], case_id__lte=stretch[1])
        .order_by("case_id", "seq")
        .values_list(*columns)
    )
    for pk, group in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        yield pk, [Line(*row[1:]) for row in group]


@lru_cache(maxsize=2)
def _parsed(source: str) -> Playbook:
    return loader.loads(source)


class Keeping:
    """Timekeepers by unit; units that keep the same days and hours share one."""

    def __init__(self, days: Exceptions) -> None:
        self._days = days
        self._by_unit: dict[int, Timekeeper] = {}
        self._shared: dict[tuple[Any, ...], Timekeeper] = {}

    def __call__(self, unit: int) -> Timekeeper:
        if unit not in self._by_unit:
            calendar, hours = registry.work_calendar(unit)
            key = calendar.version, hours
            if key not in self._shared:
                if self._days != NO_OTHER_DAYS:
                    calendar = calendar.with_overrides(self._days.overrides())
                self._shared[key] = Timekeeper(calendar, hours, ZoneInfo(get_default_timezone_name()))
            self._by_unit[unit] = self._shared[key]
        return self._by_unit[unit]


@dataclass(frozen=True, slots=True)
class _Owners:
    """Who would take this case, as the registry has it."""

    matter: Matter
    playbook: Playbook

    def __call__(self, owner: Owner, case: CaseState, at: datetime) -> Party | None:
        return owner_of(owner, replace(self.matter, category=case.category), self.playbook, at)


def over_limit(programme: str, playbook: Playbook) -> tuple[int, int]:
    """How many stewards answer for more than the playbook lets them, of how many. One query."""
    sizes: Mapping[int, int] = programmes.caseload_sizes(programmes.programme(programme).pk)
    most = playbook.stewards.most_subjects if playbook.stewards is not None else 0
    return sum(size > most for size in sizes.values()) if most else 0, len(sizes)
