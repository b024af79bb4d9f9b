"""A request becomes a case: acknowledged only once it is stored, dispatched at once where the playbook's
rule knows the owner."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from guanjia.cases.bulk import History, parts_of, rows_of
from guanjia.cases.deadlines import timekeeper
from guanjia.cases.ledger import news
from guanjia.cases.models import Case, Document
from guanjia.cases.models.case import CHANNELS, Channel
from guanjia.cases.owners import Matter, owner_of, post_party
from guanjia.cases.problems import CHANNEL_CLOSED, HAPPENS_LATER, NO_DESK, NO_PROGRAMME, UNKNOWN_CATEGORY, UNKNOWN_PLACE
from guanjia.kernel import outbox
from guanjia.kernel.actor import SYSTEM, Actor, Role
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.kernel.together import find_or_reserve, way, write
from guanjia.playbook.lifecycle.decide import apply, decide, open_case
from guanjia.playbook.lifecycle.states import CaseState, Party
from guanjia.playbook.lifecycle.states import Event as Line
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.routing import CaseFacts, choose_route
from guanjia.playbook.schema import Playbook, Route
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import ProgrammeVersion
from guanjia.registry import queries as registry
from guanjia.registry.actions import contact_part, contact_with, record_contact
from guanjia.registry.models import Contact, Place, Subject

TITLE_LIMIT = 120
TEXT_LIMIT = 10_000
ADDRESS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class NewContact:
    """Who asks. All may be empty: a request without a name is still a request, but nobody can be told."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    subject_id: int | None = None
    consent: bool = False


@dataclass(frozen=True, slots=True)
class NewCase:
    """A request as it comes in. `programme`: key of the adopted playbook. `occurred_at` defaults to now;
    paper forms bring their true time."""

    programme: str
    text: str
    channel: str
    category: str
    title: str = ""
    asker: NewContact | None = None
    contact_ids: Sequence[int] = ()
    place_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    subject_id: int | None = None
    occurred_at: datetime | None = None
    emergency: bool = False
    call: bool = False
    public: bool = True
    parent_id: int | None = None
    document_ids: Sequence[int] = ()
    key: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def register(actor: Actor, new: NewCase, *, at: datetime) -> Case:
    """As `register_once`, for whom it is all the same whether the case was there before."""
    case, _fresh = register_once(actor, new, at=at)
    return case


def register_once(actor: Actor, new: NewCase, *, at: datetime) -> tuple[Case, bool]:
    """Store the case, its first lines, its askers and its clocks in one transaction; (case, whether it is new).

    The same `key` twice gives the same case, also where it would be refused by now. Raises case.no_programme,
    case.unknown_category, case.unknown_place, case.no_desk, field.*.
    """
    try:
        ready = checked(new, at)
    except Problem:
        if new.key is not None and (known := Case.objects.filter(idempotency_key=new.key).first()) is not None:
            return known, False
        raise
    try:
        return _store(actor, new, ready, at)
    except IntegrityError:  # somebody stored the same request, or was recorded, at this very moment: now they are there
        return _store(actor, new, ready, at)


@dataclass(frozen=True, slots=True)
class Ready:
    """A request that was checked, with all that storing it takes; `contact` has yet to be recorded."""

    case: Case
    playbook: Playbook
    way: Way
    contact: Contact | None


def checked(new: NewCase, at: datetime) -> Ready:
    """Asks the database nothing that is kept at hand. Raises what `register_once` raises."""
    version = running_version(new.programme, of_open=new.parent_id is not None)
    playbook, place = programmes.playbook_of(version.pk), place_of(new, at)
    case = draft(new, version.pk, playbook, place, at=at)
    case.version = version
    contact = contact_of(new.asker, at) if new.asker is not None else None
    matter = Matter(version.programme_id, new.category, new.subject_id, place)
    return Ready(case, playbook, way_of(new, matter, playbook, at), contact)


