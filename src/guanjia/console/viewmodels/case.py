"""The page of one case, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.cases.queries.page import AskerView, CasePage, ClockView, case_page
from guanjia.console.viewmodels import due
from guanjia.console.viewmodels.rows import category_name, said
from guanjia.console.viewmodels.steps import next_step
from guanjia.console.viewmodels.timeline import Day, days
from guanjia.console.viewmodels.verbs import Button, buttons
from guanjia.kernel.actor import Actor
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, STATUS_LABELS
from guanjia.playbook.schema import Owner, Tier


@dataclass(frozen=True, slots=True)
class Clock:
    """`chip`: arguments of due_chip, None once stopped."""

    label: str
    tier: str
    limit: str
    chip: dict[str, Any] | None
    stopped: datetime | None
    late: bool
    why_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One asker, masked."""

    contact_id: int
    name: str
    phone: str
    channel: str
    first: bool
    reveal_name: str
    reveal_phone: str
    answer: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything of the case's page. `page` is what the query told."""

    page: CasePage
    number: str
    status_text: str
    outcome: str
    holder: dict[str, str]
    desk: str
    due: dict[str, Any] | None
    why_url: str
    todo: str
    buttons: Sequence[Button]
    tiers: Sequence[dict[str, Any]]
    days: Sequence[Day]
    clocks: Sequence[Clock]
    stopped_clocks: Sequence[Clock]
    askers: Sequence[Asked]
    facts: Sequence[dict[str, Any]]

    @property
    def case(self) -> Any:
        return self.page.case

    @property
    def state(self) -> Any:
        return self.page.state

    @property
    def alike_url(self) -> str:
        """Where similar open cases are looked for; "" for a case that is merged with nothing."""
        return reverse("console:alike", args=[self.number]) if self.state.open and not self.state.sealed_to else ""

    @property
    def told_url(self) -> str:
        return reverse("console:told", args=[self.number])

    @property
    def assistants(self) -> list[dict[str, Any]]:
        units = self.page.names.units
        return [{"name": units.get(unit, ""), "done": done} for unit, done in self.page.state.assistants.items()]


def find(actor: Actor, number: str, *, at: datetime) -> CasePage:
    """The case with this ledger number. Raises not_found, the same for what is not there and what is not theirs."""
    parsed = parse_ledger_number(number)
    if parsed is None:
        raise Problem(NOT_FOUND, what=_CASE, key=number)
    try:
        page = case_page(actor, parsed[1], at=at)
    except Problem as problem:
        raise Problem(NOT_FOUND, what=_CASE, key=number) from problem
    if localtime(page.case.registered_at).year != parsed[0]:
        raise Problem(NOT_FOUND, what=_CASE, key=number)
    return page


_CASE = gettext_noop("case")


def shown(page: CasePage, *, at: datetime) -> Shown:
    case, state = page.case, page.state
    number = case.number
    clocks = [_clock(page, clock, at) for clock in page.clocks]
    return Shown(
        page=page,
        number=number,
        status_text=_(STATUS_LABELS[state.status]),
        outcome=_(OUTCOME_LABELS[state.outcome]) if state.outcome else "",
        holder=_holder(page),
        desk=page.desk,
        due=_leading(page, at),
        why_url=reverse("console:why", args=[number]),
        todo=_(next_step(case).long),
        buttons=buttons(page, at=at),
        tiers=_tiers(page, at),
        days=days(page, at),
        clocks=[clock for clock in clocks if clock.stopped is None],
        stopped_clocks=[clock for clock in clocks if clock.stopped is not None],
        askers=askers(page),
        facts=_facts(page),
    )


def _holder(page: CasePage) -> dict[str, str]:
    holder = page.state.holder
    return {
        "unit": page.names.units.get(holder.unit, ""),
        "person": page.names.officers.get(holder.officer or 0, ""),
    }


def _leading(page: CasePage, at: datetime) -> dict[str, Any] | None:
    if not page.state.open:
        return None
    clock = page.leading
    if clock is None:
        paused = any(one.paused for one in page.clocks if one.stopped is None)
        return due.chip(None, None, at=at) if paused else None
    return due.chip(clock.due, clock.left, estimated=clock.estimated, at=at)


