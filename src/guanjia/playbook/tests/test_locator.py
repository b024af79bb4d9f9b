"""The line of everything that a TOML text can hold, whatever way it is written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.playbook.locator import Locator, written

TEXT = '''# a comment with [brackets] and key = 1
top = 1
[a]
b.c = "x" # no
"q.r" = """
[not.a.table]
"x" "" """
'literal key' = 'C:\\path'
[[a.list]]
n = [1,
  2, # c ]
  { z = 3, y = [4,
   5] },
]
[[a.list]]
[a.list.sub]
k = 6
[["w x".v]]
m = \'\'\'a
b\'\'\'
z = 1979-05-27 07:32:00
empty = []
none = {}
quotes = """a""""
after = 1
'''

LINES = {
    "top": 2,
    "a": 3,
    "a.b": 4,
    "a.b.c": 4,
    "a.q.r": 5,
    "a.literal key": 8,
    "a.list": 9,
    "a.list[0]": 9,
    "a.list[0].n": 10,
    "a.list[0].n[0]": 10,
    "a.list[0].n[1]": 11,
    "a.list[0].n[2].z": 12,
    "a.list[0].n[2].y[0]": 12,
    "a.list[0].n[2].y[1]": 13,
    "a.list[1]": 15,
    "a.list[1].sub": 16,
    "a.list[1].sub.k": 17,
    "w x.v[0]": 18,
    "w x.v[0].m": 19,
    "w x.v[0].z": 21,
    "w x.v[0].empty": 22,
    "w x.v[0].none": 23,
    "w x.v[0].quotes": 24,
    "w x.v[0].after": 25,
}


@pytest.mark.parametrize(("path", "line"), LINES.items())
def test_each_value_is_found_on_its_line(path: str, line: int) -> None:
    tomllib.loads(TEXT)
    found = {written(steps): number for steps, number in Locator(TEXT).lines.items()}
    assert found[path] == line


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_do_not_matter(ending: str) -> None:
    lines = Locator(TEXT.replace("\n", ending)).lines
    assert lines["w x", "v", 0, "after"] == 25


def test_what_is_not_there_is_told_by_what_is_around_it() -> None:
    locator = Locator(TEXT)
    assert locator.line(("a", "list", 1, "sub", "missing")) == 16
    assert locator.line(("nowhere",)) == 1
    assert locator.known(("a", "b", "x")) == ("a", "b")


keys = st.sampled_from(["a", "b-c", "d_e", "7", "含", "with space", 'quo"te', "dot.ted"])
strings = st.text(alphabet="ab\"'\\#[]{}=,\n管家 ", max_size=12)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""' if "\n" in text else f'"{escaped}"'


class Writer:
    """Writes random TOML with a number for each scalar, and remembers on which line each number went."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[int, int] = {}

    def number(self) -> str:
        number = 1000 + len(self.lines)
        self.lines[number] = self.text.count("\n") + 1
        return str(number)

    def value(self, depth: int) -> None:
        kind = self.draw(st.sampled_from(["number", "string", "array", "table"] if depth else ["number", "string"]))
        if kind == "number":
            self.text += self.number()
        elif kind == "string":
            self.text += quoted(self.draw(strings))
        elif kind == "array":
            self.many("[", "]", depth, named=False)
        else:
            self.many("{", "}", depth, named=True)

    def many(self, opening: str, closing: str, depth: int, *, named: bool) -> None:
        self.text += opening
        names = self.draw(st.lists(keys, unique=True, max_size=3))
        for index, name in enumerate(names):
            self.text += ", " if index else " "
            if not named:  # TOML keeps an inline table on one line, but not an array
                self.text += self.draw(st.sampled_from(["", "\n", "# ] note\n\n"]))
            self.text += f"{quoted(name)} = " if named else ""
            self.value(depth - 1)
        self.text += f" {closing}"

    def pairs(self) -> None:
        for name in self.draw(st.lists(keys, unique=True, max_size=4)):
            bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
            self.text += f"{name if bare and self.draw(st.booleans()) else quoted(name)} = "
            self.value(2)
            self.text += self.draw(st.sampled_from(["\n", " # end\n", "\n\n"]))


@st.composite
def documents(draw: Any) -> tuple[str, dict[int, int]]:
    writer = Writer(draw)
    writer.pairs()
    for index in range(draw(st.integers(0, 4))):
        header = draw(st.sampled_from([f"[t{index}]", "[[many]]", f"[deep.d{index}]", "[[deep.list]]"]))
        writer.text += f"{header}\n"
        writer.pairs()
    return writer.text, writer.lines


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


@given(documents())
def test_every_number_of_any_document_is_found_on_the_line_it_stands_on(document: tuple[str, dict[int, int]]) -> None:
    text, lines = document
    locator = Locator(text)
    for path, value in leaves(tomllib.loads(text)):
        assert path in locator.lines
        if isinstance(value, int):
            # a key and its value stand on one line, unless a list breaks before the value
            assert locator.lines[path] == lines[value]
