"""An answer is stored once, whole, whoever sends it and however often."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate

from guanjia.cases import uploads
from guanjia.fieldwork import facts, policy
from guanjia.fieldwork.models import Answer, AnswerFile, Correction, Outcome, Visit
from guanjia.fieldwork.problems import (
    ANSWERED_MEANWHILE,
    CORRECTION_DECIDED,
    FILE_NOT_NAMED,
    NOT_ABOUT,
    OTHER_ANSWER,
)
from guanjia.fieldwork.publishing import Published, of_version
from guanjia.fieldwork.rules.answers import Fault, Sheet, settle, tree_of
from guanjia.fieldwork.rules.forms import said
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.once import once
from guanjia.kernel.problems import INVALID, MISSING, NOT_ALLOWED, NOT_FOUND, Problem, raise_all
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import queries as programmes
from guanjia.registry.models import Place, Subject

#: What is said of an answer that does not have the form of its item; a form may say it in words of its own.
_WHY = {
    "whole": _("this is not a whole number"),
    "number": _("this is not a number"),
    "date": _("this is not a date"),
    "time": _("this is not a time of day"),
    "choice": _("choose one from the list"),
    "point": _("this is not a position"),
    "text": _("it is too long, or contains characters that cannot be shown"),
    "constraint": _("the form does not allow this answer"),
}


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A filled form as it comes in. `sheet` is not yet settled; `target_id` is a subject's id, or a place's where the
    form is about places. `seen`: somebody else's answer that the sender knows of and sends theirs beside."""

    instance: str
    sheet: Sheet
    target_id: int
    source: str
    started_at: datetime
    ended_at: datetime
    language: str = "zh"
    deprecates: str = ""
    seen: int | None = None
    files: Mapping[str, UploadedFile] = field(default_factory=dict)


def record_answer(actor: Actor, published: Published, new: NewAnswer, *, at: datetime) -> tuple[Answer, bool]:
    """Store it; (answer, whether it is new). The same instance again is the same answer, and may bring more files.

    Raises field.* for every item at fault, form.not_about, form.other_answer, programme.stopped and
    form.answered_meanwhile (never to a device, which could not choose), document.*, not_allowed, not_found.
    """
    if actor.officer_id is None:
        raise Problem(NOT_ALLOWED, verb=_("fill in a form"))
    faults = settle(new.sheet)
    tree = tree_of(new.sheet)
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True)

    @transaction.atomic
    def known() -> Answer | None:
        found = Answer.objects.select_for_update().filter(instance=new.instance).first()
        if found is None:
            return None
        if (found.officer_id, found.form_id, found.answers) != (actor.officer_id, published.version.pk, text):
            raise Problem(OTHER_ANSWER)
        _add_files(found, tree, new.files, at)
        return found

    def make() -> Answer:
        if new.source == "browser":
            programmes.check_running(published.version.programme_id, on=localdate(new.started_at))
        subject, place = _target(actor, published, new.target_id)
        raise_all([_problem(fault, new.language) for fault in faults])
        answer = _store(actor, published, new, text, subject, place, at)
        _add_files(answer, tree, new.files, at)
        return answer

    return once(known, make)


def _store(
    actor: Actor,
    published: Published,
    new: NewAnswer,
    text: str,
    subject: Subject | None,
    place: Place | None,
    at: datetime,
) -> Answer:
    assert actor.officer_id is not None, "nobody else gets here"
    answer = Answer.objects.create(
        instance=new.instance,
        form=published.version,
        subject=subject,
        place=place,
        officer_id=actor.officer_id,
        visit=_visit(actor, subject, new.ended_at),
        answers=text,
        source=new.source,
        started_at=new.started_at,
        ended_at=new.ended_at,
        recorded_at=at,
        deprecates=_former(actor, new.deprecates),
        beside=_meanwhile(actor, published, subject, place, new),
    )
    _propose_correction(answer, subject, published, new.sheet, at)
    audit.record(actor, "answer.record", answer, at=at, form=published.version.form_key, source=new.source)
    outbox.publish("answer.recorded", {"answer": answer.pk, "subject": answer.subject_id}, at=at)
    return answer


def _visit(actor: Actor, subject: Subject | None, ended: datetime) -> Visit | None:
    """The visit of that day that it was filled in on, where it is written down already; a visit written down later
    takes over the answers of its day."""
    if subject is None or actor.officer_id is None:
        return None
    made = Visit.objects.exclude(outcome=Outcome.PLANNED)
    return made.filter(officer_id=actor.officer_id, subject=subject, on=localdate(ended)).order_by("-id").first()


