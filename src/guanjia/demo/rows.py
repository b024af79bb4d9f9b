"""Told cases as rows of the tables; made in the process that told them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from guanjia.cases import bulk
from guanjia.cases.bulk import History, Rows
from guanjia.cases.models import Case, Document
from guanjia.demo import inboxes
from guanjia.demo.briefs import Told, World
from guanjia.kernel.pour import Row, plain, pour
from guanjia.notices.bulk import Rows as Notices

_DOCUMENT = tuple(one.attname for one in Document._meta.local_concrete_fields)


@dataclass(slots=True)
class Batch:
    ledger: Rows
    documents: list[Row] = field(default_factory=list)
    notices: Notices = field(default_factory=Notices)


def batch_of(told: Iterable[Told], world: World) -> Batch:
    stories = list(told)
    histories = [History(_case(world, one), one.lines, one.contacts, state=one.state) for one in stories]
    ledger = bulk.rows_of(histories, world.playbook, lambda unit: world.keeper)
    notices = inboxes.rows_of(world, zip(stories, (history.case for history in histories), strict=True))
    return Batch(ledger, [row for one in stories for row in _documents(one)], notices)


def store(batch: Batch) -> None:
    """Without the notices, whose numbers go by the time of all of them. Must run in a transaction."""
    bulk.store(batch.ledger)
    pour(Document, _DOCUMENT, batch.documents)


def _case(world: World, told: Told) -> Case:
    brief = told.brief
    above = [*(int(part) for part in brief.where.path.split("/") if part), *[None] * 4]
    return Case(
        pk=brief.case_id,
        version_id=world.version_id,
        channel=brief.channel,
        title=told.title,
        text=told.text,
        public=told.public,
        place_id=brief.where.place_id,
        place_path=brief.where.path,
        street_id=above[1],
        community_id=above[2],
        grid_id=above[3],
        lon=brief.where.lon,
        lat=brief.where.lat,
        address=brief.where.address,
        subject_id=brief.subject_id,
        parent_id=told.parent,
        occurred_at=brief.at,
        recorded_at=brief.at,
        registered_at=brief.at,
    )


def _documents(told: Told) -> list[Row]:
    rows = [
        Document(
            pk=copy.id,
            case_id=told.brief.case_id,
            event_seq=copy.line,
            kind=copy.picture.kind,
            name=copy.picture.name,
            file=copy.picture.file,
            thumbnail=copy.picture.thumbnail,
            content_type=copy.picture.content_type,
            size=copy.picture.size,
            sha256=copy.picture.sha256,
            public=told.public and copy.picture.kind == "photo" and copy.line > 1,
            uploaded_at=told.lines[copy.line - 1].at,
            uploaded_by=dict(copy.by),
        )
        for copy in told.documents
    ]
    return plain(Document, _DOCUMENT, ([_value(row, name) for name in _DOCUMENT] for row in rows))


def _value(row: Document, name: str) -> object:
    value = getattr(row, name)
    return value.name if name in ("file", "thumbnail") else value