def _clock(page: CasePage, clock: ClockView, at: datetime) -> Clock:
    tier = said(page.playbook.tier(clock.tier).name) if clock.tier else ""
    running = clock.stopped is None
    return Clock(
        label=_(clock.label),
        tier=tier,
        limit=due.limit_said(clock.limit),
        chip=due.chip(clock.due, clock.left, estimated=clock.estimated, at=at) if running else None,
        stopped=clock.stopped,
        late=clock.late,
        why_url=f"{reverse('console:why', args=[page.case.number])}?clock={clock.key}",
    )


def _tiers(page: CasePage, at: datetime) -> list[dict[str, Any]]:
    """The ladder with where the case stands on it; a rung that it never stood on is not passed but left out."""
    ladder = page.playbook.ladder.tiers
    at_tier = next((index for index, tier in enumerate(ladder) if tier.key == page.state.tier), -1)
    been = {str(line.data.get("tier")) for line in page.timeline if line.verb in ("dispatch", "escalate")}
    chip = _leading(page, at)
    late = bool(chip and chip["level"] == "late")
    return [
        {
            "name": said(tier.name),
            "owner": page.holder if index == at_tier and page.state.open else owner_said(tier.owner),
            "limit": _tier_limit(tier),
            "state": _rung(index, at_tier, page.state.open, late, tier.key in been),
            "due": chip if index == at_tier and page.state.open else None,
        }
        for index, tier in enumerate(ladder)
    ]


def _rung(index: int, at_tier: int, is_open: bool, late: bool, been: bool) -> str:
    """As the kit's ladder calls it."""
    if index == at_tier and is_open:
        return "late" if late else "current"
    return "done" if index <= at_tier and been else "next"


def _tier_limit(tier: Tier) -> str:
    return _("resolve within %(limit)s") % {"limit": due.limit_said(str(tier.resolve))} if tier.resolve else ""


def owner_said(owner: Owner) -> str:
    """Who holds a tier by the playbook's rule, in words."""
    if owner.steward:
        return _("the steward")
    if owner.duty:
        return _("the unit whose duty it is")
    if owner.body:
        return _("a joint meeting or leading group")
    if owner.role:
        return _(ROLES[str(owner.role)])
    return _(UNIT_KINDS[str(owner.unit_kind)])


ROLES = {
    "steward": gettext_noop("Steward"),
    "clerk": gettext_noop("Community clerk"),
    "dispatcher": gettext_noop("Dispatcher"),
    "handler": gettext_noop("Department handler"),
    "lead_office": gettext_noop("Lead office"),
    "arbiter": gettext_noop("Arbiter"),
    "supervisor": gettext_noop("Supervisor"),
    "discipline": gettext_noop("Discipline inspection"),
    "leader": gettext_noop("Leader"),
}
UNIT_KINDS = {
    "street_office": gettext_noop("Street office"),
    "community_committee": gettext_noop("Community committee"),
}


def askers(page: CasePage) -> list[Asked]:
    return [_asked(page, asker) for asker in page.askers]


def _asked(page: CasePage, asker: AskerView) -> Asked:
    urls = {
        what: reverse("console:reveal", args=[page.case.number, asker.contact_id, what]) for what in ("name", "phone")
    }
    return Asked(
        contact_id=asker.contact_id,
        name=asker.name,
        phone=asker.phone,
        channel=str(asker.channel),
        first=asker.is_first,
        reveal_name=urls["name"] if asker.name else "",
        reveal_phone=urls["phone"] if asker.phone else "",
        answer=_answer_said(asker.answer),
    )


def _answer_said(answer: Any) -> str:
    if answer is None:
        return ""
    solved = _("says it is solved") if answer.solved else _("says it is not solved")
    return _("%(solved)s, satisfaction %(level)s of 5") % {"solved": solved, "level": answer.satisfaction}


def _facts(page: CasePage) -> list[dict[str, Any]]:
    case = page.case
    places = " / ".join(place.name for place in page.places[1:])
    facts = [
        {"label": _("Category"), "value": category_name(page.playbook, page.state.category)},
        {"label": _("Where it is"), "value": places},
        {"label": _("Address"), "value": case.address},
        {"label": _("Came in by"), "value": case.get_channel_display()},
        {"label": _("Programme"), "value": said(page.playbook.playbook.name)},
        {"label": _("Dispatch desk"), "value": page.desk},
        {"label": _("Public ledger"), "value": _("shows it") if case.public else _("does not show it")},
    ]
    return [fact for fact in facts if fact["value"]]
