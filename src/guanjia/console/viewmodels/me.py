"""What the page about oneself shows: posts, stand-ins, account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
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
    unit_url: str
    place: str
    place_url: str
    as_stand_in: bool


@dataclass(frozen=True, slots=True)
class About:
    name: str
    posts: Sequence[PostHeld]
    absences: Sequence[Any]
    away_url: str


def about(actor: Actor, *, at: datetime) -> About:
    """Two queries for each post held, of which nobody has more than a few."""
    officer = actor.officer_id
    return About(
        name=actor.label,
        posts=[_post(post) for post in actor.posts],
        absences=access.absences_of(officer, localdate(at)) if officer is not None else [],
        away_url=reverse("console:absence", args=[officer]) if officer is not None else "",
    )


def _post(post: HeldPost) -> PostHeld:
    place = registry.place(int(post.place_path.rstrip("/").rsplit("/", 1)[-1]))
    unit = registry.unit(post.unit_id)
    return PostHeld(
        role=_(ROLE_LABELS[post.role]),
        unit=unit.name,
        unit_url=reverse("console:unit", args=[unit.pk]),
        place=place.name,
        place_url=reverse("console:place", args=[place.pk]),
        as_stand_in=post.standing_in_for is not None,
    )
