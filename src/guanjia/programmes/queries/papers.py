"""Numbered paper forms: which blocks are reserved, and what a number belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.codes import parse_paper_number
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy
from guanjia.programmes.models import PaperBlock
from guanjia.programmes.problems import UNKNOWN_PAPER


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """One sheet; `place_id` is where it was printed for, None for a unit without a place."""

    block_id: int
    sheet: int
    place_id: int | None


def paper_sheet(number: str) -> PaperSheet:
    """The sheet of a number as somebody typed it. One query. Raises paper.unknown."""
    parsed = parse_paper_number(number)
    block = PaperBlock.objects.select_related("unit").filter(pk=parsed[0]).first() if parsed else None
    if parsed is None or block is None or not 1 <= parsed[1] <= block.sheets:
        raise Problem(UNKNOWN_PAPER, field="paper", number=number[:40])
    place_id = block.place_id or (block.unit.place_id if block.unit else None)
    return PaperSheet(block.pk, parsed[1], place_id)


def paper_blocks(actor: Actor, programme_id: int, *, cursor: str | None = None, size: int = 50) -> Page[PaperBlock]:
    """Newest first; staff see all of them: where paper lies is no secret among colleagues. One query."""
    blocks = PaperBlock.objects.filter(programme_id=programme_id)
    return page(_with_names(actor, blocks), ["-id"], size=size, cursor=cursor)


def paper_block(actor: Actor, block_id: int) -> PaperBlock:
    """Raises not_found."""
    found = _with_names(actor, PaperBlock.objects.filter(pk=block_id)).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("block of paper forms"), key=block_id)
    return found


def _with_names(actor: Actor, blocks: QuerySet[PaperBlock]) -> QuerySet[PaperBlock]:
    blocks = blocks.select_related("place", "unit", "programme").defer("place__boundary")
    may = actor.kind is ActorKind.SYSTEM or actor.holds(*policy.PRINTERS)
    return blocks if may else blocks.none()
