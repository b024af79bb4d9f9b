"""The verbs that somebody may use on a case, as buttons."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.deadlines import contest_until
from guanjia.cases.queries.page import CasePage
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.verbs import Verb

_ICONS = {
    "dispatch": "send",
    "accept": "check",
    "return": "return",
    "rule_return": "return",
    "transfer": "transfer",
    "escalate": "escalate",
    "designate": "send",
    "resolve": "check-circle",
    "contest": "redo",
    "call": "walk",
    "join": "users",
    "follow_up": "phone",
    "strike_off": "check-circle",
    "ask": "question",
    "answer": "message",
    "add": "plus",
    "note": "edit",
    "urge": "urge",
    "supervise": "order",
    "answer_order": "order",
    "request_shelving": "shelve",
    "decide_shelving": "shelve",
    "unshelve": "redo",
    "request_extension": "calendar",
    "decide_extension": "calendar",
    "hand_over": "hand-over",
    "merge": "merge",
    "withdraw": "trash",
    "add_assistant": "users",
    "finish_part": "check",
    "open_child": "branch",
    "arrive": "pin",
    "first_opinion": "message",
    "instruct": "order",
    "propose_correction": "card",
    "decide_correction": "card",
}
_HINTS = {
    "return": gettext_noop("With the reason; the desk rules on it"),
    "transfer": gettext_noop("To another owner of the same tier; the limit goes on"),
    "escalate": gettext_noop("To the next tier of the ladder"),
    "request_extension": gettext_noop("More time, for a reason, decided by the post the playbook names"),
    "request_shelving": gettext_noop("What cannot be done now; it comes back by itself"),
    "add_assistant": gettext_noop("You stay responsible; they do a part"),
    "open_child": gettext_noop("A case of its own; this one cannot close before it"),
    "merge": gettext_noop("Its askers go on in the other case, each with a follow-up"),
    "hand_over": gettext_noop("Sealed: from then on only the receiving body sees it"),
    "note": gettext_noop("For those who work on it; the asker does not see it"),
    "ask": gettext_noop("The limits stand still until they answer"),
    "withdraw": gettext_noop("At the asker's own wish"),
    "contest": gettext_noop("Whoever asked does not agree with the result; it is done again"),
    "call": gettext_noop("The limit to be there begins at once"),
    "join": gettext_noop("Somebody else asks for the same and is heard, too"),
}
DANGER = frozenset({"hand_over", "merge", "withdraw"})


class Button(TypedDict):
    """An item of the kit's `verbs`."""

    label: str
    url: str
    icon: str
    hint: str
    key: str
    primary: bool
    danger: bool


def served(page: CasePage, *, at: datetime) -> list[Verb]:
    """The verbs with a form here that this actor may use now, the main one first."""
    return [verb for verb in page.verbs if verb.rank < 99 and _means_something(page, verb.key, at)]


def _means_something(page: CasePage, key: str, at: datetime) -> bool:
    """Whether a verb that the rules allow has anything to do here and now."""
    if key == "join":
        return page.case.public and page.state.open
    if key == "contest":  # before they were heard, what they say is the follow-up
        until = contest_until(page.state, page.playbook)
        return at <= until if until is not None else any(page.state.askers.values())
    return True


def buttons(page: CasePage, *, at: datetime) -> list[Button]:
    number = page.case.number
    return [
        Button(
            label=_(verb.label),
            url=reverse("console:act", args=[number, verb.key]),
            icon=_ICONS.get(verb.key, "check"),
            hint=_(_HINTS[verb.key]) if verb.key in _HINTS else "",
            key="a" if position == 0 else "",
            primary=position == 0,
            danger=verb.key in DANGER,
        )
        for position, verb in enumerate(served(page, at=at))
    ]
