"""What some verbs need before they are decided, and what follows elsewhere once they are: owners of tiers,
merged askers, parts of a case, cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.cases.deadlines import contest_until
from guanjia.cases.ledger import Ledger
from guanjia.cases.models import Asker, Case
from guanjia.cases.owners import matter_of, named, owner_of
from guanjia.cases.problems import CLOSED_TARGET
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.states import IN_HAND, CaseState
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.problems import LAST_TIER, NO_OWNER, SAME_CASE, TOO_LATE_TO_CONTEST
from guanjia.registry.actions import update_business, update_household
from guanjia.registry.models import Subject, SubjectKind

_CARD_UPDATES: dict[str, Callable[..., Subject]] = {
    SubjectKind.BUSINESS: update_business,
    SubjectKind.HOUSEHOLD: update_household,
}


@dataclass(frozen=True, slots=True)
class Following:
    """An act on another case that this one brings about."""

    actor: Actor
    case_id: int
    verb: str
    data: Mapping[str, Any]


def prepare(actor: Actor, ledger: Ledger, verb: str, values: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The values with what the rule needs from the registry and the calendar. Raises Problem."""
    if verb == "escalate" and "to" not in values:
        values["to"] = next_owner(ledger, at)
    elif verb == "merge" and "into" in values:
        _check_target(ledger, values["into"])
    elif verb == "contest":
        _check_contest_window(ledger, at)
    return values


def next_owner(ledger: Ledger, at: datetime) -> dict[str, Any]:
    """Who holds the tier above. Raises case.last_tier, case.no_owner."""
    tier = ledger.playbook.next_tier(ledger.state.tier)
    if tier is None:
        raise Problem(LAST_TIER)
    matter = matter_of(ledger.case)
    party = owner_of(tier.owner, matter, ledger.playbook, at)
    if party is None:
        raise Problem(NO_OWNER, owner=named(tier.owner))
    return party.to_data()


def _check_target(ledger: Ledger, target_id: int) -> None:
    if target_id == ledger.case.pk:
        raise Problem(SAME_CASE, field="into")
    if not Case.objects.filter(pk=target_id, closed_at__isnull=True, sealed_to__isnull=True).exists():
        raise Problem(CLOSED_TARGET, field="into")


def _check_contest_window(ledger: Ledger, at: datetime) -> None:
    until = contest_until(ledger.state, ledger.playbook)
    if until is not None and at > until:
        raise Problem(TOO_LATE_TO_CONTEST, until=until)


def after(actor: Actor, ledger: Ledger, state: CaseState, lines: list[Line], *, at: datetime) -> Iterator[Following]:
    """Acts on other cases, in the same transaction."""
    for line in lines:
        if line.verb == "decide_correction":
            _apply_correction(actor, ledger, line, at)
        if line.verb == "merge":
            yield from _join_target(ledger, line, at)
    if ledger.case.parent_id is not None and ledger.state.open and not state.open:
        yield Following(SYSTEM, ledger.case.parent_id, "child_closed", {"child": ledger.case.pk})
    if ledger.case.parent_id is not None and state.open and not ledger.state.open:
        yield from _reopened_part(ledger)


def _reopened_part(ledger: Ledger) -> Iterator[Following]:
    """A part that is contested counts as open again, unless the whole has been resolved meanwhile."""
    if Case.objects.filter(pk=ledger.case.parent_id or 0, status__in=IN_HAND).exists():
        yield Following(SYSTEM, ledger.case.parent_id or 0, "open_child", {"child": ledger.case.pk})


def _apply_correction(actor: Actor, ledger: Ledger, line: Line, at: datetime) -> None:
    """Write an approved correction onto the subject's card: enter once, where the case found it wrong."""
    subject = ledger.case.subject
    if not line.data["granted"] or subject is None:
        return
    update = _CARD_UPDATES.get(subject.kind)
    if update is not None:
        update(SYSTEM, subject.pk, at=at, **line.data["fields"])


def _join_target(ledger: Ledger, line: Line, at: datetime) -> Iterator[Following]:
    """The askers of the merged case go on as askers of the other one, each with a follow-up of their own."""
    target_id = line.data["into"]
    there = set(Asker.objects.filter(case_id=target_id).values_list("contact_id", flat=True))
    coming = Asker.objects.filter(case_id=ledger.case.pk).exclude(contact_id__in=there).order_by("id")
    moved = [
        Asker(
            case_id=target_id,
            contact_id=asker.contact_id,
            is_first=False,
            channel=asker.channel,
            joined_at=at,
        )
        for asker in coming
    ]
    Asker.objects.bulk_create(moved)
    for asker in moved:
        yield Following(SYSTEM, target_id, "join", {"asker": asker.contact_id, "merged_from": ledger.case.pk})
