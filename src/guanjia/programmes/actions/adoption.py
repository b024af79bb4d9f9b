"""Adopting playbooks, and stopping them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import checker, forms, loader
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.schema import Playbook
from guanjia.programmes import policy
from guanjia.programmes.actions.running import held, noted, running
from guanjia.programmes.models import Programme, ProgrammeVersion
from guanjia.programmes.problems import BAD_PLAYBOOK, RUNS
from guanjia.programmes.queries.adopted import ADOPTED, parsed
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
    noted(actor, "programme.adopt", programme, at, version=version.version, checksum=checksum)
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
    programme = running(programme_id)
    programme.stopped_at = at
    programme.save(update_fields=["stopped_at"])
    bump(ADOPTED)
    noted(actor, "programme.stop", programme, at)
    return programme


@transaction.atomic
def resume(actor: Actor, programme_id: int, *, at: datetime) -> Programme:
    """Go on under the version that it had when it was stopped. Raises programme.runs."""
    demand(policy.may_adopt(actor), _("let a programme go on"))
    programme = held(programme_id)
    if programme.stopped_at is None:
        raise Problem(RUNS, key=programme.key)
    programme.stopped_at = None
    programme.save(update_fields=["stopped_at"])
    bump(ADOPTED)
    noted(actor, "programme.resume", programme, at)
    return programme
