"""What a rehearsal found, with the names that people know: for terminal, page and file alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanjia.cases.models import Case, Rehearsal
from guanjia.cases.rehearsal import Plan, over_limit
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Kind, catalogue
from guanjia.playbook import loader
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, ClockKind, Party
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.schema import Playbook, Text
from guanjia.playbook.tally import Load, Moved, Tally
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.queries.history import officer_names

#: So many holders are named.
HOLDERS = 20


@dataclass(frozen=True, slots=True)
class ClockRow:
    """`kind` is a message id; `tier` is None at the desk."""

    kind: str
    tier: Text | str | None
    moved: Moved


@dataclass(frozen=True, slots=True)
class HolderRow:
    name: str
    load: Load


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`verb` is a message id; `why` the problem, whose parameters nobody counted."""

    verb: str
    why: Kind
    count: int


@dataclass(frozen=True, slots=True)
class Findings:
    """`over_before`, `over_after`: stewards above the playbook's limit now and under the changed one, of `stewards`."""

    plan: Plan
    tally: Tally
    clocks: Sequence[ClockRow]
    holders: Sequence[HolderRow]
    refused: Sequence[RefusedRow]
    newly_late: Sequence[str]
    relieved: Sequence[str]
    over_before: int
    over_after: int
    stewards: int

    @property
    def unchanged(self) -> bool:
        return not self.tally.changed and self.over_before == self.over_after

    def as_data(self) -> dict[str, Any]:
        """JSON. Names of tiers are keys; moments none: two runs of one plan give the same."""
        tally = self.tally
        return {
            "programme": self.plan.programme,
            "since": self.plan.since.isoformat(),
            "horizon": self.plan.horizon.isoformat(),
            "cases": tally.cases,
            "changed": tally.changed,
            "late": {"before": tally.late_before, "after": tally.late_after},
            "newly_late": {"count": tally.newly_late_count, "numbers": list(self.newly_late)},
            "relieved": {"count": tally.relieved_count, "numbers": list(self.relieved)},
            "climbs": {"before": dict(tally.climbs_before), "after": dict(tally.climbs_after)},
            "clocks": [
                {"clock": kind, "tier": tier} | {name: getattr(moved, name) for name in Moved.__slots__}
                for (kind, tier), moved in sorted(tally.clocks.items())
            ],
            "holders": [
                {
                    "name": row.name,
                    "cases": {"before": row.load.cases_before, "after": row.load.cases_after},
                    "peak": {"before": row.load.peak_before, "after": row.load.peak_after},
                }
                for row in self.holders
            ],
            "stewards_over_limit": {"before": self.over_before, "after": self.over_after, "of": self.stewards},
            "refused": [
                {"verb": verb, "problem": code, "count": n} for (verb, code), n in sorted(tally.refused.items())
            ],
        }


def findings(plan: Plan, tally: Tally) -> Findings:
    """Five queries at most."""
    changed = loader.loads(plan.source)
    current = programmes.current_playbook(programmes.programme(plan.programme).pk)
    before, stewards = over_limit(plan.programme, current)
    after, _stewards = over_limit(plan.programme, changed)
    names = _tier_names(current, changed)
    numbers = _numbers({*tally.newly_late, *tally.relieved})
    heaviest = tally.heaviest(HOLDERS)
    called = _called([party for party, _load in heaviest])
    return Findings(
        plan,
        tally,
        [
            ClockRow(CLOCK_LABELS[ClockKind(kind)], names.get(tier, tier) or None, moved)
            for kind, tier, moved in tally.ordered_clocks(names)
        ],
        [HolderRow(called[party], load) for party, load in heaviest],
        [_refused(verb, code, count) for (verb, code), count in tally.refused.most_common()],
        [numbers[pk] for pk in tally.newly_late],
        [numbers[pk] for pk in tally.relieved],
        before,
        after,
        stewards,
    )


def _tier_names(*playbooks: Playbook) -> dict[str, Text]:
    return {tier.key: tier.name for playbook in playbooks for tier in playbook.ladder.tiers}


def _numbers(ids: Collection[int]) -> dict[int, str]:
    found = Case.objects.filter(pk__in=ids).only("registered_at")
    return {case.pk: case.number for case in found}


def _called(parties: Iterable[Party]) -> Mapping[Party, str]:
    parties = list(parties)
    officers = officer_names({party.officer for party in parties if party.officer is not None})
    units = registry.known_units()
    return {
        party: " ".join(filter(None, (units[party.unit].name, officers.get(party.officer or 0, ""))))
        for party in parties
    }


def _refused(verb: str, code: str, count: int) -> RefusedRow:
    return RefusedRow(verbs()[verb].label, catalogue()[code], count)


def rehearsal_of(actor: Actor, draft_id: int) -> Rehearsal | None:
    """The last one of a draft, for those who may write it. Two queries. Raises not_found."""
    programmes.playbook_draft(actor, draft_id)
    return Rehearsal.objects.filter(draft_id=draft_id).order_by("-id").first()


def findings_of(found: Rehearsal) -> Findings:
    """Of one that is finished, or as far as it has come."""
    return findings(Plan.load(found.plan), Tally.load(found.tally))
