"""A playbook while it is being written: the files of its folder as texts, by path. `playbook.toml` is always there,
stories stand in `stories/`, forms and pages where the playbook names them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from guanjia.playbook import checker, forms, loader, simulate, stories
from guanjia.playbook.faults import Fault, PlaybookError
from guanjia.playbook.schema import Playbook, Text

Files = Mapping[str, str]

SCAFFOLD = Path(__file__).resolve().parent / "scaffold"
#: What a playbook may be called by.
KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
#: What a file of it may be called; the folder tells what it is.
PATH = re.compile(r"(?:stories|forms|texts)/[a-z0-9][a-z0-9._-]{0,59}\.(?:toml|md)")
_HEAD_KEY = re.compile(r'^(key\s*=\s*)"[^"]*"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draft says. `source` and `playbook` are None where it cannot be read at all; `faults` also tells what fits
    the schema and would not work."""

    source: loader.Source[Playbook] | None
    faults: tuple[Fault, ...]

    @property
    def playbook(self) -> Playbook | None:
        return self.source.value if self.source is not None else None


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played; `name` is None where it cannot be read."""

    file: str
    name: Text | None
    faults: tuple[Fault, ...]


def begun(key: str) -> dict[str, str]:
    """A small playbook that passes the check, with a story to start from."""
    return {path: text.replace("new-playbook", key) for path, text in _texts(SCAFFOLD).items()}


def copied(folder: Path, key: str) -> dict[str, str]:
    """The playbook of a folder under another key."""
    return _under(_texts(folder), key)


def of_version(text: str, files: Mapping[str, Any], told: Files, key: str) -> dict[str, str]:
    """An adopted version under this key: its text, its files as they were kept (`workbook` of a form, text of a page),
    and the stories `told` of it."""
    kept = {path: one if isinstance(one, str) else _form_text(one) for path, one in files.items()}
    return _under({loader.FILE: text, **kept, **told}, key)


def stories_of(folder: Path) -> dict[str, str]:
    """The stories of a playbook's folder."""
    return {path: text for path, text in _texts(folder).items() if path.startswith(f"{stories.FOLDER}/")}


def _under(files: dict[str, str], key: str) -> dict[str, str]:
    return {**files, loader.FILE: _HEAD_KEY.sub(rf'\g<1>"{key}"', files[loader.FILE], count=1)}


def _texts(folder: Path) -> dict[str, str]:
    found = {str(path.relative_to(folder).as_posix()): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _text(name, path.read_bytes()) for name, path in found.items()}


def _text(name: str, content: bytes) -> str:
    """A form that is a workbook comes as the same rows in TOML; it is read by what it holds, not by its name."""
    return _form_text(forms.read(name, content).workbook()) if content[:2] == b"PK" else content.decode("utf-8")


def _form_text(workbook: Mapping[str, Iterable[Mapping[str, str]]]) -> str:
    blocks = [
        "\n".join([f"[[{sheet}]]", *(f"{_quoted(name)} = {_quoted(cell)}" for name, cell in row.items())])
        for sheet, rows in workbook.items()
        for row in rows
    ]
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read(files: Files) -> Reading:
    """Every fault of the playbook with its file and line."""
    beside = {path: text.encode() for path, text in files.items() if path != loader.FILE}
    try:
        source = loader.read_text(files[loader.FILE], loader.FILE, beside)
    except PlaybookError as error:
        return Reading(None, error.faults)
    return Reading(source, tuple(sorted(checker.cross_faults(source), key=lambda fault: (fault.file, fault.line))))


def play(files: Files, playbook: Playbook, zone: ZoneInfo) -> list[Played]:
    """The stories of a draft, played on its playbook."""
    played = []
    for path in sorted(files):
        if path.startswith(f"{stories.FOLDER}/"):
            try:
                source = stories.story_of(files[path], path)
            except PlaybookError as error:
                played.append(Played(path, None, error.faults))
            else:
                played.append(Played(path, source.value.name, tuple(simulate.run(source, playbook, zone).faults)))
    return played
