"""Which playbooks are adopted, and whom they take in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import loader
from guanjia.playbook.schema import Playbook
from guanjia.programmes.models import Enrolment, Programme, ProgrammeVersion
from guanjia.registry.models import Subject
from guanjia.registry.stamps import Kept

#: Parsed versions of this process; a version never changes. `actions.adopt` empties the place of the one it writes.
parsed: dict[int, Playbook] = {}
#: Bumped by whatever changes a programme (`actions.adoption`).
ADOPTED = "programmes"
_all: Kept[list[Programme]] = Kept(ADOPTED, most=1)


def playbook_of(version_id: int) -> Playbook:
    """The playbook that a case was opened under. One query the first time in a process, then none. Raises
    not_found."""
    if version_id not in parsed:
        version = ProgrammeVersion.objects.select_related("programme").filter(pk=version_id).first()
        if version is None:
            raise Problem(NOT_FOUND, what=_("playbook version"), key=version_id)
        parsed[version_id] = loader.loads(version.source, version.programme.key)
    return parsed[version_id]


def file_of(version_id: int, name: str) -> Any:
    """What a playbook names beside its own text: the rows of a form by sheet, or a text. One query. Raises
    not_found."""
    files = ProgrammeVersion.objects.filter(pk=version_id).values_list("files", flat=True).first()
    if files is None or name not in files:
        raise Problem(NOT_FOUND, what=_("file"), key=name)
    return files[name]


def programme(key: str) -> Programme:
    """Raises not_found."""
    found = next((one for one in programmes() if one.key == key), None)
    if found is None:
        raise Problem(NOT_FOUND, what=_("programme"), key=key)
    return found


def programme_of(version_id: int) -> Programme:
    """The programme that a case was opened in. Raises not_found."""
    return programme(playbook_of(version_id).key)


def version_ids(programme_id: int) -> list[int]:
    """Of all versions that it ever had. One query."""
    return list(ProgrammeVersion.objects.filter(programme_id=programme_id).order_by("pk").values_list("pk", flat=True))


def programmes() -> list[Programme]:
    """All, stopped ones too: a handful. Public. No query while nothing changed but that of the stamp."""
    return _all.get(
        "",
        lambda: list(
            Programme.objects.select_related("current").defer("current__source", "current__files").order_by("pk")
        ),
    )


def running() -> list[Programme]:
    return [one for one in programmes() if one.stopped_at is None and one.current_id is not None]


def taking(channel: str, category: str = "") -> Programme | None:
    """Under which programme a request goes that names none: the first one adopted that takes requests this way and,
    where a category is given, knows it."""
    for one in running():
        playbook = current_playbook(one.pk)
        if channel in playbook.channels and (not category or playbook.category(category) is not None):
            return one
    return None


def current_playbook(programme_id: int) -> Playbook:
    """What new cases are opened under. Raises not_found."""
    version_id = next((one.current_id for one in programmes() if one.pk == programme_id), None)
    if version_id is None:
        raise Problem(NOT_FOUND, what=_("programme"), key=programme_id)
    return playbook_of(version_id)


def enrolled(programme_id: int, playbook: Playbook) -> QuerySet[Subject]:
    """Whom the programme serves now. For all: every current subject of the kinds served but those left out; by list:
    who is on it."""
    listed = Enrolment.objects.filter(programme_id=programme_id, until__isnull=True)
    subjects = Subject.objects.filter(kind__in=playbook.serves.subjects, valid_to__isnull=True)
    if playbook.serves.enrol == "list":
        return subjects.filter(pk__in=listed.filter(excluded=False).values("subject_id"))
    return subjects.exclude(pk__in=listed.filter(excluded=True).values("subject_id"))
