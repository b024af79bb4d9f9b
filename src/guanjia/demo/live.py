"""A demo that goes on living: every few seconds somebody asks, and somebody acts, through the real actions."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from guanjia.access.actors import actor_for
from guanjia.access.models import Account
from guanjia.cases.actions.act import act, open_ledger
from guanjia.cases.actions.intake import NewCase, register
from guanjia.cases.ledger import Ledger
from guanjia.cases.models import Case, Duty
from guanjia.demo import texts
from guanjia.demo.texts import Pen, Scene
from guanjia.demo.words import words
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind, Role
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.states import CaseState, Status
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry.models import Contact, PostHolding

#: How many try to act each time, and how often somebody asks.
ACTS, ASKS = 3, 0.5
#: Open cases looked at for somebody to act on.
LOOKED_AT = 300
HANDS = (Role.HANDLER, Role.LEAD_OFFICE, Role.DISPATCHER, Role.LEADER, Role.CLERK)


def step(at: datetime) -> int:
    """How many lines of work were done. Cases of the ready sign-ins are left for whoever tries the demo."""
    luck = random.Random()
    done = 0
    if luck.random() < ASKS:
        done += ask(luck, at) is not None
    shown = Account.objects.exclude(demo_role="").values("officer_id")
    waiting = Case.objects.filter(closed_at__isnull=True).exclude(
        holder_officer_id__in=shown.filter(officer__isnull=False)
    )
    ids = list(waiting.order_by("-id").values_list("pk", flat=True)[:LOOKED_AT])
    for case_id in luck.sample(ids, min(ACTS, len(ids))):
        done += move(luck, case_id, at)
    return done


def ask(luck: random.Random, at: datetime) -> Case | None:
    """Somebody who asked before asks something else."""
    programme = next(iter(programmes.running()), None)
    last = Contact.objects.order_by("-pk").values_list("pk", flat=True).first()
    if programme is None or last is None or programme.current_id is None:
        return None
    found = Contact.objects.filter(pk__gte=luck.randrange(1, last + 1), subject__isnull=False).order_by("pk")
    contact = found.select_related("subject__place").first()
    if contact is None or contact.subject is None or contact.subject.place is None:
        return None
    playbook = programmes.playbook_of(programme.current_id)
    subject, place = contact.subject, contact.subject.place
    is_business = subject.kind == "business"
    category = _category(luck, playbook, is_business)
    road = luck.choice(words("names")["roads"])
    scene = Scene(place.name, f"{luck.randrange(1, 30)}号", subject.name if is_business else "", road)
    known = playbook.category(category)
    title, text = Pen(luck, scene).request(category, known.words if known is not None else ())
    new = NewCase(
        programme=programme.key,
        text=text,
        title=title,
        channel=luck.choice(("web", "web", "card")),
        category=category,
        contact_ids=[contact.pk],
        place_id=place.pk,
        lon=subject.lon,
        lat=subject.lat,
        address=place.name,
        subject_id=subject.pk,
    )
    asker = Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({contact.pk}))
    return register(asker, new, at=at)


def _category(luck: random.Random, playbook: Playbook, is_business: bool) -> str:
    keys = [one.key for one in playbook.categories if texts.known(one.key)]
    share = [texts.share_of_businesses(key) for key in keys]
    weights = [texts.weight(key) * (part if is_business else 1 - part) for key, part in zip(keys, share, strict=True)]
    return luck.choices(keys, weights)[0]


def move(luck: random.Random, case_id: int, at: datetime) -> bool:
    """Whoever is next does what is next; what the rules refuse to all of them did not happen."""
    ledger = open_ledger(SYSTEM, case_id)
    scene = Scene(ledger.case.address or "小区", "1号楼", "", luck.choice(words("names")["roads"]))
    who, verb, data = _next(luck, Pen(luck, scene), ledger, at)
    return any(_done(one, case_id, verb, data, at) for one in who)


def _done(who: Actor, case_id: int, verb: str, data: Mapping[str, Any], at: datetime) -> bool:
    try:
        act(who, case_id, verb, data, at=at)
    except Problem:
        return False
    return True


def _next(
    luck: random.Random, pen: Pen, ledger: Ledger, at: datetime
) -> tuple[Iterable[Actor], str, Mapping[str, Any]]:
    state = ledger.state
    if state.status is Status.RESOLVED and state.askers:
        return _rating(luck, pen, min(state.askers))
    verb, data = _work(luck, pen, ledger)
    return _holders(luck, state, at) if verb else (), verb, data


def _work(luck: random.Random, pen: Pen, ledger: Ledger) -> tuple[str, Mapping[str, Any]]:
    state = ledger.state
    opinion = state.clocks.get("first_opinion")
    match state.status:
        case Status.REGISTERED:
            return "dispatch", _whither(pen, state, ledger.playbook)
        case Status.ASSIGNED:
            return "accept", {}
        case Status.WORKING if opinion is not None and opinion.running:
            return "first_opinion", {"text": pen.say("first_opinion", unit="本单位")}
        case Status.WORKING if luck.random() < 0.4:
            return "note", {"text": pen.say("accept_note")}
        case Status.WORKING:
            return "resolve", {"outcome": "solved", "text": pen.result(state.category, "solved")}
    return "", {}


def _rating(luck: random.Random, pen: Pen, asker: int) -> tuple[Iterable[Actor], str, Mapping[str, Any]]:
    who = Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({asker}))
    solved = luck.random() < 0.9
    comment = pen.say("happy" if solved else "unhappy")
    satisfaction = luck.choice((4, 5, 5)) if solved else luck.choice((1, 2))
    return [who], "follow_up", {"asker": asker, "solved": solved, "satisfaction": satisfaction, "comment": comment}


def _whither(pen: Pen, state: CaseState, playbook: Playbook) -> Mapping[str, Any]:
    """The unit with the duty."""
    category = playbook.category(state.category)
    duty = Duty.objects.filter(key=category.duty or "" if category is not None else "", place__isnull=True)
    unit = duty.select_related("unit").get().unit
    tier = state.tier or next(tier.key for tier in playbook.ladder.tiers if tier.owner.duty)
    reason = pen.say("dispatch", unit=unit.short_name or unit.name)
    return {"to": {"unit": unit.pk, "officer": None}, "tier": tier, "reason": reason}


def _holders(luck: random.Random, state: CaseState, at: datetime) -> Iterator[Actor]:
    """Who holds it, or whoever of the unit that holds it may be the one to act, in any order."""
    held = PostHolding.objects.filter(post__unit_id=state.holder.unit, post__role__in=HANDS, valid_to__isnull=True)
    officers = [state.holder.officer] if state.holder.officer is not None else held.values_list("officer_id", flat=True)
    accounts = list(Account.objects.filter(officer_id__in=officers, is_active=True).order_by("officer_id"))
    for account in luck.sample(accounts, len(accounts)):
        yield actor_for(account, at, strong=True)
