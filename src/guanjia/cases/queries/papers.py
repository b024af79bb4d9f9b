"""Which numbered sheets came back as cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from guanjia.cases.models import Case
from guanjia.cases.policy import visible
from guanjia.kernel.actor import Actor
from guanjia.kernel.codes import paper_number
from guanjia.programmes.models import PaperBlock


@dataclass(frozen=True, slots=True)
class SheetLine:
    """`state`: "used" once it is a case; "missing" where a later sheet has come back and this one has not; else
    "blank". `case_number`: "" too for a case that the reader may not see."""

    number: str
    state: Literal["used", "missing", "blank"]
    case_number: str


def paper_key(block_id: int, sheet: int) -> str:
    """Under which a sheet is registered: the same paper twice is the same case."""
    return f"paper:{paper_number(block_id, sheet)}"


def is_registered(key: str) -> bool:
    """Whether something came in under this key. Says no more, so that anybody may ask."""
    return Case.objects.filter(idempotency_key=key).exists()


def sheets_of(actor: Actor, block: PaperBlock) -> list[SheetLine]:
    """Every number of the block in order. Two queries."""
    numbers = {paper_key(block.pk, sheet): paper_number(block.pk, sheet) for sheet in range(1, block.sheets + 1)}
    back = Case.objects.filter(idempotency_key__in=list(numbers))
    used = set(back.values_list("idempotency_key", flat=True))
    seen = {case.idempotency_key: case.number for case in back.filter(visible(actor))}
    last = max((at for at, key in enumerate(numbers) if key in used), default=-1)
    return [
        SheetLine(number, "used" if key in used else "missing" if at < last else "blank", seen.get(key, ""))
        for at, (key, number) in enumerate(numbers.items())
    ]


def used_in(blocks: Sequence[PaperBlock]) -> Mapping[int, int]:
    """How many sheets of each block came back, by its id. One query for each 10,000 sheets."""
    keys = {paper_key(block.pk, sheet): block.pk for block in blocks for sheet in range(1, block.sheets + 1)}
    counts = dict.fromkeys((block.pk for block in blocks), 0)
    for start in range(0, len(keys), _CHUNK):
        some = list(keys)[start : start + _CHUNK]
        for key in Case.objects.filter(idempotency_key__in=some).values_list("idempotency_key", flat=True):
            counts[keys[str(key)]] += 1
    return counts


_CHUNK = 10_000
