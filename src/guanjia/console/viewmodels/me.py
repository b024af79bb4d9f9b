"""What the page about oneself shows: posts, stand-ins, account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.access import queries as access
from guanjia.kernel.actor import Actor, HeldPost
from guanjia.playbook.labels import ROLE_LABELS
from guanjia.registry import queries as registry


@dataclass(frozen=True, slots=True)
class PostHeld:
    role: str
    unit: str
    place: str
    as_stand_in: bool


@dataclass(frozen=True, slots=True)
class About:
    name: str
    posts: Sequence[PostHeld]
    absences: Sequence[Any]


def about(actor: Actor, *, at: datetime) -> About:
    """Two queries for each post held, of which nobody has more than a few."""
    absences = access.absences_of(actor.officer_id, localdate(at)) if actor.officer_id is not None else []
    return About(actor.label, [_post(post) for post in actor.posts], absences)


def _post(post: HeldPost) -> PostHeld:
    place = registry.place(int(post.place_path.rstrip("/").rsplit("/", 1)[-1]))
    unit = registry.unit(post.unit_id)
    return PostHeld(_(ROLE_LABELS[post.role]), unit.name, place.name, post.standing_in_for is not None)