def _store(actor: Actor, new: NewCase, ready: Ready, at: datetime) -> tuple[Case, bool]:
    """The lines are sealed over the ids of case and contact, so that these must be known before."""
    case, contact, playbook = ready.case, ready.contact, ready.playbook
    alone = _needs_no_transaction(new)
    with nullcontext() if alone else transaction.atomic():
        unrecorded = [contact] if contact is not None and alone else []
        of_case, *of_contacts = find_or_reserve(
            (Case, "idempotency_key", new.key), *((Contact, "fingerprint", one.fingerprint) for one in unrecorded)
        )
        if of_case.known:
            return Case.objects.get(pk=of_case.id), False
        case.pk = of_case.id
        for one, found in zip(unrecorded, of_contacts, strict=True):
            one.pk = found.id
        if contact is not None and not alone:
            record_contact(contact)
        contact_ids = [contact.pk] if contact is not None else new.contact_ids
        lines = first_lines(actor, new, ready.way, contact_ids, playbook, at)
        rows = rows_of([History(case, lines, contact_ids)], playbook, timekeeper, way=way())
        write([contact_part(unrecorded), *parts_of(rows), outbox.part([news(case.pk, lines, at)])])
        case._state.adding = False
        if new.document_ids:
            Document.objects.filter(pk__in=new.document_ids, case__isnull=True).update(case=case, event_seq=1)
    return case, True


def _needs_no_transaction(new: NewCase) -> bool:
    """Where one statement writes all: to begin a transaction and to end it would be two more round trips."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block and not new.document_ids


def draft(new: NewCase, version_id: int, playbook: Playbook, place: Place | None, *, at: datetime) -> Case:
    """The row of a request, checked and not yet stored. Raises case.unknown_category, case.channel_closed,
    case.happens_later, field.*."""
    text, title = _texts(new)
    _check(new, playbook, at)
    return Case(
        version_id=version_id,
        channel=new.channel,
        title=title,
        text=text,
        category=new.category,
        public=new.public and _is_public(playbook, new.category),
        lon=new.lon,
        lat=new.lat,
        address=clean_text(
            new.address,
            field="address",
            label=_("Address"),
            limit=ADDRESS_LIMIT,
            required=False,
            one_line=True,
        ),
        subject_id=new.subject_id,
        parent_id=new.parent_id,
        occurred_at=new.occurred_at or at,
        recorded_at=at,
        registered_at=at,
        idempotency_key=new.key,
        **place_columns(place),
    )


def running_version(key: str, *, of_open: bool = False) -> ProgrammeVersion:
    """What new cases of a programme are opened under; a part `of_open` case also where it was stopped. Raises
    case.no_programme."""
    try:
        programme = programmes.programme(key)
    except Problem as problem:
        raise Problem(NO_PROGRAMME, field="programme") from problem
    if programme.current is None or (programme.stopped_at is not None and not of_open):
        raise Problem(NO_PROGRAMME, field="programme")
    return programme.current


@dataclass(frozen=True, slots=True)
class Way:
    """Where a new case goes. `party` None leaves it at the desk."""

    desk: Party
    route: Route
    party: Party | None


def way_of(new: NewCase, matter: Matter, playbook: Playbook, at: datetime) -> Way:
    """The same for every request of one category, channel, place and subject. Raises case.no_desk."""
    desk = post_party(Role.DISPATCHER, matter.path_ids, at)
    if desk is None:
        raise Problem(NO_DESK)
    route = route_of(new, matter, playbook)
    return Way(desk, route, route_party(route, matter, playbook, at))


def first_lines(
    actor: Actor, new: NewCase, way: Way, contacts: Sequence[int], playbook: Playbook, at: datetime
) -> list[Line]:
    """register, and dispatch or hand_over where the playbook's route knows to whom."""
    data = {
        "programme": new.programme,
        "category": new.category,
        "channel": new.channel,
        "desk": way.desk.to_data(),
        "askers": list(contacts),
        "emergency": new.emergency,
        "call": new.call,
        "documents": sorted(new.document_ids),
        **({"parent": new.parent_id} if new.parent_id is not None else {}),
        **new.extra,
    }
    first = open_case(Act("register", actor.signature, data, at), playbook)
    state = apply(None, first)
    return [first, *_dispatched(state, way, playbook, at)]


