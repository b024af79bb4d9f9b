"""What people are likely to do next, after each line of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from guanjia.demo import ends, temper
from guanjia.demo.temper import office_minutes
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind, Role
from guanjia.playbook.lifecycle.states import IN_HAND, ClockKind, Event, Party, Status

if TYPE_CHECKING:
    from guanjia.demo.story import Planned, Story

ASKER: Mapping[str, Any] = Actor(kind=ActorKind.ASKER).signature
#: Channels on which an officer writes down what somebody says.
WRITTEN_BY = {"hotline": Role.DISPATCHER, "visit": Role.STEWARD, "gate_book": Role.STEWARD}
#: What the desk answers itself of what comes to it.
ANSWERED_AT_THE_DESK = 0.12
#: Of the time that the limit leaves, work takes so much, as a rule and at most.
USUAL_SHARE, LARGEST_SHARE = 0.36, 1.8


def who_registers(story: Story) -> Mapping[str, Any]:
    role = WRITTEN_BY.get(story.brief.channel)
    roster = story.world.roster
    if role is Role.DISPATCHER:
        return roster.signature(someone(story, role))
    steward = roster.steward(story.brief.subject_id, story.brief.where.path) if role else None
    return roster.signature(steward.officer) if steward is not None and steward.officer else ASKER


def desk(story: Story) -> Party:
    found = story.world.roster.post(Role.DISPATCHER, story.brief.where.path)
    assert found is not None, "a district has a dispatch desk"
    return found


def someone(story: Story, role: str) -> int:
    """Any holder of the role in the district, not always the same."""
    return story.luck.choice(story.world.roster.by_role[str(role)])


def holder(story: Story) -> int | None:
    """The officer who works on it: the one named, or one of the unit's."""
    held = story.state.holder
    if held.officer is not None:
        return held.officer
    hands = story.world.roster.hands(held.unit)
    return hands[(story.brief.index * 7 + story.hands) % len(hands)] if hands else None


def pace(story: Story) -> float:
    unit = temper.of(story.world.seed, "unit", story.state.holder.unit)
    officer = holder(story)
    return unit.pace * (temper.of(story.world.seed, "officer", officer).pace if officer else 1.0)


def unit_name(story: Story, unit: int | None = None) -> str:
    return story.world.roster.unit_names[unit or story.state.holder.unit]


def another_department(story: Story) -> int:
    others = [unit for unit in story.world.roster.departments if unit != story.state.holder.unit]
    return story.luck.choice(others)


def follow(story: Story, line: Event) -> None:
    """Plan what comes after this line."""
    if line.verb in ("dispatch", "transfer", "escalate", "designate"):
        story.hands += 1
        _came_into_hands(story)
    step = _AFTER.get(line.verb)
    if step is not None:
        step(story, line)


def refused(story: Story, planned: Planned, at: datetime) -> None:
    """What the rules refuse for now (a part is still open) is tried again the next working day; anything else has
    become pointless."""
    if planned.verb == "resolve" and story.state.status is Status.WORKING:
        again = story.world.office.after(at, office_minutes(story.luck, 420, 0.3))
        story.plan(again, "resolve", planned.data, by=planned.officer or SYSTEM.signature)
    elif not story.planned:
        left_lying(story)


def left_lying(story: Story) -> None:
    """Nobody has planned anything: whoever holds the case takes it up again."""
    officer = holder(story)
    if story.state.status is Status.REGISTERED:
        _to_the_desk(story)
    elif story.state.status is Status.ASSIGNED and officer is not None and not story.state.frozen:
        story.plan(story.soon(office_minutes(story.luck, 240)), "accept", {}, by=officer)
    elif story.state.status is Status.WORKING and officer is not None and not story.state.frozen:
        ends.plan_resolve(story, officer, office_minutes(story.luck, 420))
    elif story.state.status is Status.RESOLVED:
        ends.ring_round(story)


def _registered(story: Story, line: Event) -> None:
    """It waits at the desk, for nobody was found to take it."""
    _to_the_desk(story)


def _to_the_desk(story: Story) -> None:
    officer = someone(story, Role.DISPATCHER)
    wait = office_minutes(story.luck, 60, 0.9)
    fresh = not story.state.tier
    if fresh and story.luck.random() < ANSWERED_AT_THE_DESK:
        data = {"outcome": "solved", "text": story.pen.say("desk_answer")}
        story.plan(story.soon(wait * 2), "resolve", data, by=officer, holding=False)
        return
    unit = _owner_by_duty(story)
    reason = story.pen.say("dispatch", unit=unit_name(story, unit))
    to = {"unit": unit, "officer": None}
    story.plan(
        story.soon(wait),
        "dispatch",
        {"to": to, "tier": _tier_of_units(story), "reason": reason},
        by=officer,
        holding=False,
    )


