"""Requests that another system or a spreadsheet has kept: each row becomes a case, dispatched by the playbook like any
other.

When a thing was said stays (`occurred_at`); it enters the ledger now, and its clocks run from now. A row is known by
its source and its number there, so that a file can be loaded again without loading anything twice. Nobody is sent a
notice: the people who asked did so long ago, and those who take over find the cases in their lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone, localdate

from guanjia.cases import classify
from guanjia.cases.actions.intake import (
    ADDRESS_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    NewCase,
    Way,
    draft,
    first_lines,
    running_version,
    way_of,
)
from guanjia.cases.bulk import History, write_histories
from guanjia.cases.models import Case
from guanjia.cases.models.case import Channel
from guanjia.cases.owners import Matter
from guanjia.cases.past import Told, lines_of
from guanjia.cases.problems import (
    CLOSED_TOO_EARLY,
    HAPPENS_LATER,
    LOST_SIGNS,
    NO_CATEGORY,
    NO_OPENING,
    SAME_WORDS,
    SHARED_POINT,
    UNKNOWN_CATEGORY,
)
from guanjia.kernel.importing import Batch, Field, Kind, Record, flag, moment, one_of, phone
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.states import CLAIMABLE, Party
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import ProgrammeVersion
from guanjia.registry import policy
from guanjia.registry import queries as registry
from guanjia.registry.actions import contact_with, create_unit, record_contact
from guanjia.registry.imports.finder import POINT_FIELDS, Seen, points
from guanjia.registry.models import Place
from guanjia.registry.problems import REPEATED

_CHUNK = 500
#: Shorter texts ("谢谢") are alike by chance.
_SHORTEST_COMPARED = 8


@dataclass(slots=True)
class _Running:
    """A programme that rows are registered under."""

    version: ProgrammeVersion
    playbook: Playbook
    #: What a category may be called in a file → its key.
    categories: Mapping[str, str]


@dataclass(slots=True)
class _Load:
    batch: Batch
    keys: dict[int, str]
    #: In WGS-84.
    points: dict[int, tuple[float, float]]
    places: dict[int, Place]
    programmes: dict[str, _Running] = field(default_factory=dict)
    contacts: dict[tuple[str, str], int] = field(default_factory=dict)
    ways: dict[tuple[object, ...], Way] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    def histories(self, records: list[Record], key: str) -> Iterator[History]:
        for record in records:
            try:
                yield self._history(record, self.programmes[key])
            except Problem as problem:
                self.batch.refuse(record, _field(problem), problem)

    def _history(self, record: Record, running: _Running) -> History:
        at, place = self.batch.at, self.places.get(record.line)
        new = self._new_case(record, running)
        case = draft(new, running.version.pk, running.playbook, place, at=at)
        told = _told(record, at) if record["history"] else None
        if told is not None:
            return self._past(record, running, new, case, told)
        contacts = self._contacts(record)
        lines = first_lines(self.batch.actor, new, self._way(new, running, place), contacts, running.playbook, at)
        self.cases[record.line] = case
        return History(case, lines, contacts)

    def _past(self, record: Record, running: _Running, new: NewCase, case: Case, told: Told) -> History:
        """Whoever asked is not asked again about what was closed elsewhere, and stays out of it."""
        contacts = [] if told.closed is not None else self._contacts(record)
        way = self._way(new, running, self.places.get(record.line))
        if record["unit"]:
            tier = way.route.tier or running.playbook.ladder.tiers[0].key
            way = Way(way.desk, way.route.model_copy(update={"tier": tier}), Party(self._unit(record)))
        lines, state = lines_of(self.batch.actor, new, way, contacts, running.playbook, told)
        case.registered_at = told.opened
        self.batch.report.count("with_target" if told.target is not None else "without_target")
        self.cases[record.line] = case
        return History(case, lines, contacts, self.batch.at, state)

    def _unit(self, record: Record) -> int:
        """By name; one that is missing is set up where the mapping says so. Raises not_found."""
        name = record["unit"]
        if not self.units:
            for one in registry.known_units().values():
                if one.valid_to is None:
                    self.units |= {called: one.pk for called in (one.name, one.short_name) if called}
        if name not in self.units:
            if not record["new_units"]:
                raise Problem(NOT_FOUND, field="unit", what=_("unit"), key=name)
            district = registry.district()
            made = create_unit(
                self.batch.actor, "department", name=name, place_id=district.pk if district else None, at=self.batch.at
            )
            self.units[name] = made.pk
            self.batch.report.count("unit")
        return self.units[name]

    def _way(self, new: NewCase, running: _Running, place: Place | None) -> Way:
        known = (running.version.pk, new.category, new.channel, new.emergency, place.pk if place else None)
        if known not in self.ways:
            matter = Matter(running.version.programme_id, new.category, None, place)
            self.ways[known] = way_of(new, matter, running.playbook, self.batch.at)
        return self.ways[known]

    def _new_case(self, record: Record, running: _Running) -> NewCase:
        category, whence = _category(record, running)
        self.batch.report.count(whence)
        said = record["occurred_at"]
        lon, lat = self.points.get(record.line, (None, None))
        return NewCase(
            programme=running.playbook.key,
            text=record["text"],
            title=record["title"],
            channel=record["channel"] or Channel.IMPORT,
            category=category,
            address=record["address"],
            lon=lon,
            lat=lat,
            occurred_at=_aware(record, said),
            emergency=bool(record["emergency"]),
            public=bool(record["public"]),
            key=self.keys[record.line],
            extra={"source": record["source"], "source_key": record["key"]},
        )

    def _contacts(self, record: Record) -> list[int]:
        who = (record["asker_name"], record["asker_phone"] or "")
        if not any(who):
            return []
        if who not in self.contacts:
            found = record_contact(contact_with(name=who[0], phone=who[1], at=self.batch.at))
            self.contacts[who] = found.pk
        return [self.contacts[who]]


def _load(batch: Batch) -> None:
    keys = _keys(batch)
    known = _known(list(keys.values()))
    records = [record for record in batch.good() if keys[record.line] not in known]
    if known:
        batch.report.count("already_loaded", len(known))
    pointed = {one.line: point for one, point in zip(records, points(records), strict=True) if point}
    load = _Load(batch, keys, pointed, _places(records, pointed, batch.at))
    done = 0
    for key, group in _by_programme(load, records).items():
        for stored in write_histories(load.histories(group, key), load.programmes[key].playbook):
            batch.progress(done + stored, len(records))
        done += len(group)
    for case in load.cases.values():
        batch.report.count("case")
        batch.report.count(case.status)
    batch.report.count("contact", len(set(load.contacts.values())))
    _warn_of_same_words(load, [record for record in records if not record["history"]])
    _warn_of_shared_points(batch, records, pointed)
    _warn_of_lost_signs(batch, records)


#: A point that more rows share than this, and more than this share of them, says nothing of where they are.
_SHARED, _SHARE = 50, 0.02
_LOST = "\N{REPLACEMENT CHARACTER}"


def _warn_of_shared_points(batch: Batch, records: list[Record], pointed: Mapping[int, tuple[float, float]]) -> None:
    """On the first row of each: it is what the source writes where it knows no point."""
    counts = Counter(pointed.values())
    shared = {point for point, count in counts.items() if count > max(_SHARED, _SHARE * len(records))}
    for record in records:
        point = pointed.get(record.line)
        if point is not None and point in shared:
            shared.discard(point)
            batch.warn(
                record, "lon", Problem(SHARED_POINT, field="lon", count=counts[point], lon=point[0], lat=point[1])
            )


def _warn_of_lost_signs(batch: Batch, records: list[Record]) -> None:
    """Signs that an earlier conversion of the file destroyed."""
    for record in records:
        for name, value in record.values.items():
            if isinstance(value, str) and _LOST in value:
                batch.warn(record, name, Problem(LOST_SIGNS, field=name, count=value.count(_LOST)))


def _aware(record: Record, wall: datetime | None) -> datetime | None:
    """In the file's own time zone, else the district's."""
    return wall.replace(tzinfo=record["time_zone"] or get_default_timezone()) if wall is not None else None


def _told(record: Record, at: datetime) -> Told:
    """Raises import.no_opening, import.closed_too_early, case.happens_later."""
    opened, closed = _aware(record, record["occurred_at"]), _aware(record, record["closed_at"])
    if opened is None:
        raise Problem(NO_OPENING, field="occurred_at")
    if closed is not None and closed < opened:
        raise Problem(CLOSED_TOO_EARLY, field="closed_at", opened=record["occurred_at"], closed=record["closed_at"])
    if closed is not None and closed > at:
        raise Problem(HAPPENS_LATER, field="closed_at")
    target = _aware(record, record["target"])
    return Told(opened, target, closed, record["outcome"] or "solved", record["closing"])


def _field(problem: Problem) -> str:
    """The column that a problem of a case speaks of."""
    names = {one.name for one in CASES.fields}
    return problem.field if problem.field in names else "text"


def _keys(batch: Batch) -> dict[int, str]:
    """Line → idempotency key. A row without a number of its own is known by what it says, and by how many rows before
    it say exactly that."""
    keys: dict[int, str] = {}
    seen = Seen()
    told: dict[tuple[object, ...], int] = {}
    for record in batch.good():
        own: tuple[object, ...] = (record["source"], record["key"])
        if record["key"]:
            if (line := seen.before(own, record.line)) is not None:
                batch.refuse(record, "key", Problem(REPEATED, field="key", line=line))
        else:
            said = (record["title"], record["text"], record["occurred_at"], record["asker_phone"])
            told[said] = told.get(said, 0) + 1
            own = (record["source"], *said, told[said])
        keys[record.line] = f"import:{sha256(repr(own).encode()).hexdigest()[:40]}"
    return keys


def _known(keys: list[str]) -> set[str]:
    """Those of the keys that are in the ledger."""
    known: set[str] = set()
    for start in range(0, len(keys), _CHUNK):
        found = Case.objects.filter(idempotency_key__in=keys[start : start + _CHUNK])
        known |= {key for key in found.values_list("idempotency_key", flat=True) if key}
    return known


def _places(records: list[Record], pointed: Mapping[int, tuple[float, float]], at: datetime) -> dict[int, Place]:
    """Line → the place of its point, else the one that its address speaks of. A row without either has none."""
    ids = registry.locate_many(list(pointed.values()), localdate(at)) if pointed else []
    place_of = {line: place_id for line, place_id in zip(pointed, ids, strict=True) if place_id}
    places = Place.objects.defer("boundary").in_bulk(set(place_of.values()))
    found = {line: places[place_id] for line, place_id in place_of.items()}
    spoken: dict[str, Place | None] = {}
    for record in records:
        address = record["address"]
        if record.line in found or not address:
            continue
        if address not in spoken:
            matches = registry.locate_address(address, most=1)
            spoken[address] = matches[0].place if matches else None
        if (place := spoken[address]) is not None:
            found[record.line] = place
    return found


def _by_programme(load: _Load, records: list[Record]) -> dict[str, list[Record]]:
    """Rows by the key of their programme; without one they belong to the only programme that runs."""
    only = [one.key for one in programmes.running()]
    groups: dict[str, list[Record]] = {}
    for record in records:
        key = record["programme"] or (only[0] if len(only) == 1 else "")
        try:
            if key not in load.programmes:
                load.programmes[key] = _running(key)
        except Problem as problem:
            load.batch.refuse(record, "programme", problem)
        else:
            groups.setdefault(key, []).append(record)
    return groups


def _running(key: str) -> _Running:
    version = running_version(key)
    playbook = programmes.playbook_of(version.pk)
    names = {name: one.key for one in playbook.categories for name in (one.key, one.name.zh, one.name.en)}
    # As a cell is cleaned: a name may be written with two spaces.
    called = {" ".join(name.split()): key for name, key in names.items()}
    return _Running(version, playbook, called)


def _category(record: Record, running: _Running) -> tuple[str, str]:
    """What the row says, else what its text suggests, else what the mapping names for the rest. Raises
    case.unknown_category, case.no_category."""
    if given := record["category"]:
        if given not in running.categories:
            raise Problem(UNKNOWN_CATEGORY, field="category", key=given)
        return running.categories[given], "category_given"
    for suggestion in classify.suggest(running.playbook, record["title"], record["text"], most=1):
        return suggestion.category, "category_suggested"
    rest = record["otherwise"]
    if rest not in running.categories:
        raise Problem(NO_CATEGORY, field="category")
    return running.categories[rest], "category_otherwise"


def _warn_of_same_words(load: _Load, records: list[Record]) -> None:
    """Rows that say word for word what another row or an open case says: somebody may want to merge them."""
    first: dict[bytes, str] = {}
    mine = {record.line: _words(record["text"]) for record in records if record.line in load.cases}
    for pk, text in _texts_of_others(load, set(mine.values())):
        first.setdefault(text, pk)
    for record in records:
        words = mine.get(record.line)
        if not words:
            continue
        own = _called(load, record)
        other = first.setdefault(words, own)
        if other != own:
            load.batch.warn(record, "text", Problem(SAME_WORDS, field="text", number=own, other=other))


def _texts_of_others(load: _Load, wanted: set[bytes]) -> Iterator[tuple[str, bytes]]:
    """Number and words of the open cases that were there before. One streamed read."""
    own = {case.pk for case in load.cases.values()}
    for case in (
        Case.objects.filter(closed_at__isnull=True, sealed_to__isnull=True).only("text", "registered_at").iterator()
    ):
        if case.pk not in own and (words := _words(case.text)) in wanted:
            yield case.number, words


def _words(text: str) -> bytes:
    """What a text says, spaces aside, in few bytes; empty where it says too little."""
    plain = "".join(text.split())
    return sha256(plain.encode()).digest() if len(plain) >= _SHORTEST_COMPARED else b""


def _called(load: _Load, record: Record) -> str:
    """The ledger number; of a trial, whose numbers mean nothing, the line."""
    return str(record.line) if load.batch.report.dry_run else load.cases[record.line].number


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError) as error:
        raise ValueError(_("this is no time zone; write it like Asia/Shanghai")) from error


CASES = Kind(
    "cases",
    _("import cases"),
    (
        Field("key", _("Number at the source"), ("编号", "工单编号", "受理编号", "key"), limit=60),
        Field("source", _("Source"), ("来源系统", "source"), limit=40),
        Field("programme", _("Programme"), ("专项", "programme"), limit=40),
        Field("title", _("Title"), ("标题", "诉求标题", "主题", "title"), limit=TITLE_LIMIT),
        Field(
            "text",
            _("What it is about"),
            ("诉求内容", "反映内容", "内容", "text"),
            required=True,
            limit=TEXT_LIMIT,
            one_line=False,
        ),
        Field("occurred_at", _("When"), ("诉求时间", "受理时间", "时间", "occurred_at"), moment),
        Field("category", _("Category"), ("诉求类别", "类别", "分类", "category"), limit=80),
        Field("otherwise", _("Category of the rest"), ("其余类别", "otherwise"), limit=40),
        Field("channel", _("Channel"), ("渠道", "channel"), one_of(*Channel.values)),
        Field("address", _("Address"), ("事发地址", "地址", "address"), limit=ADDRESS_LIMIT),
        *POINT_FIELDS,
        Field("asker_name", _("Asker"), ("诉求人", "姓名", "asker_name"), personal=True, limit=40),
        Field("asker_phone", _("Phone"), ("联系电话", "电话", "手机", "asker_phone"), phone, personal=True),
        Field("history", _("With its history"), ("history",), flag),
        Field("closed_at", _("Closed at"), ("办结时间", "closed_at"), moment),
        Field("target", _("Promised for"), ("应办结时间", "办理期限", "target"), moment),
        Field("outcome", _("Outcome"), ("办理结果", "outcome"), one_of(*CLAIMABLE)),
        Field("closing", _("How it was closed"), ("办理情况", "closing"), limit=TEXT_LIMIT, one_line=False),
        Field("unit", _("Unit"), ("承办单位", "unit"), limit=60),
        Field("new_units", _("Set up units that are missing"), ("new_units",), flag),
        Field("time_zone", _("Time zone"), ("time_zone",), _zone),
        Field("emergency", _("Emergency"), ("紧急", "emergency"), flag),
        Field("public", _("May be shown in public"), ("可公开", "public"), flag),
    ),
    policy.may_import,
    _load,
)
