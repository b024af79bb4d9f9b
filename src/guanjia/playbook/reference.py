"""The words of a playbook and the verbs of a case as tables: for the terminal and, as Markdown, for docs/reference.

    python -m guanjia.playbook.reference docs/reference

A test fails where the pages differ from what this writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.explain import table
from guanjia.playbook.facts import FACTS
from guanjia.playbook.labels import RELATION_LABELS
from guanjia.playbook.lifecycle import decide  # noqa: F401  enters the verbs
from guanjia.playbook.lifecycle.states import STATUS_LABELS, Status
from guanjia.playbook.lifecycle.verbs import Verb, verbs
from guanjia.playbook.limits import TimeUnit
from guanjia.playbook.loader import load, shipped
from guanjia.playbook.meanings import STORY
from guanjia.playbook.outline import outline
from guanjia.playbook.schema import Playbook
from guanjia.playbook.stories import Story
from guanjia.playbook.vocabulary import PLACEHOLDERS, Word, words

UNITS = {
    TimeUnit.MINUTES: _("minutes, by the wall clock, day and night"),
    TimeUnit.HOURS: _("hours, by the wall clock, day and night"),
    TimeUnit.WORKING_HOURS: _("hours within office hours"),
    TimeUnit.WORKING_DAYS: _(
        "working days; the day of the start does not count; ends with the office hours of the last"
    ),
    TimeUnit.DAYS: _("calendar days; the day of the start does not count; the last is a working day"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """`title`, `headings` and cells are message ids; the first cell of a row is a name to be written as it is."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sections() -> list[Section]:
    """Everything that a playbook can name."""
    return [
        Section(_("Keys of playbook.toml"), KEY_HEADINGS, tuple(map(_key_row, words()))),
        Section(_("Time limits"), (_("Unit"), _("Meaning")), tuple((f"{unit}", text) for unit, text in UNITS.items())),
        Section(_("Words in messages"), (_("Word"), _("Meaning")), _placeholders()),
        Section(_("Facts of the registry"), (_("Fact"), _("Meaning"), _("Of"), _("Words")), tuple(_facts())),
        Section(_("Roles and relations"), (_("Word"), _("Meaning")), tuple(RELATION_LABELS.items())),
        Section(_("Verbs"), VERB_HEADINGS, tuple(map(_verb_row, _verbs()))),
        Section(_("Keys of a story"), KEY_HEADINGS, tuple(_key_row(word) for word in words(Story, STORY))),
    ]


KEY_HEADINGS = (_("Key"), _("What to write"), _("Default"), _("Meaning"), _("Words"))
VERB_HEADINGS = (_("Verb"), _("Label"), _("In the states"), _("By"), _("Asks for"))


def _key_row(word: Word) -> tuple[str, ...]:
    default = _("required") if word.required else word.default or "–"
    return word.name, word.value, default, word.meaning, " ".join(word.choices)


def _facts() -> Iterator[tuple[str, ...]]:
    for key, fact in FACTS.items():
        yield key, fact.name, " ".join(fact.kinds), " ".join(word.replace(" ", "_") for word in fact.asked)


def _placeholders() -> tuple[tuple[str, str], ...]:
    return tuple((f"{{{name}}}", text) for name, text in PLACEHOLDERS.items())


def _verbs() -> list[Verb]:
    return [rule for _key, rule in sorted(verbs().items())]


def _verb_row(rule: Verb) -> tuple[str, ...]:
    states = [str(status) for status in Status if status in rule.states]
    asked = [param.name if param.required else f"({param.name})" for param in rule.params]
    by = " ".join(dict.fromkeys(who(rule)))
    return rule.key, rule.label, " ".join(states) if len(states) < len(Status) else "*", by, " ".join(asked)


