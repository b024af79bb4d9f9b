"""The notices of whole histories at once, by the rules that a single message goes by, in few large writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from guanjia.cases.models import Case
from guanjia.kernel.pour import Row, plain, pour, reserve_ids
from guanjia.notices.directory import Directory
from guanjia.notices.drafting import Keeper, drafts_of, steps_of
from guanjia.notices.models import Delivery, DeliveryState, Notice
from guanjia.notices.writing import Readers, deliveries_of, notices_of
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.schema import Playbook

_NOTICE = tuple(one.attname for one in Notice._meta.local_concrete_fields if not one.primary_key)
_DELIVERY = tuple(
    one.attname for one in Delivery._meta.local_concrete_fields if not one.primary_key and one.attname != "notice_id"
)
_MADE = _NOTICE.index("created_at")


@dataclass(frozen=True, slots=True)
class Telling:
    """What telling needs, read once; after that nothing is asked of the database. Told are lines from `since` on; what
    was due to go out by `until` has gone out."""

    directory: Directory
    readers: Readers
    keeper: Keeper
    since: datetime
    until: datetime


@dataclass(slots=True)
class Rows:
    """Notices without their ids, and deliveries by the position of their notice."""

    notices: list[Row] = field(default_factory=list)
    deliveries: list[tuple[int, Row]] = field(default_factory=list)

    @classmethod
    def of(cls, told: Sequence[tuple[Notice, Sequence[Delivery]]]) -> Rows:
        places = [place for place, (_notice, deliveries) in enumerate(told) for _one in deliveries]
        sent = _plain(Delivery, _DELIVERY, (one for _notice, deliveries in told for one in deliveries))
        return cls(_plain(Notice, _NOTICE, (notice for notice, _ in told)), list(zip(places, sent, strict=True)))


def tell(
    case: Case, lines: Sequence[Line], playbook: Playbook, telling: Telling
) -> Iterator[tuple[Notice, list[Delivery]]]:
    """The notices of one case, as they were made. Lines of one moment are one act. What was said before a case was
    sealed is left out: its words would have been taken back."""
    first = next((line.seq for line in lines if line.at >= telling.since), None)
    if first is None:
        return
    for at, act in groupby(steps_of(lines, first), lambda step: step.line.at):
        steps = [step for step in act if case.sealed_to_id is None or step.after.sealed_to is not None]
        drafts = drafts_of(case, steps, playbook, telling.directory, telling.keeper) if steps else []
        for notice in notices_of(drafts, case, playbook, at):
            yield notice, [_gone(one, telling.until) for one in deliveries_of(notice, telling.readers)]


def _gone(delivery: Delivery, until: datetime) -> Delivery:
    due = delivery.next_try_at
    if due is not None and due <= until:
        delivery.state, delivery.tries, delivery.sent_at, delivery.next_try_at = DeliveryState.SENT, 1, due, None
    return delivery


def store(batches: Iterable[Rows]) -> None:
    """Numbered in the order in which they were made, as readers' lists go by number. Must run in a transaction."""
    parts = list(batches)
    order = sorted((row[_MADE], part, place) for part, one in enumerate(parts) for place, row in enumerate(one.notices))
    ids = dict(zip(((part, place) for _made, part, place in order), reserve_ids(Notice, len(order)), strict=True))
    pour(Notice, ("id", *_NOTICE), [(pk, *parts[part].notices[place]) for (part, place), pk in ids.items()])
    sent = [(ids[part, place], *row) for part, one in enumerate(parts) for place, row in one.deliveries]
    sent.sort(key=lambda row: int(row[0]))
    pour(Delivery, ("notice_id", *_DELIVERY), sent)


def _plain(model: type[Notice | Delivery], names: Sequence[str], rows: Iterable[Notice | Delivery]) -> list[Row]:
    return plain(model, names, ([getattr(row, name) for name in names] for row in rows))
