"""Everything that the page of one case shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from guanjia.cases.actions.act import open_ledger
from guanjia.cases.deadlines import Timekeeper, timekeeper
from guanjia.cases.ledger import Ledger
from guanjia.cases.models import Asker, Case, Document, Event
from guanjia.cases.policy import offered, relations
from guanjia.kernel.actor import Actor
from guanjia.kernel.masking import mask_name, mask_phone
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.due import Due, Remaining, remaining
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, CaseState, ClockState
from guanjia.playbook.lifecycle.verbs import Verb, verbs
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema import Playbook
from guanjia.registry import queries as registry
from guanjia.registry.models import Place


@dataclass(frozen=True, slots=True)
class Names:
    """Names of units and officers, by id."""

    units: Mapping[int, str]
    officers: Mapping[int, str]

    def party(self, data: Mapping[str, Any] | None) -> str:
        """ "unit · officer" for {"unit", "officer"}."""
        if not data:
            return ""
        parts = [self.units.get(data.get("unit") or 0, ""), self.officers.get(data.get("officer") or 0, "")]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ClockView:
    """`label` is a message id. `due` None while paused. `left`: time left, or late."""

    key: str
    kind: str
    label: str
    tier: str
    limit: str
    started: datetime
    due: datetime | None
    estimated: bool
    left: Remaining | None
    paused: bool
    stopped: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `told` is a message id; `to` and `who` are names; `texts` are the words that
    were written."""

    seq: int
    verb: str
    told: str
    at: datetime
    recorded_at: datetime
    who: str
    who_kind: str
    to: str
    texts: tuple[str, ...]
    data: Mapping[str, Any]
    documents: tuple[Document, ...]
    hash: str
    public: bool


@dataclass(frozen=True, slots=True)
class AskerView:
    """Masked. `answer`: what they said of the latest result."""

    contact_id: int
    name: str
    phone: str
    is_first: bool
    channel: str
    answer: Any


@dataclass(frozen=True, slots=True)
class CasePage:
    case: Case
    state: CaseState
    playbook: Playbook
    relations: frozenset[str]
    verbs: Sequence[Verb]
    places: Sequence[Place]
    holder: str
    desk: str
    clocks: Sequence[ClockView]
    leading: ClockView | None
    timeline: Sequence[Entry]
    askers: Sequence[AskerView]
    parts: Sequence[Case]
    names: Names


REGISTERED = _("the request was registered")

#: Data of an event that somebody wrote for others to read, in the order shown.
_TEXTS = ("text", "reason", "comment")


def case_page(actor: Actor, case_id: int, *, at: datetime) -> CasePage:
    """Raises not_found where the actor may not see the case. Four queries, whatever the length of its history, and one
    each where it has papers and parts."""
    ledger = open_ledger(actor, case_id)
    case, state = ledger.case, ledger.state
    names = known_names()
    clocks = clock_views(ledger, at)
    return CasePage(
        case=case,
        state=state,
        playbook=ledger.playbook,
        relations=relations(actor, case, state),
        verbs=offered(actor, case, state, ledger.playbook),
        places=_places(case),
        holder=names.party(state.holder.to_data()),
        desk=names.party(state.desk.to_data()),
        clocks=clocks,
        leading=next((clock for clock in clocks if clock.kind == case.due_kind and clock.stopped is None), None),
        timeline=timeline(case, ledger.events, names),
        askers=_askers(case, state),
        parts=list(Case.objects.filter(parent_id=case.pk).order_by("id")[:50]) if state.children else [],
        names=names,
    )


def known_names() -> Names:
    """No query while the organisation stays as it is but that of its stamp."""
    units = {one.pk: one.name for one in registry.known_units().values()}
    return Names(units, registry.known_officers())


def timeline(case: Case, events: Sequence[Event], names: Names) -> list[Entry]:
    """One query where a line carries documents, else none. Who of the public did something is told by kind ("asker"),
    never by name."""
    by_seq: dict[int | None, list[Document]] = {}
    for document in _documents(case) if any(_carries(event) for event in events) else ():
        by_seq.setdefault(document.event_seq, []).append(document)
    return [_entry(event, names, tuple(by_seq.get(event.seq, ()))) for event in events]


def _carries(event: Event) -> bool:
    return bool(event.data.get("documents") or event.data.get("evidence"))


def _documents(case: Case) -> QuerySet[Document]:
    return Document.objects.filter(case_id=case.pk, event_seq__isnull=False).order_by("id")


def _entry(event: Event, names: Names, documents: tuple[Document, ...]) -> Entry:
    rule = verbs().get(event.verb)
    texts = tuple(str(event.data[name]) for name in _TEXTS if event.data.get(name) and not event.data.get("automatic"))
    return Entry(
        seq=event.seq,
        verb=event.verb,
        told=rule.told if rule is not None else REGISTERED,
        at=event.at,
        recorded_at=event.recorded_at,
        who=names.officers.get(event.by.get("officer") or 0, ""),
        who_kind=event.by.get("kind", ""),
        to=names.party(event.data.get("to")) or names.units.get(event.data.get("unit") or 0, ""),
        texts=texts,
        data=event.data,
        documents=documents,
        hash=event.hash,
        public=rule.public if rule is not None else True,
    )


def clock_views(ledger: Ledger, at: datetime) -> list[ClockView]:
    """Running clocks first, by due moment; then those that have stopped."""
    keeper = timekeeper(ledger.state.holder.unit)
    views = [_clock_view(clock, keeper, ledger.playbook, at) for clock in ledger.state.clocks.values()]
    return sorted(views, key=lambda view: (view.stopped is not None, view.due is None, view.due or view.started))


def _clock_view(clock: ClockState, keeper: Timekeeper, playbook: Playbook, at: datetime) -> ClockView:
    deadline = keeper.deadline(clock, playbook)
    seen = clock.stopped or at
    left = None
    if deadline.due is not None:
        unit = Limit.parse(clock.limit).unit
        left = remaining(seen, deadline.due, unit, keeper.calendar, keeper.hours, keeper.zone)
    return ClockView(
        key=clock.key,
        kind=str(clock.kind),
        label=CLOCK_LABELS[clock.kind],
        tier=clock.tier,
        limit=clock.limit,
        started=clock.started,
        due=deadline.due,
        estimated=deadline.estimated,
        left=left,
        paused=clock.paused,
        stopped=clock.stopped,
        late=deadline.due is not None and seen > deadline.due,
    )


def why(actor: Actor, case_id: int, key: str | None = None) -> list[tuple[ClockState, Due]]:
    """Why each date of a case is what it is: running clocks (or the one named), with each counted and each
    skipped day."""
    ledger = open_ledger(actor, case_id)
    keeper = timekeeper(ledger.state.holder.unit)
    chosen = [clock for clock in ledger.state.clocks.values() if (clock.running if key is None else clock.key == key)]
    return [(clock, keeper.why(clock)) for clock in chosen]


def _places(case: Case) -> list[Place]:
    known = registry.known_places()
    return [known[one] for one in map(int, filter(None, case.place_path.split("/"))) if one in known]


def _askers(case: Case, state: CaseState) -> list[AskerView]:
    rows = Asker.objects.filter(case_id=case.pk).select_related("contact").order_by("id")[:100]
    return [
        AskerView(
            contact_id=row.contact_id,
            name=mask_name(row.contact.name) if row.contact.name else "",
            phone=mask_phone(row.contact.phone) if row.contact.phone else "",
            is_first=row.is_first,
            channel=row.get_channel_display(),
            answer=state.askers.get(row.contact_id),
        )
        for row in rows
    ]
