"""The panel of a verb: its words, the values that suggest themselves, and what changed while somebody read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.owners import matter_of, owner_of
from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels import forms, timeline
from guanjia.console.viewmodels.case import Asked, askers
from guanjia.console.viewmodels.verbs import DANGER, served
from guanjia.kernel.problems import NOT_ALLOWED, Problem
from guanjia.playbook.lifecycle.states import STATUS_LABELS
from guanjia.playbook.lifecycle.verbs import Verb, verbs
from guanjia.playbook.problems import UNKNOWN_VERB, WRONG_STATE


@dataclass(frozen=True, slots=True)
class Panel:
    """`deciding`: a selector of the fields whose change asks for the foresight again; `picks`: whether it searches."""

    number: str
    title: str
    url: str
    will_url: str
    case_url: str
    seen: int
    verb: str
    label: str
    kind: str
    files: bool
    picks: bool
    deciding: str
    asked: dict[str, str]
    askers: Sequence[Asked]


def offered(page: CasePage, key: str, *, at: datetime) -> Verb:
    """The verb, if this actor may use it now. Raises case.unknown_verb, case.wrong_state, not_allowed."""
    rule = verbs().get(key)
    if rule is None:
        raise Problem(UNKNOWN_VERB, key=key)
    if rule not in served(page, at=at):
        if page.state.status not in rule.states:
            raise Problem(WRONG_STATE, status=STATUS_LABELS[page.state.status], verb=rule.label)
        raise Problem(NOT_ALLOWED, verb=rule.label)
    return rule


def panel(page: CasePage, rule: Verb, form: forms.ShownForm) -> Panel:
    number = page.case.number
    deciding = [param.name for param in rule.params if param.kind in forms.DECIDING]
    return Panel(
        number=number,
        title=page.case.title,
        url=reverse("console:act", args=[number, rule.key]),
        will_url=reverse("console:foretell", args=[number, rule.key]),
        case_url=reverse("console:case", args=[number]),
        seen=page.state.seq,
        verb=rule.key,
        label=_(rule.label),
        kind="danger" if rule.key in DANGER else "primary",
        files=any(param.kind == "evidence" for param in rule.params),
        picks=any(param.kind in ("party", "unit") for param in rule.params),
        deciding=", ".join(f"[name={name}]" for name in deciding),
        asked=_asked(page, rule),
        askers=askers(page) if any(param.kind == "asker" for param in rule.params) else (),
    )


def _asked(page: CasePage, rule: Verb) -> dict[str, str]:
    """The request that a ruling answers: who wants what, and why."""
    kind = _RULES_ON.get(rule.key)
    request = page.state.pending.get(kind or "")
    if request is None:
        return {}
    line = next((one for one in page.timeline if one.seq == request.get("seq")), None)
    return {
        "who": line.who if line is not None else "",
        "reason": str(request.get("reason") or request.get("comment") or ""),
        "limit": str(request.get("limit") or ""),
        "fields": "、".join(f"{name}: {value}" for name, value in (request.get("fields") or {}).items()),
    }


_RULES_ON = {
    "rule_return": "return",
    "decide_extension": "extension",
    "decide_shelving": "shelving",
    "decide_correction": "correction",
}


def first_values(page: CasePage, rule: Verb, *, at: datetime) -> dict[str, Any]:
    """What most people would choose."""
    names = {param.name for param in rule.params}
    first: dict[str, Any] = {}
    if rule.key == "dispatch":
        first |= _whither(page, at)
    if "reached" in names:
        first["reached"] = "yes"
    return first


def _whither(page: CasePage, at: datetime) -> dict[str, str]:
    """The tier where it was, or the first whose owner is known; and that owner."""
    matter = matter_of(page.case)
    tiers = page.playbook.ladder.tiers
    came_back = [tier for tier in tiers if tier.owner.duty] if page.state.returns else []
    for tier in (*came_back, *tiers):
        party = owner_of(tier.owner, matter, page.playbook, at)
        if party is not None:
            return {"tier": tier.key, "to": f"{party.unit}:{party.officer or ''}"}
    return {}


def changed_since(page: CasePage, seq: int) -> list[timeline.Line]:
    """What others did after the page that somebody looked at."""
    return timeline.lines_since(page, seq)
