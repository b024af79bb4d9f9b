"""Who somebody is at a moment: the posts held, and those of the officers stood in for."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.timezone import localdate

from guanjia.access.models import Absence, Account
from guanjia.kernel.actor import Actor, ActorKind, HeldPost, Role
from guanjia.registry.models import PostHolding
from guanjia.registry.queries import held_on
from guanjia.registry.stamps import ORGANISATION, Kept

_COLUMNS = ("officer_id", "officer__name", "post_id", "post__role", "post__unit_id", "post__place__path")
#: Absences bump the stamp as well (`actions`).
_held: Kept[tuple[str, tuple[HeldPost, ...]]] = Kept(ORGANISATION, most=1000)


def actor_for(
    account: Account, at: datetime, *, contact_ids: frozenset[int] = frozenset(), strong: bool = False
) -> Actor:
    """No query while neither posts nor absences change but that of their stamp.

    `contact_ids` are those proven in this session, besides the account's own.
    """
    if account.officer_id is None:
        own = frozenset() if account.contact_id is None else frozenset({account.contact_id})
        return Actor(
            kind=ActorKind.ASKER,
            label=account.username,
            account_id=account.pk,
            contact_ids=contact_ids | own,
            strong=strong,
        )
    officer_id, day = account.officer_id, localdate(at)
    name, posts = _held.get((officer_id, day), lambda: _read_held(officer_id, day))
    return Actor(
        kind=ActorKind.OFFICER,
        label=name or account.username,
        account_id=account.pk,
        officer_id=account.officer_id,
        posts=posts,
        contact_ids=contact_ids,
        strong=strong,
    )


def _read_held(own: int, day: date) -> tuple[str, tuple[HeldPost, ...]]:
    """The name, and the posts held on a day; the name is empty for somebody without a post."""
    holdings = _holdings([own, *absent_whom(own, day)], day)
    posts = tuple(
        HeldPost(post_id, Role(role), unit_id, path, None if officer_id == own else officer_id)
        for officer_id, _, post_id, role, unit_id, path in holdings
    )
    return next((name for officer_id, name, *_ in holdings if officer_id == own), ""), posts


def absent_whom(stand_in_id: int, day: date) -> list[int]:
    """The officers whom this one stands in for on `day`. Not theirs in turn: such an absence is refused."""
    return list(
        Absence.objects.filter(
            Q(last_day__isnull=True) | Q(last_day__gte=day), stand_in_id=stand_in_id, first_day__lte=day
        ).values_list("officer_id", flat=True)
    )


def _holdings(officer_ids: list[int], day: date) -> list[tuple[int, str, int, str, int, str]]:
    found = PostHolding.objects.filter(held_on(day), officer_id__in=officer_ids).values_list(*_COLUMNS)
    own = officer_ids[0]
    return sorted(found, key=lambda row: (row[0] != own, row[0], row[2]))