def _dispatched(state: CaseState, way: Way, playbook: Playbook, at: datetime) -> list[Line]:
    if way.party is None:
        return []
    route = way.route
    data = {"to": way.party.to_data(), "route": route.key, "automatic": True}
    verb = "hand_over" if route.hand_over is not None else "dispatch"
    if verb == "dispatch":
        data["tier"] = route.tier
    else:
        data["reason"] = route.key
    return decide(state, Act(verb, SYSTEM.signature, data, at), playbook)


def route_of(new: NewCase, matter: Matter, playbook: Playbook) -> Route:
    category = playbook.category(new.category)
    kind = (
        Subject.objects.filter(pk=matter.subject_id).values_list("kind", flat=True).first()
        if matter.subject_id
        else None
    )
    facts = CaseFacts(
        category=new.category,
        kind=category.kind if category is not None else "help",
        subject_kind=kind,
        channel=new.channel,
        emergency=new.emergency,
    )
    return choose_route(playbook, facts)


def route_party(route: Route, matter: Matter, playbook: Playbook, at: datetime) -> Party | None:
    """Who takes a case on this route; None leaves it at the desk."""
    if route.hand_over is not None:
        return owner_of(route.hand_over, matter, playbook, at)
    return owner_of(playbook.tier(route.tier).owner, matter, playbook, at) if route.tier else None


def _texts(new: NewCase) -> tuple[str, str]:
    text = clean_text(new.text, field="text", label=_("What it is about"), limit=TEXT_LIMIT)
    title = clean_text(new.title, field="title", label=_("Title"), limit=TITLE_LIMIT, required=False, one_line=True)
    return text, title or first_words(text)


def first_words(text: str, most: int = 40) -> str:
    """A title for a request that came without one: its first line, cut where a reader would pause."""
    line = text.strip().split("\n", 1)[0].strip()
    if len(line) <= most:
        return line
    cut = max(line.rfind(mark, 0, most) for mark in "，。；！？、, .;!?")
    return line[:cut] if cut >= most // 3 else line[: most - 1] + "…"


def _check(new: NewCase, playbook: Playbook, at: datetime) -> None:
    if new.channel not in CHANNELS:
        raise Problem(INVALID, field="channel", field_label=_("Channel"), why=new.channel)
    if new.channel not in playbook.channels:
        raise Problem(CHANNEL_CLOSED, field="channel", channel=str(Channel(new.channel).label))
    if playbook.category(new.category) is None:
        raise Problem(UNKNOWN_CATEGORY, field="category", key=new.category)
    if new.occurred_at is not None and new.occurred_at > at:
        raise Problem(HAPPENS_LATER, field="occurred_at")


def _is_public(playbook: Playbook, category: str) -> bool:
    found = playbook.category(category)
    return found is not None and found.public


def place_of(new: NewCase, at: datetime) -> Place | None:
    """The place named, else the one around the point, else the one the address speaks of, else the
    subject's."""
    day = at.date()
    if new.place_id is not None:
        place = Place.objects.filter(pk=new.place_id, valid_to__isnull=True).first()
        if place is None:
            raise Problem(UNKNOWN_PLACE, field="place")
        return place
    if new.lon is not None and new.lat is not None and (found := registry.locate_point(new.lon, new.lat, day)):
        return found
    if new.address and (matches := registry.locate_address(new.address)):
        return matches[0].place
    if new.subject_id is not None:
        subject = Subject.objects.select_related("place").filter(pk=new.subject_id).first()
        return subject.place if subject is not None else None
    return None


def place_columns(place: Place | None) -> dict[str, Any]:
    """The place of a case, and the places above it that lists narrow to."""
    ids = place.path_ids if place is not None else []
    above = [*ids, None, None, None, None][:4] if ids else [None] * 4
    return {
        "place": place,
        "place_path": place.path if place is not None else "",
        "street_id": above[1],
        "community_id": above[2],
        "grid_id": above[3],
    }


def contact_of(who: NewContact, at: datetime) -> Contact:
    """Who asks, checked and not yet stored. Raises field.*."""
    return contact_with(
        name=who.name,
        phone=who.phone,
        email=who.email,
        address=who.address,
        subject_id=who.subject_id,
        consent=who.consent,
        at=at,
    )