class _Named:
    """Stands for a playbook, and for each part of it, and knows its own name: asked who may do a verb, the verb
    then answers with the playbook's key that decides."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, part: str) -> _Named:
        return _Named(f"{self._name}.{part}" if self._name else part)

    def __iter__(self) -> Iterator[_Named]:
        yield self

    def __str__(self) -> str:
        return self._name


def who(rule: Verb) -> Iterable[str]:
    """Relations, or keys of the playbook (`ladder.returns.arbiter`) that name the post."""
    return rule.allowed(cast(Playbook, _Named()))


def playbook_page() -> str:
    keys, units, in_messages, facts, roles, _verb_section, story = sections()
    return "\n".join(
        [
            "# Playbooks: every word",
            "",
            "A playbook is a folder: `playbook.toml`, `stories/*.toml`, and the forms and texts that it names. It is",
            "data; there is no code in it.",
            "Check it with `guanjia playbook check FOLDER --stories`, see it with `guanjia playbook explain FOLDER`,",
            "begin one with `guanjia playbook new KEY`. Why it is so: [docs/why/playbooks.md](../why/playbooks.md).",
            "",
            "A part that is used in several places goes by its own name: `owner.…`, `text.…`. This page is written by",
            "`python -m guanjia.playbook.reference docs/reference`.",
            "",
            *_tables([keys, units, in_messages]),
            "## Facts of the registry",
            "",
            "What an item of a form may be bound to (`forms.bound.fact`): it is filled in beforehand; another answer",
            "proposes a correction of the card. An item that has one of the words as its name or label must be bound.",
            "",
            *_tables([Section("", facts.headings, facts.rows), roles]),
            "## Stories",
            "",
            "A story plays one case on a virtual clock: between two steps every clock that comes to a mark or runs out",
            "goes off, as the worker would do it. Officers and units are found by the names that the story gives them.",
            "",
            *_tables([story]),
        ]
    )


def shipped_page() -> str:
    """The playbooks that come with the package: a row each, and of each its ladder and what else it asks for."""
    books = [load(folder) for folder in shipped().values()]
    rows = tuple(
        (book.key, book.playbook.name.zh, book.playbook.purpose.en, f"{len(book.categories)}", f"{len(book.bodies)}")
        for book in books
    )
    parts = [line for book in books for line in _shipped(book)]
    return "\n".join(
        [
            "# Playbooks that come with guanjia",
            "",
            "Each is a folder of data under `src/guanjia/playbooks`, without code of its own: adopt it as it stands,",
            "or copy it and change it. See one with `guanjia playbook explain KEY`; where its limits come from stands",
            "in its `playbook.toml`. This page is written by `python -m guanjia.playbook.reference docs/reference`.",
            "",
            *_plain_table(("Key", "名称", "What it is for", "Categories", "Bodies"), rows),
            *parts,
        ]
    )


def _shipped(book: Playbook) -> Iterator[str]:
    yield from (f"## {book.key}", "", f"{book.playbook.name.zh} · {book.playbook.name.en}", "")
    ladder = table(book, "en")
    yield from _plain_table(ladder.headings, ladder.rows)
    for part in outline(book, "en"):
        yield f"- **{part.title}**: {'; '.join(part.lines)}"
    yield ""


def _plain_table(headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    heads = tuple(headings)
    return [_row(heads), "|" + "---|" * len(heads), *map(_row, rows), ""]


def verbs_page() -> str:
    table = Section("", VERB_HEADINGS, tuple(map(_verb_row, _verbs())))
    states = Section("", (_("State"), _("Label")), tuple((str(key), label) for key, label in STATUS_LABELS.items()))
    return "\n".join(
        [
            "# Verbs: what can be done with a case",
            "",
            "The same on page, API and command line, and in stories. *By*: how the actor must stand to the case; where",
            "a key of the playbook stands, the post that it names. `*`: in every state. What stands in brackets may be",
            "left out. This page is written by `python -m guanjia.playbook.reference docs/reference`.",
            "",
            *_tables([table]),
            "## States",
            "",
            *_tables([states]),
        ]
    )


def _tables(parts: Iterable[Section]) -> Iterator[str]:
    for part in parts:
        if part.title:
            yield from (f"## {part.title}", "")
        yield _row(part.headings)
        yield "|" + "---|" * len(part.headings)
        for row in part.rows:
            yield _row([f"`{row[0]}`", *row[1:-1], _code_words(row[-1]) if len(row) > 2 else row[-1]])
        yield ""


def _code_words(cell: str) -> str:
    return " ".join(f"`{word}`" for word in cell.split())


def _row(cells: Iterable[Any]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def write(folder: Path) -> None:
    (folder / "playbook.md").write_text(playbook_page(), "utf-8")
    (folder / "shipped-playbooks.md").write_text(shipped_page(), "utf-8")
    (folder / "verbs.md").write_text(verbs_page(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
