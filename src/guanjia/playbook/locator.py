"""On which line of a TOML text each value stands. `tomllib` reads values but tells no lines.

Works on text that `tomllib` has accepted, and so needs to know only where things begin and end.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Sequence

#: Keys and, for elements of arrays, positions.
Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'  # up to two quotes may stand right before the closing three
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


class Locator:
    """`lines`: the line (from 1) of each key, table and array element."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._breaks = [found.start() for found in re.finditer("\n", self._text)]
        self._at = 0
        self._lengths: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}
        self._read_document()

    def known(self, path: Sequence[str | int]) -> Path:
        """The longest part of the path that stands in the text."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return steps

    def line(self, path: Sequence[str | int]) -> int:
        """Where the path, or the nearest thing around it, stands."""
        return self.lines.get(self.known(path), 1)

    def _read_document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> Path:
        start = self._at
        self._at += brackets
        keys = self._keys()
        self._skip(_SPACES)
        self._at += brackets
        path = self._latest(keys[:-1] if brackets == 2 else keys, start)
        if brackets == 2:
            array = (*path, keys[-1])
            position = self._lengths.get(array, 0)
            self._lengths[array] = position + 1
            self._note(array, start)
            path = (*array, position)
        self._note(path, start)
        return path

    def _latest(self, keys: Sequence[str], start: int) -> Path:
        """The path of these keys, through the last element of each array of tables on the way."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self._note(path, start)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        start, path = self._at, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._skip(_SPACES)
        self._at += 1  # =
        self._skip(_SPACES)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._text[self._skip(_SPACES)] == ".":
            self._at += 1
            self._skip(_SPACES)
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(_SPACES)
        bare = _BARE_KEY.match(self._text, self._at)
        if bare:
            self._at = bare.end()
            return bare[0]
        start = self._at
        self._skip(_STRING)
        return str(tomllib.loads(f"key = {self._text[start : self._at]}")["key"])

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        position = 0
        while self._text[self._skip(_BLANK)] != "]":
            element = (*path, position)
            self._note(element, self._at)
            self._value(element)
            position += 1
            self._comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._text[self._skip(_BLANK)] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        if self._text[self._skip(_BLANK)] == ",":
            self._at += 1

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._breaks, at - 1) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at


def written(path: Sequence[str | int]) -> str:
    """`ladder.tiers[2].resolve`"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
