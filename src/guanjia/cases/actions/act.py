"""Acting on a case: permission → rule → write → audit → news, for every verb alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from guanjia.cases.actions import consequences
from guanjia.cases.ledger import Ledger, append, read
from guanjia.cases.models import Case, Document, Event
from guanjia.cases.parameters import Setting, read_parameters
from guanjia.cases.policy import may, may_see
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_ALLOWED, NOT_FOUND, STALE, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.decide import decide
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.lifecycle.verbs import Act, verbs
from guanjia.playbook.problems import UNKNOWN_VERB
from guanjia.programmes import queries as programmes

#: Verbs that are one line of a larger act, which checks what they speak of: `joining.join_case`, `parts.split_off`.
COMPOSED = frozenset({"join", "open_child"})


def open_ledger(actor: Actor, case_id: int, *, alone: bool = False) -> Ledger:
    """The case with its events folded, for somebody who may see it. Raises not_found alike for what is not
    there and what is not theirs.

    `alone`: nobody else acts on the case until the transaction ends. Appending lines does without, since it notices
    that the case has moved; writing anything else of what was read here does not.
    """
    found = Case.objects.select_for_update() if alone else Case.objects.all()
    case = found.filter(pk=case_id).first()
    if case is None:
        raise Problem(NOT_FOUND, what=_("case"), key=case_id)
    ledger = read(case, programmes.playbook_of(case.version_id))
    if not may_see(actor, case, ledger.state):
        raise Problem(NOT_FOUND, what=_("case"), key=case_id)
    return ledger


@transaction.atomic
def act(
    actor: Actor,
    case_id: int,
    verb: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    seen: int | None = None,
    key: str | None = None,
) -> CaseState:
    """Do `verb` on a case and return its state afterwards.

    `seen`: the sequence number of the page that the actor looked at; raises `stale` where the case has moved
    since. `key`: an act sent twice under one key
    is done once. Raises not_found, not_allowed, and whatever the rules refuse.
    """
    ledger = open_ledger(actor, case_id)
    if key is not None and Event.objects.filter(case_id=case_id, key=key).exists():
        return ledger.state
    rule = verbs().get(verb)
    if rule is None or verb in COMPOSED:
        raise Problem(UNKNOWN_VERB, key=verb)
    if not may(actor, rule, ledger.case, ledger.state, ledger.playbook):
        raise Problem(NOT_ALLOWED, verb=rule.label)
    if seen is not None and seen != ledger.state.seq:
        raise Problem(STALE)
    setting = Setting(actor, ledger.case, ledger.state, ledger.playbook)
    values = read_parameters(rule, data, setting)
    return perform(actor, ledger, verb, values, at=at, key=key)


def perform(
    actor: Actor,
    ledger: Ledger,
    verb: str,
    values: Mapping[str, Any],
    *,
    at: datetime,
    key: str | None = None,
) -> CaseState:
    """The same for a caller inside this room that has checked permission and values. Must run in a
    transaction."""
    prepared = consequences.prepare(actor, ledger, verb, dict(values), at=at)
    request = Act(verb, actor.signature, prepared, at, actor.officer_id)
    lines = decide(ledger.state, request, ledger.playbook)
    state = append(ledger, lines, at=at, key=key)
    _take_up_documents(ledger.case.pk, lines)
    for follow in consequences.after(actor, ledger, state, lines, at=at):
        perform(follow.actor, open_ledger(follow.actor, follow.case_id), follow.verb, follow.data, at=at)
    return state


def _take_up_documents(case_id: int, lines: list[Line]) -> None:
    for line in lines:
        ids = [item["id"] for item in line.data.get("evidence") or ()]
        if ids:
            Document.objects.filter(pk__in=ids, case_id=case_id).update(event_seq=line.seq)
