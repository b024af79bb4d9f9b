"""Which playbooks are adopted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import loader
from guanjia.playbook.schema import Playbook
from guanjia.programmes.models import Programme, ProgrammeVersion
from guanjia.programmes.problems import STOPPED
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


def playbooks_of(version_ids: Collection[int]) -> dict[int, Playbook]:
    """The same of many at once: one query for those that this process has not read, none where it has."""
    unread = [one for one in version_ids if one not in parsed]
    for version in ProgrammeVersion.objects.filter(pk__in=unread).select_related("programme") if unread else ():
        parsed[version.pk] = loader.loads(version.source, version.programme.key)
    return {one: playbook_of(one) for one in version_ids}


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


def check_running(programme_id: int, *, on: date | None = None) -> None:
    """Whether something new may begin under it; what happened on the day `on` may still be written down if it ran then.
    Raises programme.stopped."""
    found = next((one for one in programmes() if one.pk == programme_id), None)
    if found is None or found.stopped_at is None:
        return
    if on is None or on > localdate(found.stopped_at):
        raise Problem(STOPPED, field="programme", key=found.key)


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
