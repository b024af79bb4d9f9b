"""One verb on many cases at once: each is asked by itself, so that one refusal holds nobody back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.actions.act import act
from guanjia.cases.policy import UNIT_HANDS
from guanjia.cases.queries.under import playbooks_at_work
from guanjia.console.viewmodels import acting
from guanjia.console.viewmodels.case import find
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.problems import UNKNOWN_VERB

#: A batch is acted on while somebody waits for the page.
MOST_AT_ONCE = 50
#: What is the same for every case, with its icon. All but the first need words.
VERBS = {"accept": "check", "urge": "urge", "note": "edit"}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case of a batch."""

    number: str
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: str
    icon: str


def offered(actor: Actor) -> list[Choice]:
    """The verbs that this reader's posts may ever use; whether on a case is said when it is tried. No query but what a
    page asks anyway."""
    stands = {str(post.role) for post in actor.posts}
    if actor.holds(Role.STEWARD, *UNIT_HANDS):
        stands.add("holder")
    if actor.holds(Role.DISPATCHER):
        stands.add("desk")
    books = playbooks_at_work()
    return [
        Choice(key, _(verbs()[key].label), icon)
        for key, icon in VERBS.items()
        if any(stands & set(verbs()[key].allowed(book)) for book in books)
    ]


def done(actor: Actor, sent: QueryDict, *, at: datetime) -> list[Result]:
    """Sent twice it is done once. Raises case.unknown_verb."""
    verb = sent.get("verb", "")
    if verb not in VERBS:
        raise Problem(UNKNOWN_VERB, key=verb)
    numbers = list(dict.fromkeys(sent.getlist("case")))[:MOST_AT_ONCE]
    return [_done(actor, number, verb, sent, at) for number in numbers]


def _done(actor: Actor, number: str, verb: str, sent: QueryDict, at: datetime) -> Result:
    key = f"{sent['key']}:{number}" if sent.get("key") else None
    try:
        page = find(actor, number, at=at)
        rule = acting.offered(page, verb, at=at)
        act(actor, page.case.pk, verb, {"text": sent.get("text", "")}, at=at, key=key)
    except Problem as problem:
        return refused(number, problem)
    return Result(number, True, _(rule.told))


def refused(number: str, problem: Problem) -> Result:
    words = spoken(problem)
    return Result(number, False, f"{words['message']} {words['todo']}")


def kept(results: Sequence[Result]) -> list[dict[str, Any]]:
    """For the session, until the page that follows shows them."""
    return [asdict(one) for one in results]


def told(kept_results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "url": reverse("console:case", args=[one["number"]])} for one in kept_results]
