"""What somebody has to do next about a case, by its row alone: for lists and for the first line of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from guanjia.kernel.text import gettext_noop as _


class Standing(Protocol):
    """The columns that say where a case stands."""

    status: str
    due_kind: str
    frozen: bool
    waiting: bool
    pending: str


@dataclass(frozen=True, slots=True)
class Step:
    """`short` on the button of whoever does it, `others` in the lists of everybody else, `long` on the page: message
    ids. `verb`: what does it, if one verb does."""

    short: str
    others: str
    long: str
    verb: str = ""


_RULING = _("Waits for a ruling")

DISPATCH = Step(_("Dispatch"), _("Waits for the desk"), _("Dispatch it to whoever is responsible."), "dispatch")
ACCEPT = Step(_("Accept"), _("To be accepted"), _("Accept it, or return it with the reason."), "accept")
DESIGNATE = Step(
    _("Designate"),
    _("Waits for the arbiter"),
    _("Returned too often: the arbiter designates who takes it."),
    "designate",
)
RULE_RETURN = Step(
    _("Rule on the return"), _RULING, _("The holder wants to return it: the desk rules on that."), "rule_return"
)
EXTENSION = Step(
    _("Decide on the extension"),
    _RULING,
    _("An extension was asked for: it waits for the decision."),
    "decide_extension",
)
SHELVING = Step(
    _("Decide on shelving"), _RULING, _("Shelving was asked for: it waits for the decision."), "decide_shelving"
)
WAIT = Step(
    _("Wait for the answer"),
    _("Wait for the answer"),
    _("The asker was asked for more. The time limits stand still until they answer."),
)
ARRIVE = Step(
    _("Go there"),
    _("Somebody is on the way"),
    _("The asker wants somebody to come at once: go there and report it."),
    "arrive",
)
OPINION = Step(
    _("Give a first opinion"),
    _("Waits for a first opinion"),
    _("Give the first opinion, then work on it."),
    "first_opinion",
)
RESOLVE = Step(_("Work on it"), _("Being worked on"), _("Work on it and report the result with evidence."), "resolve")
FOLLOW_UP = Step(
    _("Follow up"),
    _("Waits for the follow-up"),
    _("Ask whoever asked whether it is solved; only then is it struck off."),
    "follow_up",
)
REVIEW = Step(_("Take up again"), _("Shelved"), _("Shelved: it comes back by itself at its review date."), "unshelve")
DONE = Step(_("Nothing"), _("Nothing"), _("Struck off: nothing is left to do."))
SEALED = Step(_("Nothing"), _("Nothing"), _("Handed over, sealed: the receiving body goes on with it."))

#: Verbs with which a holder goes on.
HOLDERS = ("accept", "arrive", "first_opinion", "resolve", "unshelve")
RULINGS = ("rule_return", "decide_extension", "decide_shelving", "designate")

_BY_PENDING = (("return", RULE_RETURN), ("extension", EXTENSION), ("shelving", SHELVING))
_BY_STATUS = {
    "registered": DISPATCH,
    "assigned": ACCEPT,
    "working": RESOLVE,
    "resolved": FOLLOW_UP,
    "shelved": REVIEW,
    "closed": DONE,
    "handed_over": SEALED,
}


def next_step(case: Standing) -> Step:
    if case.frozen:
        return DESIGNATE
    pending = case.pending.split()
    for kind, step in _BY_PENDING:
        if kind in pending:
            return step
    if case.waiting:
        return WAIT
    if case.status in ("assigned", "working") and case.due_kind == "arrive":
        return ARRIVE
    if case.status == "working" and case.due_kind == "first_opinion":
        return OPINION
    return _BY_STATUS[case.status]
