"""The verbs that somebody may use on a case, as buttons."""

from __future__ import annotations

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.queries.page import CasePage
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.verbs import Verb

#: Verbs that no form of the desk serves: the public asks through its own pages, and these are done by the system.
NOT_HERE = frozenset({"join", "call", "contest"})
_ICONS = {
    "dispatch": "send",
    "accept": "check",
    "return": "return",
    "rule_return": "return",
    "transfer": "transfer",
    "escalate": "escalate",
    "designate": "send",
    "resolve": "check-circle",
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


def served(page: CasePage) -> list[Verb]:
    """The verbs with a form here that this actor may use now, the main one first."""
    return [verb for verb in page.verbs if verb.key not in NOT_HERE and verb.rank < 99]


def buttons(page: CasePage) -> list[Button]:
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
        for position, verb in enumerate(served(page))
    ]
