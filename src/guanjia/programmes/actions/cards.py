"""Giving out the codes of contact cards, and ordering more cards than anybody waits for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.programmes import queries, rules, sheets
from guanjia.programmes.models import CardCode, CardOrder
from guanjia.programmes.problems import NO_CARDS, TOO_MANY_COPIES
from guanjia.registry.models import Place
from guanjia.registry.stamps import read_once

#: How long a made sheet is kept; it can be ordered again.
KEPT_FOR = timedelta(days=30)
Key = tuple[int | None, int | None]  # place id, subject id: one of the two


@transaction.atomic
def issue_cards(
    actor: Actor,
    programme_id: int,
    *,
    at: datetime,
    officer_id: int | None = None,
    unit_id: int | None = None,
    place: Place | None = None,
) -> list[int]:
    """The ids of the cards of all who have a steward there, steward by steward; whoever has no code yet is given one,
    for good. Raises card.nobody, programme.stopped."""
    queries.check_running(programme_id)
    chosen = queries.cards_to_print(actor, programme_id, officer_id=officer_id, unit_id=unit_id, place=place)
    wanted: list[Key] = list(chosen.values_list("place_id", "subject_id"))
    if not wanted:
        raise Problem(NO_CARDS)
    known = _known(programme_id)
    fresh = [key for key in dict.fromkeys(wanted) if key not in known]
    if fresh:
        # Two who print the same at once: the second finds what the first gave out.
        CardCode.objects.bulk_create(
            [_coded(programme_id, place_id, subject_id, at) for place_id, subject_id in fresh],
            ignore_conflicts=True,
            batch_size=1000,
        )
        known = _known(programme_id)
        audit.record(actor, "card.issue", None, at=at, programme=programme_id, cards=len(fresh))
    return [known[key] for key in wanted]


def _known(programme_id: int) -> dict[Key, int]:
    rows = CardCode.objects.filter(programme_id=programme_id).values_list("pk", "place_id", "subject_id")
    return {(place_id, subject_id): pk for pk, place_id, subject_id in rows}


def _coded(programme_id: int, place_id: int | None, subject_id: int | None, at: datetime) -> CardCode:
    code = "".join(secrets.choice(rules.CARD_SIGNS) for _ in range(rules.CARD_LENGTH))
    return CardCode(code=code, programme_id=programme_id, place_id=place_id, subject_id=subject_id, issued_at=at)


def check_copies(copies: int) -> None:
    """Raises card.copies."""
    if not 1 <= copies <= rules.MOST_COPIES:
        raise Problem(TOO_MANY_COPIES, field="copies", given=copies, most=rules.MOST_COPIES)


@transaction.atomic
def order_cards(
    actor: Actor, programme_id: int, codes: Sequence[int], *, title: str, copies: int, at: datetime
) -> CardOrder:
    """Let the worker make them. `codes` come from `issue_cards`, which asked who may. Raises card.copies."""
    check_copies(copies)
    order = CardOrder.objects.create(
        programme_id=programme_id,
        title=title[:120],
        codes=list(codes),
        copies=copies,
        parts=rules.parts_of(len(codes) * copies),
        ordered_at=at,
        officer_id=actor.officer_id,
    )
    audit.record(actor, "card.order", order, at=at, cards=len(codes), copies=copies)
    return order


def make_part(*, at: datetime) -> int:
    """The next part of the oldest order that waits; 1, or 0 where none does. Killed at any point, the part is made
    again."""
    order = CardOrder.objects.filter(finished_at__isnull=True).order_by("id").first()
    if order is None:
        return 0
    with read_once():
        made = sheets.cards_pdf(rules.part(order.codes, order.copies, order.done), at=at)
    name = part_file(order.pk, order.done)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(made))
    finished = at if order.done + 1 == order.parts else None
    # Compare and set: of two workers that made the same part, one counts it.
    CardOrder.objects.filter(pk=order.pk, done=order.done).update(done=order.done + 1, finished_at=finished)
    return 1


def forget_orders(*, at: datetime) -> int:
    """Remove sheets that were made long ago; how many orders."""
    old = list(CardOrder.objects.filter(finished_at__lt=at - KEPT_FOR)[:100])
    for order in old:
        for number in range(order.parts):
            default_storage.delete(part_file(order.pk, number))
        order.delete()
    return len(old)


def part_file(order_id: int, number: int) -> str:
    return f"cards/{order_id}/{number + 1}.pdf"