def _owner_by_duty(story: Story) -> int:
    """The unit with the duty; after it has returned the case, any other."""
    category = story.world.playbook.category(story.brief.category)
    unit = story.world.roster.duties.get(category.duty) if category is not None and category.duty else None
    first = story.state.first_receiver
    return another_department(story) if unit is None or (first is not None and first.unit == unit) else unit


def _tier_of_units(story: Story) -> str:
    tiers = story.world.playbook.ladder.tiers
    return story.state.tier or next((tier.key for tier in tiers if tier.owner.duty), tiers[0].key)


def _came_into_hands(story: Story) -> None:
    """Accept it, or try to give it back."""
    luck, officer = story.luck, holder(story)
    if officer is None or story.brief.same_as is not None:
        return
    by_name = story.state.holder.officer is not None
    wait = office_minutes(luck, 35 if by_name else 55, 0.75) * pace(story)
    moment = story.later(luck.uniform(3, 15)) if story.state.emergency else story.soon(wait)
    gives_back = 0.004 if by_name else 0.075 if story.state.returns == 0 else 0.3
    if not story.state.designated and not story.state.emergency and luck.random() < gives_back:
        other = another_department(story)
        reason = story.pen.say("return", unit=unit_name(story, other))
        story.plan(moment, "return", {"reason": reason, "suggest": other}, by=officer)
        return
    story.plan(moment, "accept", {}, by=officer)
    if story.state.clocks.get("arrive"):
        story.plan(story.later(luck.lognormvariate(3.4, 0.55)), "arrive", {}, by=officer)
    if luck.random() < 0.006:
        other = another_department(story)
        reason = story.pen.say("transfer", unit=unit_name(story, other))
        if not by_name:
            to = {"unit": other, "officer": None}
            story.plan(
                story.soon(wait * 2.5), "transfer", {"to": to, "reason": reason}, by=someone(story, Role.DISPATCHER)
            )


def _returned(story: Story, line: Event) -> None:
    luck = story.luck
    if line.data["frozen"]:
        arbiter = someone(story, Role.ARBITER)
        unit = story.state.holder.unit
        if luck.random() < 0.35:
            unit = another_department(story)
        reason = story.pen.say("designate", unit=unit_name(story, unit))
        data = {"to": {"unit": unit, "officer": None}, "reason": reason}
        story.plan(story.soon(office_minutes(luck, 420, 0.9)), "designate", data, by=arbiter)
        return
    granted = luck.random() < 0.66
    text = "return_granted" if granted else "return_refused"
    reason = story.pen.say(text, unit=unit_name(story, line.data["suggest"]))
    by = someone(story, Role.DISPATCHER)
    story.plan(story.soon(office_minutes(luck, 80, 0.7)), "rule_return", {"granted": granted, "reason": reason}, by=by)


def _return_ruled(story: Story, line: Event) -> None:
    if line.data["granted"]:
        story.hands += 1
        _to_the_desk(story)
    elif story.state.status is Status.ASSIGNED:
        officer = holder(story)
        if officer is not None:
            story.plan(story.soon(office_minutes(story.luck, 60)), "accept", {}, by=officer)


def _accepted(story: Story, line: Event) -> None:
    """The work itself, and all that may come between."""
    work = _work_minutes(story)
    _side_steps(story, work)
    _parts(story)
    tier, draw = story.state.tier, story.luck.random()
    climbs = _climbs_by_hand(story)
    officer = holder(story)
    if officer is None:
        return
    if draw < climbs:
        reason = story.pen.say("escalate", unit="上级")
        data = {"reason": reason}
        story.plan(story.soon(work * 0.6), "escalate", lambda: _with_next_owner(story, data), by=officer)
    elif draw < climbs + 0.02 and tier:
        reason = story.pen.say("shelving")
        story.plan(story.soon(work * 0.6), "request_shelving", {"reason": reason}, by=officer)
        ends.plan_resolve(story, officer, work * 1.3)
    else:
        ends.plan_resolve(story, officer, work)


def _climbs_by_hand(story: Story) -> float:
    playbook = story.world.playbook
    if not story.state.tier or story.state.emergency or playbook.next_tier(story.state.tier) is None:
        return 0.0
    return 0.24 if playbook.tier(story.state.tier).owner.steward else 0.035


