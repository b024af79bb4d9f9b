"""Whether a playbook makes sense: what fits the schema and still would not work, with file, line and advice.

A check is a function from a playbook and its source to faults, entered with `@check` in one of `checks/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks import fieldwork, forms, ladder, people, routes, texts  # noqa: F401  enter their checks
from guanjia.playbook.checks.table import checks
from guanjia.playbook.faults import Fault, PlaybookError
from guanjia.playbook.loader import FILE, Source, read_folder, read_text
from guanjia.playbook.schema import Playbook


def faults_of(folder: Path) -> list[Fault]:
    """Everything that is wrong with the playbook of a folder, in the order of its lines."""
    try:
        source = read_folder(folder)
    except PlaybookError as error:
        return list(error.faults)
    return sorted([*_misnamed(source, folder), *cross_faults(source)], key=lambda fault: (fault.file, fault.line))


def checked(text: str, name: str = FILE, files: Mapping[str, bytes] | None = None) -> Playbook:
    """A playbook that makes sense; `files`: what it names, by path. Raises PlaybookError with every fault."""
    return checked_text(text, name, files).value


def checked_text(text: str, name: str = FILE, files: Mapping[str, bytes] | None = None) -> Source[Playbook]:
    """The same with its text complete by itself, as a district may adopt it."""
    return _sound(read_text(text, name, files))


def checked_folder(folder: Path) -> Source[Playbook]:
    """The same of a folder. Its name may be any."""
    return _sound(read_folder(folder))


def _sound(source: Source[Playbook]) -> Source[Playbook]:
    faults = cross_faults(source)
    if faults:
        raise PlaybookError(faults)
    return source


def cross_faults(source: Source[Playbook]) -> list[Fault]:
    return [fault for check in checks() for fault in check(source.value, source)]


def _misnamed(source: Source[Playbook], folder: Path) -> list[Fault]:
    key, name = source.value.key, folder.resolve().name
    if key == name:
        return []
    message = _("The key “%(key)s” differs from the name of the folder, “%(folder)s”.")
    return [source.fault(("playbook", "key"), message, _("Rename one of them."), key=key, folder=name)]
