"""What will happen when a form is sent, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.cases.queries.foresight import Foresight, foresee
from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels.due import by_when
from guanjia.kernel.actor import Actor
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, Status
from guanjia.playbook.lifecycle.verbs import Verb

_NEXT = {
    "dispatch": gettext_noop("It is to be dispatched by %(moment)s."),
    "accept": gettext_noop("It is to be accepted by %(moment)s."),
    "arrive": gettext_noop("Somebody has to be there by %(moment)s."),
    "first_opinion": gettext_noop("A first opinion is due by %(moment)s."),
    "resolve": gettext_noop("It is to be resolved by %(moment)s."),
    "follow_up": gettext_noop("Whoever asked is to be heard by %(moment)s."),
    "review": gettext_noop("It comes back by itself at %(moment)s."),
}


def foretold(actor: Actor, page: CasePage, verb: Verb, data: Mapping[str, Any], *, at: datetime) -> str:
    """Empty while a choice that decides it has not been made."""
    seen = foresee(actor, page.case.pk, verb.key, data, at=at)
    if seen is None:
        return ""
    told = [*_moves(seen), *_waits(seen, at)]
    if seen.due is not None and _changes(seen):
        told.append(_(_NEXT[seen.due_kind]) % {"moment": by_when(seen.due, at)} + _guess(seen))
    if not told:
        told.append(_("Where the case stands does not change."))
    told.append(_("The asker can read this line.") if verb.public else _("Only staff can read this line."))
    return ("" if (get_language() or "").startswith("zh") else " ").join(told)


def _changes(seen: Foresight) -> bool:
    """Whether the next moment is worth saying: it is another one than before."""
    before, after = seen.before, seen.after
    return (before.status, before.holder, before.clocks) != (after.status, after.holder, after.clocks)


def _guess(seen: Foresight) -> str:
    return _(" (estimated: the official calendar does not reach so far)") if seen.estimated else ""


def _moves(seen: Foresight) -> list[str]:
    before, after = seen.before, seen.after
    party = {"party": seen.names.party(after.holder.to_data())}
    if after.status is not before.status and after.status in _ENDS:
        outcome = _(OUTCOME_LABELS[after.outcome]) if after.outcome else ""
        return [_(_ENDS[after.status]) % {"outcome": outcome, **party}]
    if after.frozen and not before.frozen:
        freezes = _("This is return number %(count)s: the case freezes with %(party)s until the arbiter designates.")
        return [freezes % {"count": after.returns, **party}]
    if after.redone > before.redone:
        return [_("Not solved: it goes back to %(party)s to be done again.") % party]
    return [_("It goes to %(party)s.") % party] if after.holder != before.holder else []


_ENDS = {
    Status.HANDED_OVER: gettext_noop("It goes to %(party)s, sealed: nobody else can open it any more."),
    Status.CLOSED: gettext_noop("It is struck off the ledger: %(outcome)s."),
    Status.SHELVED: gettext_noop("It is shelved: its limits stand still."),
}


def _waits(seen: Foresight, at: datetime) -> list[str]:
    asked = [
        _("A decision is due by %(moment)s; until then nothing changes.") % {"moment": by_when(moment, at)}
        for kind, moment in seen.rulings.items()
        if kind in seen.after.pending and kind not in seen.before.pending
    ]
    if seen.after.waiting_for_asker and not seen.before.waiting_for_asker:
        asked.append(_("The limits stand still until they answer."))
    return asked
