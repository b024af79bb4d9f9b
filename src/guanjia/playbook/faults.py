"""What is wrong with a playbook or a story: file, line, sentence, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from guanjia.kernel.problems import in_words
from guanjia.kernel.text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1. `path`: where in the file, as `ladder.tiers[2].resolve`; "" for the file as a whole.

    `message` and `hint` are message ids; `params` fill both (`kernel.problems.in_words`).
    """

    file: str
    line: int
    path: str
    message: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def told(self, translate: Callable[[str], str] = str) -> str:
        """`file:line: path: sentence` in the reader's language, without the hint."""
        place = f"{self.file}:{self.line}: " + (f"{self.path}: " if self.path else "")
        return place + self.sentence(translate)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.message) % in_words(self.params, translate)

    def advice(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.hint) % self.params if self.hint else ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.told(), self.advice())))


class PlaybookError(ValueError):
    """All faults of one file, in the order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))
        super().__init__("\n".join(map(str, self.faults)))


DID_YOU_MEAN = _("Did you mean %(meant)s?")
KNOWN_WORDS = _("Known here: %(known)s.")


def meant(word: str, known: Iterable[str]) -> tuple[str, dict[str, str]]:
    """A hint for an unknown word and its params: the nearest known word, else all of them."""
    words = sorted(set(known))
    close = get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if close:
        return DID_YOU_MEAN, {"meant": close[0]}
    return (KNOWN_WORDS, {"known": ", ".join(words)}) if words else ("", {})


_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def syntax_fault(text: str, file: str, said: str) -> Fault:
    """A text that is no TOML; `said`: by tomllib."""
    found = _WHERE.search(said)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    hint = _("Look for a missing quotation mark, bracket or equals sign on this line or the one before.")
    return Fault(file, line, "", _("This is not TOML: %(why)s."), hint, {"why": _WHERE.sub("", said)})
