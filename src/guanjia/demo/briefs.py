"""What is known of a case before it begins, and what a whole simulation knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanjia.demo.office_time import OfficeTime
from guanjia.demo.roster import Roster
from guanjia.demo.texts import Scene
from guanjia.notices.bulk import Telling
from guanjia.playbook.lifecycle.states import CaseState, Event
from guanjia.playbook.schema import Playbook
from guanjia.playbook.timekeeper import Timekeeper


@dataclass(frozen=True, slots=True)
class Where:
    """Without a place where only words say it: somebody has to look."""

    place_id: int | None
    path: str
    lon: float | None
    lat: float | None
    address: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One request to come. Contacts are ids. `same_as`, `part_of`: positions of an earlier case that this one repeats,
    or is split from."""

    index: int
    case_id: int
    at: datetime
    channel: str
    category: str
    contact: int
    where: Where
    scene: Scene
    subject_id: int | None = None
    subject_kind: str | None = None
    emergency: bool = False
    call: bool = False
    #: Somebody else who asks the same a little later.
    also: int | None = None
    same_as: int | None = None
    part_of: int | None = None
    #: Positions of what repeats this one and what is split from it.
    repeats: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A document of which cases take copies: what stands in its row."""

    kind: str
    name: str
    file: str
    thumbnail: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One case's copy of a picture."""

    id: int
    line: int
    picture: Picture
    by: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    until: datetime
    playbook: Playbook
    roster: Roster
    office: OfficeTime
    keeper: Timekeeper
    bank: Sequence[Picture]
    briefs: Sequence[Brief]
    telling: Telling
    version_id: int
    #: Each case has room for `MOST_EVIDENCE` documents.
    first_document: int


MOST_EVIDENCE = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One case as it happened."""

    brief: Brief
    title: str
    text: str
    public: bool
    lines: Sequence[Event]
    state: CaseState
    contacts: Sequence[int]
    parent: int | None = None
    documents: Sequence[Evidence] = ()
