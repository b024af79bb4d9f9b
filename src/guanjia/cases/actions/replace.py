"""Somebody takes over from somebody: posts, caseload and open cases, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from guanjia.cases.actions.succession import follow_officer
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import actions as programmes
from guanjia.programmes.actions import HandOver
from guanjia.registry import actions as registry


@dataclass(frozen=True, slots=True)
class Taken:
    """What went over: posts, assignments (with those fallen vacant) and open cases."""

    posts: int
    caseload: HandOver
    cases: int


@transaction.atomic
def replace_officer(
    actor: Actor,
    old_id: int,
    new_id: int,
    *,
    reason: str,
    at: datetime,
    leaves: bool = False,
    on: date | None = None,
) -> Taken:
    """The new officer takes over all posts; caseload and open cases follow. Raises not_allowed, field.missing, and
    what `registry.actions.replace_officer` raises."""
    reason = _reason(reason)
    done = registry.replace_officer(actor, old_id, new_id, at=at, leaves=leaves, on=on)
    caseload = programmes.follow_replacement(actor, done, at=at)
    return Taken(len(done.posts), caseload, follow_officer(actor, old_id, new_id, reason=reason, at=at))


@transaction.atomic
def hand_over_caseload(
    actor: Actor,
    from_id: int,
    to_id: int,
    *,
    programme_id: int,
    reason: str,
    with_cases: bool,
    at: datetime,
    beyond_limit: bool = False,
) -> Taken:
    """A caseload changes hands while the posts stay; with `with_cases` the open cases held by name go too. Raises what
    `programmes.actions.hand_over_caseload` raises."""
    reason = _reason(reason)
    caseload = programmes.hand_over_caseload(
        actor, from_id, to_id, programme_id=programme_id, beyond_limit=beyond_limit, at=at
    )
    cases = follow_officer(actor, from_id, to_id, reason=reason, at=at) if with_cases else 0
    return Taken(0, caseload, cases)


def _reason(text: str) -> str:
    return clean_text(text, field="reason", label=_("Reason"), limit=200, one_line=True)