def _target(actor: Actor, published: Published, target_id: int) -> tuple[Subject | None, Place | None]:
    """Whom or what it is about. Raises not_found for whatever the actor may not see."""
    if published.about_place:
        place = Place.objects.filter(pk=target_id, valid_to__isnull=True).first()
        if place is None or not policy.may_work_at(actor, place.path):
            raise Problem(NOT_FOUND, what=_("place"), key=target_id)
        return None, place
    cards = Subject.objects.select_related("place", "business", "household", "person")
    subject = cards.filter(pk=target_id, valid_to__isnull=True).first()
    path = subject.place.path if subject is not None and subject.place else ""
    if subject is None or not policy.may_visit(actor, subject.kind, path):
        raise Problem(NOT_FOUND, what=_("subject"), key=target_id)
    if subject.kind != published.version.about:
        raise Problem(NOT_ABOUT, name=subject.name)
    return subject, subject.place


def _problem(fault: Fault, language: str) -> Problem:
    label = said(fault.item.labels, language) or fault.item.name
    why = said(fault.messages, language)
    if fault.kind == "missing" and not why:
        return Problem(MISSING, field=fault.name, field_label=label)
    why = why or _WHY[fault.kind]
    return Problem(INVALID, field=fault.name, field_label=label, why=why)


def _meanwhile(
    actor: Actor, published: Published, subject: Subject | None, place: Place | None, new: NewAnswer
) -> Answer | None:
    """What somebody else answered since this was begun. Raises form.answered_meanwhile where the sender can still
    look at it."""
    others = Answer.objects.filter(
        form__programme_id=published.version.programme_id,
        form__form_key=published.version.form_key,
        recorded_at__gt=new.started_at,
    ).exclude(officer_id=actor.officer_id or 0)
    about = others.filter(subject=subject) if subject is not None else others.filter(place=place)
    other = about.select_related("officer").order_by("-id").first()
    if other is not None and new.source == "browser" and new.seen != other.pk:
        name = subject.name if subject is not None else str(place)
        raise Problem(ANSWERED_MEANWHILE, officer=other.officer.name, name=name, other=other.pk)
    return other


def _former(actor: Actor, instance: str) -> Answer | None:
    """The actor's own earlier answer that this one corrects; both stay."""
    if not instance:
        return None
    found = Answer.objects.filter(instance=instance, officer_id=actor.officer_id or 0).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("answer"), key=instance)
    return found


def _add_files(answer: Answer, tree: Mapping[str, Any], files: Mapping[str, UploadedFile], at: datetime) -> None:
    """Raises form.file_not_named, document.too_large, document.unreadable."""
    named = set(_file_names(of_version(answer.form).form.items, tree)) if files else set()
    there = set(answer.files.values_list("name", flat=True)) if files else set()
    for name, content in files.items():
        if name not in named:
            raise Problem(FILE_NOT_NAMED, name=name[:80])
        if name not in there:
            row = AnswerFile(answer=answer, received_at=at)
            uploads.fill(row, content)
            row.name = name
            row.save(force_insert=True)


def _file_names(items: Sequence[Any], tree: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for item in items:
        given = tree.get(item.name)
        if item.kind == "image" and isinstance(given, str):
            found.append(given)
        elif isinstance(given, dict):
            found += _file_names(item.children, given)
        elif isinstance(given, list):
            found += [name for one in given for name in _file_names(item.children, one)]
    return found


def _propose_correction(
    answer: Answer, subject: Subject | None, published: Published, sheet: Sheet, at: datetime
) -> None:
    if subject is None or not published.bound:
        return
    places = published.form.names
    answered = {fact: sheet.text(places[item]) for item, fact in published.bound.items() if item in places}
    values = facts.differing(subject, answered)
    if values:
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        Correction.objects.create(answer=answer, subject=subject, values=text, proposed_at=at)


@transaction.atomic
def decide_correction(actor: Actor, correction_id: int, *, granted: bool, at: datetime) -> Correction:
    """Write it onto the card, or leave the card as it is. Raises correction.decided, not_found, not_allowed, and what
    the registry refuses."""
    found = Correction.objects.select_for_update(of=("self",)).filter(pk=correction_id)
    correction = found.select_related("subject__place", "answer").first()
    if correction is None or not policy.may_decide_correction(actor, correction.subject):
        raise Problem(NOT_FOUND, what=_("correction"), key=correction_id)
    if correction.granted is not None:
        raise Problem(CORRECTION_DECIDED)
    if granted:
        facts.correct(actor, correction.subject, json.loads(correction.values), at=at)
    correction.granted, correction.decided_at, correction.decided_by = granted, at, actor.signature
    correction.save(update_fields=["granted", "decided_at", "decided_by"])
    audit.record(actor, "correction.decide", correction, at=at, granted=granted)
    return correction
