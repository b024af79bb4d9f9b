"""Parts that a playbook takes over from another one (`[extends]`): their tables are put behind its own text.

What comes out is a playbook that is complete by itself, so that a version once adopted never changes with the other
one. The tables are taken as they are written, with their comments; what the playbook says itself comes before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.faults import Fault, PlaybookError, meant, syntax_fault
from guanjia.playbook.locator import Locator

#: What tells two tables of a part apart.
IDENTITY = {"messages": ("on", "to"), "categories": ("key",)}


_AS_TABLES = (
    _("What is taken over cannot be put behind %(part)s that stand in one list."),
    _("Write each as a table of its own, under [[%(part)s]]."),
)
_NOTHING = (
    _("The playbook %(key)s says no %(part)s of its own that could be taken over."),
    _("Name the playbook that it takes them from itself."),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A table taken over: from which line of the whole text on it stands, and where it came from."""

    line: int
    file: str
    there: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A text complete by itself. `taken`: in the order of their lines."""

    text: str
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """The playbook.toml of another playbook."""

    file: str
    text: str


def completed(text: str, file: str, others: Mapping[str, Callable[[], Other]]) -> Whole:
    """`others`: how to read each playbook that may be named, by key. A text that is no TOML, or takes nothing over,
    comes back as it is. Raises PlaybookError where there is no such playbook, or nothing to take."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return Whole(text)
    wanted = data.get("extends")
    lines, taken = text.rstrip("\n").split("\n"), list[Taken]()
    for part in IDENTITY:
        key = wanted.get(part) if isinstance(wanted, dict) else None
        if not isinstance(key, str):
            continue
        if key not in others:
            hint, known = meant(key, others)
            message = _("There is no playbook %(key)s to take the %(part)s from.")
            raise PlaybookError([_fault(text, file, ("extends", part), message, hint, key=key, part=part, **known)])
        if part in data and f"[[{part}]]" not in text:
            raise PlaybookError([_fault(text, file, (part,), *_AS_TABLES, part=part)])
        other, own = others[key](), _identities(part, data)
        blocks = list(_blocks(other, part))
        if not blocks:
            raise PlaybookError([_fault(text, file, ("extends", part), *_NOTHING, key=key, part=part)])
        for there, block in blocks:
            if not _identities(part, _parsed(other, block)) & own:
                lines.append("")
                taken.append(Taken(len(lines) + 1, other.file, there))
                lines += block.rstrip("\n").split("\n")
    return Whole("\n".join(lines) + "\n", tuple(taken)) if taken else Whole(text)


def came_from(fault: Fault, taken: tuple[Taken, ...]) -> Fault:
    """The same fault, told of the file and the line where the words were written."""
    source = next((one for one in reversed(taken) if one.line <= fault.line), None)
    if source is None:
        return fault
    there = source.there + fault.line - source.line
    return Fault(source.file, there, fault.path, fault.message, fault.hint, fault.params)


def _fault(text: str, file: str, path: tuple[str, ...], message: str, hint: str, **params: object) -> Fault:
    return Fault(file, Locator(text).line(path), ".".join(path), message, hint, params)


def _identities(part: str, data: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Of the tables of a part; what is no table is for the schema to refuse."""
    tables = data.get(part)
    listed = tables if isinstance(tables, list) else []
    return {tuple(str(table.get(name)) for name in IDENTITY[part]) for table in listed if isinstance(table, dict)}


def _parsed(other: Other, block: str) -> dict[str, Any]:
    try:
        return tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError([syntax_fault(other.text, other.file, str(error))]) from None


def _blocks(other: Other, part: str) -> Iterator[tuple[int, str]]:
    """The tables of a part as they are written, each with its line. A comment after the last belongs to what
    follows."""
    starts = [found.start() for found in re.finditer(rf"^\[(?!\[?{part}\.)", other.text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(other.text)], strict=True):
        block = other.text[start:end]
        if block.startswith(f"[[{part}]]"):
            yield other.text.count("\n", 0, start) + 1, re.sub(r"\n(#[^\n]*\n|\s)*\Z", "\n", block)
