"""Adopting playbooks, and who is in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import checker, forms, loader
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy, queries
from guanjia.programmes.models import Enrolment, Programme, ProgrammeVersion
from guanjia.programmes.problems import ALREADY_ENROLLED, BAD_PLAYBOOK, NOT_ENROLLED, NOT_SERVED, STOPPED
from guanjia.programmes.queries.adopted import ADOPTED, parsed
from guanjia.registry.models import Subject
from guanjia.registry.policy import demand
from guanjia.registry.stamps import bump


@transaction.atomic
def adopt(
    actor: Actor, source: Path | str, *, files: Mapping[str, bytes] | None = None, at: datetime
) -> ProgrammeVersion:
    """Start a programme from a playbook (its folder, or the text of its playbook.toml with the `files` that it names,
    by path), or go on with a changed one: new cases follow it, open ones keep theirs. The same again is the same
    version. Raises programme.bad_playbook."""
    demand(policy.may_adopt(actor), _("adopt a playbook"))
    read = _read(source, files)
    playbook, kept = read.value, _kept(read)
    checksum = _checksum(read.text, kept)
    programme, _created = Programme.objects.get_or_create(key=playbook.key, defaults={"adopted_at": at})
    version, new = ProgrammeVersion.objects.get_or_create(
        programme=programme,
        checksum=checksum,
        defaults={
            "version": playbook.playbook.version,
            "source": read.text,
            "files": kept,
            "adopted_at": at,
            "adopted_by": actor.signature,
        },
    )
    if new:
        parsed.pop(version.pk, None)
    if programme.current_id == version.pk and programme.stopped_at is None:
        return version
    programme.current, programme.stopped_at = version, None
    programme.save(update_fields=["current", "stopped_at"])
    bump(ADOPTED)
    _written(actor, "programme.adopt", programme, at, version=version.version, checksum=checksum)
    return version


def _read(source: Path | str, files: Mapping[str, bytes] | None) -> loader.Source[Playbook]:
    try:
        if isinstance(source, str):
            return checker.checked_text(source, files=files)
        return checker.checked_folder(source)
    except PlaybookError as error:
        raise Problem(BAD_PLAYBOOK, count=len(error.faults), first=str(error.faults[0])) from error


def _kept(source: loader.Source[Playbook]) -> dict[str, Any]:
    """The files that the playbook names, by their paths: of a form its workbook, of a page its text."""
    forms_named = {form.file for form in source.value.forms}
    return {
        name: forms.read(name, content).workbook() if name in forms_named else content.decode()
        for name, content in sorted(source.files.items())
    }


def _checksum(text: str, files: dict[str, Any]) -> str:
    """Of the text alone where it names no files."""
    said = text + json.dumps(files, ensure_ascii=False, sort_keys=True) if files else text
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def stop(actor: Actor, programme_id: int, *, at: datetime) -> Programme:
    """Nothing new begins; what is open is worked to its end. Raises programme.stopped."""
    demand(policy.may_adopt(actor), _("stop a programme"))
    programme = _running(programme_id)
    programme.stopped_at = at
    programme.save(update_fields=["stopped_at"])
    bump(ADOPTED)
    _written(actor, "programme.stop", programme, at)
    return programme


@transaction.atomic
def enrol(actor: Actor, programme_id: int, subject_id: int, *, at: datetime) -> None:
    """Put a subject on the list; where all are served, end its being left out. Raises enrolment.already_in,
    programme.not_served."""
    programme, playbook, subject = _to_enrol(actor, programme_id, subject_id)
    open_rows = Enrolment.objects.filter(programme=programme, subject=subject, until__isnull=True)
    if queries.enrolled(programme_id, playbook).filter(pk=subject_id).exists():
        raise Problem(ALREADY_ENROLLED, name=subject.name)
    open_rows.update(until=at)
    if playbook.serves.enrol == "list":
        Enrolment.objects.create(programme=programme, subject=subject, since=at)
    _written(actor, "programme.enrol", programme, at, subject_id=subject_id)


@transaction.atomic
def leave(actor: Actor, programme_id: int, subject_id: int, *, at: datetime) -> None:
    """Take a subject off the list; where all are served, leave it out. Its own steward and stand-in end with it.
    Raises enrolment.not_in."""
    programme, playbook, subject = _to_enrol(actor, programme_id, subject_id)
    if not queries.enrolled(programme_id, playbook).filter(pk=subject_id).exists():
        raise Problem(NOT_ENROLLED, name=subject.name)
    Enrolment.objects.filter(programme=programme, subject=subject, until__isnull=True).update(until=at)
    if playbook.serves.enrol == "all":
        Enrolment.objects.create(programme=programme, subject=subject, since=at, excluded=True)
    ended = subject.assignments.filter(programme=programme, until__isnull=True).update(until=at)
    _written(actor, "programme.leave", programme, at, subject_id=subject_id, assignments=ended)


def _to_enrol(actor: Actor, programme_id: int, subject_id: int) -> tuple[Programme, Playbook, Subject]:
    programme = _running(programme_id)
    subject = Subject.objects.select_for_update(of=("self",)).select_related("place").filter(pk=subject_id).first()
    if subject is None:
        raise Problem(NOT_FOUND, what=_("subject"), key=subject_id)
    demand(policy.may_enrol(actor, [subject.place.path if subject.place else ""]), _("enrol"))
    playbook = queries.current_playbook(programme_id)
    if subject.kind not in playbook.serves.subjects or subject.valid_to is not None:
        raise Problem(NOT_SERVED, key=programme.key, name=subject.name)
    return programme, playbook, subject


def _running(programme_id: int) -> Programme:
    programme = Programme.objects.select_for_update().filter(pk=programme_id).first()
    if programme is None:
        raise Problem(NOT_FOUND, what=_("programme"), key=programme_id)
    if programme.stopped_at is not None:
        raise Problem(STOPPED, key=programme.key)
    return programme


def _written(actor: Actor, verb: str, programme: Programme, at: datetime, **data: object) -> None:
    audit.record(actor, verb, programme, at=at, **data)
    outbox.publish("programme.changed", {"verb": verb, "programme": programme.pk, **data}, at=at)
