"""How cases end: what is claimed, what the askers say of it, and when it has to be done again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guanjia.demo import temper
from guanjia.demo.temper import office_minutes
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.playbook.lifecycle.states import Event, Outcome, Status

if TYPE_CHECKING:
    from guanjia.demo.story import Story

ASKER: Mapping[str, Any] = Actor(kind=ActorKind.ASKER).signature
#: How often each outcome is claimed.
CLAIMS = ((Outcome.SOLVED, 0.83), (Outcome.PARTLY, 0.06), (Outcome.EXPLAINED, 0.09), (Outcome.NOT_OURS, 0.02))
#: Satisfaction 1–5 where it is solved, and where it is not.
GLAD, CROSS = (0.01, 0.02, 0.09, 0.3, 0.58), (0.4, 0.38, 0.18, 0.03, 0.01)


def plan_resolve(story: Story, officer: int, work: float) -> None:
    moment = story.later(work) if story.state.emergency else story.soon(work)
    story.plan(moment, "resolve", lambda: _result(story, officer), by=officer)


def _result(story: Story, officer: int) -> Mapping[str, Any]:
    luck = story.luck
    (claim,) = luck.choices([one for one, _ in CLAIMS], [share for _, share in CLAIMS])
    text = story.pen.result(story.brief.category, str(claim))
    tier = story.world.playbook.tier(story.state.tier) if story.state.tier else None
    if tier is not None and "document" in tier.evidence:
        text = story.pen.say("meeting", unit=story.world.roster.unit_names[story.state.holder.unit]) + text
    kinds = _wanted(story, claim)
    data: dict[str, Any] = {"outcome": str(claim), "text": text}
    if kinds:
        data["evidence"] = story.evidence(kinds, story.state.seq + 1, story.world.roster.signature(officer))
    return data


def _wanted(story: Story, claim: Outcome) -> list[str]:
    """The evidence that the tier asks for, and now and then a photo besides."""
    asked = story.world.playbook.tier(story.state.tier).evidence if story.state.tier else ()
    needed: list[str] = (
        [kind for kind in asked if kind in ("photo", "document")] if claim in CLAIMS_WITH_EVIDENCE else []
    )
    if "photo" not in needed and story.luck.random() < 0.04:
        needed.append("photo")
    return needed


CLAIMS_WITH_EVIDENCE = (Outcome.SOLVED, Outcome.PARTLY)


def resolved(story: Story, line: Event) -> None:
    story.hands += 1
    for asker in story.state.askers:
        hear(story, asker)


def hear(story: Story, asker: int) -> None:
    """The asker answers the link, or somebody rings them."""
    if story.luck.random() < 0.48:
        moment = story.later(story.luck.lognormvariate(5.6, 1.1))
        story.plan(moment, "follow_up", lambda: _answer(story, asker, own=True), by=ASKER)
    else:
        _call(story, asker, office_minutes(story.luck, 260, 0.8))


def ring_round(story: Story) -> None:
    for asker, answer in story.state.askers.items():
        if answer is None:
            _call(story, asker, office_minutes(story.luck, 70, 0.5))


def _call(story: Story, asker: int, wait: float) -> None:
    story.plan(story.soon(wait), "follow_up", lambda: _answer(story, asker, own=False), by=_caller(story))


def _caller(story: Story) -> int:
    """A clerk of the community or somebody of the desk, never who handled it."""
    roster, luck = story.world.roster, story.luck
    path = [int(part) for part in story.brief.where.path.split("/") if part]
    near = [officer for place in path for officer in roster.clerks.get(place, ())] if luck.random() < 0.45 else []
    able = [one for one in near or roster.by_role[Role.DISPATCHER] if one != story.state.handler]
    return luck.choice(able or roster.by_role[Role.CLERK])


def _answer(story: Story, asker: int, *, own: bool) -> Mapping[str, Any] | None:
    luck, state = story.luck, story.state
    if state.status is not Status.RESOLVED or state.askers.get(asker) is not None:
        return None
    if not own and luck.random() < 0.2:
        return {"asker": asker, "reached": False, "comment": story.pen.say("unreached")}
    care = temper.of(story.world.seed, "unit", state.holder.unit).care
    # What was done twice is done better; who had to wait is harder to please.
    good = 1 - (1 - care) * math.pow(0.6, state.redone) * (1.35 if state.late else 1.0)
    glad = luck.random() < good
    claimed = state.claimed in (Outcome.SOLVED, Outcome.PARTLY)
    satisfaction = luck.choices((1, 2, 3, 4, 5), GLAD if glad else CROSS)[0]
    if glad and not claimed:
        satisfaction = max(3, satisfaction - luck.randrange(3))
    words = "happy" if satisfaction >= 4 else "fine" if satisfaction == 3 else "unhappy"
    comment = story.pen.say(words if own else "call" if satisfaction > 2 else words)
    return {
        "asker": asker,
        "reached": True,
        "solved": glad and claimed,
        "satisfaction": satisfaction,
        "comment": comment,
    }


def followed_up(story: Story, line: Event) -> None:
    if line.data.get("redo"):
        _again(story)
    elif not line.data["reached"] and story.state.status is Status.RESOLVED:
        _call(story, line.data["asker"], office_minutes(story.luck, 240, 0.5))


def _again(story: Story) -> None:
    story.hands += 1
    officer = story.state.handler
    if officer is not None:
        slow = temper.of(story.world.seed, "unit", story.state.holder.unit).pace
        plan_resolve(story, officer, office_minutes(story.luck, 260, 0.6) * slow)


def struck_off(story: Story, line: Event) -> None:
    """A few think better of it."""
    if story.parent is None and story.luck.random() < 0.011:
        data = {"asker": story.brief.contact, "reason": story.pen.say("contest")}
        moment = story.later(story.luck.uniform(600, 8600))
        story.plan(moment, "contest", data, by=ASKER)


def contested(story: Story, line: Event) -> None:
    _again(story)