def _with_next_owner(story: Story, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    above = story.world.playbook.next_tier(story.state.tier) if story.state.tier else None
    party = story.owner(above.owner) if above is not None else None
    return {**data, "to": party} if party is not None else None


def _room(story: Story, kind: str) -> float:
    """Office minutes that the limit leaves."""
    clock = story.state.clocks.get(kind)
    due = story.deadline(kind, clock).due if clock is not None and clock.running else None
    return story.world.office.between(story.at, due) if due is not None and due > story.at else 240.0


def _work_minutes(story: Story) -> float:
    """A part of what the limit leaves; a slow unit needs more than there is."""
    room = _room(story, "resolve")
    return max(8.0, min(office_minutes(story.luck, room * USUAL_SHARE, 0.45) * pace(story), room * LARGEST_SHARE))


def _side_steps(story: Story, work: float) -> None:
    luck, officer = story.luck, holder(story)
    if officer is None:
        return
    if "first_opinion" in story.state.clocks:
        moment = (
            story.later(luck.lognormvariate(3.6, 0.5))
            if story.state.emergency
            else story.soon(
                min(_room(story, "first_opinion") * pace(story) * luck.lognormvariate(-0.9, 0.6), work * 0.95)
            )
        )
        text = story.pen.say("first_opinion", unit=unit_name(story))
        story.plan(moment, "first_opinion", {"text": text}, by=officer)
    if story.state.emergency:
        leader = someone(story, Role.LEADER)
        story.plan(story.later(luck.uniform(8, 40)), "instruct", {"text": story.pen.say("instruct")}, by=leader)
    if luck.random() < 0.14:
        text = story.pen.say("accept_note", unit=unit_name(story, another_department(story)))
        story.plan(story.soon(work * luck.uniform(0.15, 0.7)), "note", {"text": text}, by=officer)
    if luck.random() < 0.035:
        story.plan(story.soon(work * 0.3), "ask", {"text": story.pen.say("ask")}, by=officer)
    if luck.random() < 0.02:
        moment = story.later(luck.lognormvariate(6.5, 0.8))
        story.plan(moment, "add", {"text": story.pen.say("add")}, by=ASKER, holding=False)
    if luck.random() < 0.045:
        limit = f"{luck.randrange(2, 6)}wd"
        story.plan(
            story.soon(work * 0.55),
            "request_extension",
            {"limit": limit, "reason": story.pen.say("extension")},
            by=officer,
        )
    if luck.random() < 0.03 and story.state.holder.officer is None:
        data = {"unit": another_department(story), "text": story.pen.say("assist")}
        story.plan(story.soon(work * 0.2), "add_assistant", data, by=officer)


def _parts(story: Story) -> None:
    """What is split off begins at its own time as a case of its own."""
    officer = holder(story)
    for position in story.brief.parts:
        brief = story.world.briefs[position]
        if officer is not None and position not in story.set_off and brief.at > story.at:
            story.plan(brief.at, "open_child", {"child": brief.case_id}, by=officer, holding=False)


def _part_opened(story: Story, line: Event) -> None:
    brief = next(
        one for one in map(story.world.briefs.__getitem__, story.brief.parts) if one.case_id == line.data["child"]
    )
    part = type(story)(story.world, brief)
    part.contacts = [story.brief.contact]
    part.begin(parent=story)
    story.set_off[brief.index] = part
    told = part.run()
    closed = next((one.at for one in told.lines if one.verb in ("strike_off", "merge", "withdraw", "hand_over")), None)
    if closed is not None:
        story.plan(closed, "child_closed", {"child": brief.case_id}, by=SYSTEM.signature, holding=False)


def _asked(story: Story, line: Event) -> None:
    if story.luck.random() < 0.85:
        text = story.pen.say("answer")
        story.plan(story.later(story.luck.lognormvariate(5.3, 1.0)), "answer", {"text": text}, by=ASKER)


def _assisted(story: Story, line: Event) -> None:
    hands = story.world.roster.hands(line.data["unit"])
    if hands:
        data = {"unit": line.data["unit"], "comment": story.pen.say("assist_done")}
        story.plan(
            story.soon(office_minutes(story.luck, 400)), "finish_part", data, by=story.luck.choice(hands), holding=False
        )


def _extension_asked(story: Story, line: Event) -> None:
    granted = story.luck.random() < 0.8
    reason = story.pen.say("extension_granted" if granted else "extension_refused")
    by = someone(story, story.world.playbook.ladder.extension.approved_by)
    story.plan(
        story.soon(office_minutes(story.luck, 110, 0.9)),
        "decide_extension",
        {"granted": granted, "reason": reason},
        by=by,
    )


def _shelving_asked(story: Story, line: Event) -> None:
    granted = story.luck.random() < 0.75
    reason = story.pen.say("shelving_granted" if granted else "shelving_refused")
    by = someone(story, story.world.playbook.ladder.shelving.approved_by)
    story.plan(
        story.soon(office_minutes(story.luck, 300, 0.8)),
        "decide_shelving",
        {"granted": granted, "reason": reason},
        by=by,
    )


def _shelving_decided(story: Story, line: Event) -> None:
    if not line.data["granted"]:
        return
    story.hands += 1
    officer = holder(story)
    if officer is not None and story.luck.random() < 0.4:
        moment = story.soon(office_minutes(story.luck, 420 * 9, 0.5))
        story.plan(moment, "unshelve", {"comment": story.pen.say("unshelve")}, by=officer)


def _taken_up(story: Story, line: Event) -> None:
    officer = holder(story)
    if officer is not None and story.state.status is Status.WORKING:
        story.hands += 1
        ends.plan_resolve(story, officer, office_minutes(story.luck, 600))


def _warned(story: Story, line: Event) -> None:
    """Before the time for asking the askers is over, somebody may ring those who did not answer."""
    last = line.data["key"] == ClockKind.FOLLOW_UP and story.state.clocks[line.data["key"]].warned > 1
    if last and story.luck.random() < 0.4:
        ends.ring_round(story)


def _expired(story: Story, line: Event) -> None:
    """Somebody asks what is the matter."""
    luck = story.luck
    if story.state.status not in IN_HAND or line.data["kind"] not in ("resolve", "accept"):
        return
    draw = luck.random()
    if draw < 0.1:
        by = someone(story, Role.SUPERVISOR)
        moment = story.soon(office_minutes(luck, 120))
        story.plan(moment, "supervise", {"text": story.pen.say("supervise")}, by=by, holding=False)
    elif draw < 0.2:
        moment = story.later(luck.lognormvariate(5.5, 0.8))
        story.plan(moment, "urge", {"text": story.pen.say("urge")}, by=ASKER, holding=False)
    elif draw < 0.27:
        by = someone(story, Role.DISPATCHER)
        story.plan(
            story.soon(office_minutes(luck, 60)), "urge", {"text": story.pen.say("urge_staff")}, by=by, holding=False
        )


def _ordered(story: Story, line: Event) -> None:
    if story.luck.random() < 0.9:
        moment = story.soon(office_minutes(story.luck, 200, 0.9))
        story.plan(
            moment, "answer_order", lambda: _order_answer(story, line.seq), by=holder(story) or ASKER, holding=False
        )


def _order_answer(story: Story, order: int) -> Mapping[str, Any]:
    return {"order": order, "text": story.pen.say("order_answer")}


def askers_ways(story: Story) -> None:
    """What askers do of themselves: think better of it, or ask the same, be it by a request of their own that is
    merged."""
    brief = story.brief
    if brief.same_as is not None:
        _merge(story)
    elif story.luck.random() < 0.012:
        moment = brief.at + timedelta(minutes=story.luck.lognormvariate(6.2, 1.2))
        data = {"asker": brief.contact, "comment": story.pen.say("withdraw")}
        story.plan(moment, "withdraw", data, by=ASKER, holding=False)
    if brief.also is not None:
        moment = brief.at + timedelta(minutes=story.luck.lognormvariate(6.5, 1.2))
        story.plan(moment, "join", {"asker": brief.also}, by=ASKER, holding=False)
    for position in brief.repeats:
        other = story.world.briefs[position]
        data = {"asker": other.contact, "merged_from": other.case_id}
        story.plan(merged_at(story, position), "join", data, by=SYSTEM.signature, holding=False)


def _merge(story: Story) -> None:
    first = story.world.briefs[story.brief.same_as or 0]
    data = {"into": first.case_id, "reason": story.pen.say("merge")}
    by = someone(story, Role.DISPATCHER)
    story.plan(merged_at(story, story.brief.index), "merge", data, by=by, holding=False)


def merged_at(story: Story, position: int) -> datetime:
    """Soon after the second request came, at a moment that both stories know."""
    return story.world.briefs[position].at + timedelta(minutes=3 + position % 37)


def _joined(story: Story, line: Event) -> None:
    story.contacts.append(line.data["asker"])
    if story.state.status is Status.RESOLVED:
        ends.hear(story, line.data["asker"])


_AFTER: dict[str, Callable[[Story, Event], None]] = {
    "register": _registered,
    "return": _returned,
    "rule_return": _return_ruled,
    "accept": _accepted,
    "ask": _asked,
    "add_assistant": _assisted,
    "open_child": _part_opened,
    "request_extension": _extension_asked,
    "request_shelving": _shelving_asked,
    "decide_shelving": _shelving_decided,
    "unshelve": _taken_up,
    "warn": _warned,
    "expire": _expired,
    "urge": _ordered,
    "supervise": _ordered,
    "join": _joined,
    "resolve": ends.resolved,
    "follow_up": ends.followed_up,
    "strike_off": ends.struck_off,
    "contest": ends.contested,
}
