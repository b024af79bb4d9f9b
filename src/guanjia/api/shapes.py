"""From what queries give to what the API answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.api.schemas import answers
from guanjia.cases.queries.page import CasePage, Entry
from guanjia.cases.queries.public import UnitRates
from guanjia.playbook.due import NOTE_WORDS, Due, Step
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, STATUS_LABELS, CaseState, ClockState, Status
from guanjia.playbook.lifecycle.verbs import Verb
from guanjia.playbook.schema import Text

#: Years from here on mean "never" in the columns that sort.
_NEVER = 9999


def said(text: Text) -> str:
    return text.in_(get_language() or "zh")


def named(row: Any) -> answers.Named | None:
    return answers.Named(id=row.pk, name=row.name) if row is not None else None


def case_columns(case: Any) -> dict[str, Any]:
    """The fields of a CaseRow. Needs place, community, holder_unit and holder_officer read along."""
    return {
        "number": case.number,
        "seq": case.seq,
        "title": case.title,
        "category": case.category,
        "channel": case.channel,
        "status": case.status,
        "status_label": _(STATUS_LABELS[Status(case.status)]),
        "outcome": case.outcome,
        "tier": case.tier,
        "place": named(case.place),
        "community": named(case.community),
        "unit": named(case.holder_unit),
        "officer": case.holder_officer.name if case.holder_officer is not None else "",
        "emergency": case.emergency,
        "due_at": case.due_at if case.due_at.year < _NEVER else None,
        "due_kind": case.due_kind,
        "due_estimated": case.due_estimated,
        "late": case.late,
        "redone": case.redone,
        "occurred_at": case.occurred_at,
        "registered_at": case.registered_at,
        "closed_at": case.closed_at,
    }


def case_row(case: Any) -> answers.CaseRow:
    return answers.CaseRow(**case_columns(case))


def case_whole(page: CasePage) -> answers.CaseOut:
    case = page.case
    return answers.CaseOut(
        **case_columns(case),
        text=case.text,
        address=case.address,
        lon=case.lon,
        lat=case.lat,
        confirmed=case.confirmed,
        satisfaction=case.satisfaction,
        pending=case.pending.split(),
        askers=[
            answers.AskerOut(
                name=asker.name,
                phone=asker.phone,
                channel=asker.channel,
                solved=asker.answer.solved if asker.answer is not None else None,
                satisfaction=asker.answer.satisfaction if asker.answer is not None else None,
            )
            for asker in page.askers
        ],
        verbs=[verb.key for verb in page.verbs],
        parts=[part.number for part in page.parts],
    )


def receipt(case: Any) -> answers.CaseReceipt:
    return answers.CaseReceipt(
        number=case.number,
        title=case.title,
        category=case.category,
        place=case.place.name if case.place is not None else "",
        occurred_at=case.occurred_at,
        registered_at=case.registered_at,
    )


def document(row: Any) -> answers.DocumentOut:
    return answers.DocumentOut(
        id=row.pk, kind=row.kind, name=row.name, content_type=row.content_type, size=row.size, sha256=row.sha256
    )


def entry(line: Entry) -> answers.EntryOut:
    return answers.EntryOut(
        seq=line.seq,
        verb=line.verb,
        told=_(line.told),
        at=line.at,
        recorded_at=line.recorded_at,
        who=line.who,
        who_kind=line.who_kind,
        to=line.to,
        texts=list(line.texts),
        documents=[document(row) for row in line.documents],
        hash=line.hash,
    )


def clock(state: ClockState, due: Due) -> answers.ClockOut:
    return answers.ClockOut(
        key=state.key,
        kind=str(state.kind),
        label=_(CLOCK_LABELS[state.kind]),
        tier=state.tier,
        limit=state.limit,
        started=state.started,
        due=due.moment,
        estimated=due.estimated,
        paused=state.paused,
        days=[_day(step) for step in due.steps],
    )


def _day(step: Step) -> answers.DayOut:
    return answers.DayOut(
        day=step.day,
        counted=step.counted,
        amount=step.amount,
        note=str(step.note),
        why=_(NOTE_WORDS[step.note]),
        label=step.label,
        estimated=step.estimated,
    )


def verb(rule: Verb) -> answers.VerbOut:
    params = [
        answers.ParamOut(name=one.name, kind=one.kind, label=_(one.label), required=one.required) for one in rule.params
    ]
    return answers.VerbOut(key=rule.key, label=_(rule.label), params=params)


def done(number: str, verb_key: str, state: CaseState) -> answers.Done:
    return answers.Done(
        number=number,
        verb=verb_key,
        seq=state.seq,
        status=str(state.status),
        outcome=str(state.outcome or ""),
        tier=state.tier,
        holder_unit=state.holder.unit,
        holder_officer=state.holder.officer,
    )


def place(row: Any) -> answers.PlaceOut:
    return answers.PlaceOut(**place_columns(row))


def place_columns(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "name": row.name,
        "parent": row.parent_id,
        "lon": row.centre_lon,
        "lat": row.centre_lat,
    }


def unit(row: Any) -> answers.UnitOut:
    return answers.UnitOut(id=row.pk, kind=row.kind, name=row.name, phone=row.phone, place=named(row.place))


def public_row(case: Any) -> answers.PublicRow:
    return answers.PublicRow(
        number=case.number,
        title=case.title,
        category=case.category,
        status=case.status,
        status_label=_(STATUS_LABELS[Status(case.status)]),
        outcome=case.outcome,
        street=case.street.name if case.street is not None else "",
        community=case.community.name if case.community is not None else "",
        unit=case.holder_unit.name,
        registered_at=case.registered_at,
        closed_at=case.closed_at,
        late=case.late,
    )


def rates(one: UnitRates) -> answers.RatesOut:
    return answers.RatesOut(
        unit=answers.Named(id=one.unit.pk, name=one.unit.name),
        open=one.open,
        overdue=one.overdue,
        closed=one.closed,
        on_time=one.on_time,
        solved=one.solved,
        satisfaction=one.satisfaction,
    )
