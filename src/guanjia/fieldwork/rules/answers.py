"""What a filled form comes to: which items are asked at all, what is calculated, what is wrong.

An answer is a tree: {item: text}, {group: {…}}, {repeat: [{…}, …]}; several choices are one text with spaces between.
While it is worked on it is flat: {("members", 0, "age"): "41"}. The browser does the same in
assets/js/forms/settle.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, TypeAlias

from guanjia.fieldwork.rules.expressions import Context, is_true, text_of, value_of
from guanjia.fieldwork.rules.forms import Form, Item, Labels

Path: TypeAlias = "tuple[str | int, ...]"
Tree: TypeAlias = dict[str, Any]

LONGEST_TEXT = 10_000
MOST_REPETITIONS = 99
#: Items may depend on each other in a chain; one longer than this is a circle.
_MOST_PASSES = 12
#: As `kernel.cleaning` refuses them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PATTERNS = {
    "integer": re.compile(r"-?\d{1,9}"),
    "decimal": re.compile(r"-?\d{1,12}(\.\d{1,9})?"),
    "acknowledge": re.compile("OK"),
    #: Latitude, longitude, and where a device knows them altitude and accuracy.
    "geopoint": re.compile(r"-?\d{1,3}(\.\d+)? -?\d{1,3}(\.\d+)?( -?\d+(\.\d+)?){0,2}"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind`: missing, constraint, or which form the answer lacks: whole, number, date, time, choice, point, text.
    `messages`: what the form itself says of it."""

    path: Path
    item: Item
    kind: str
    messages: Labels = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the field on a page."""
        return written(self.path)


@dataclass(slots=True)
class Sheet:
    """A form being filled. `texts` and `counts` are what was given; `hidden` what is not asked, given or not."""

    form: Form
    today: date
    texts: dict[Path, str]
    counts: dict[Path, int]
    #: Answered by what the card says already, so that they are not missing.
    known: Collection[str] = ()
    hidden: set[Path] = field(default_factory=set)

    def nodes(self) -> Iterator[tuple[Path, Item]]:
        """Every item in the order of the page, repetitions one by one."""
        yield from self._nodes(self.form.items, ())

    def _nodes(self, items: Sequence[Item], above: Path) -> Iterator[tuple[Path, Item]]:
        for item in items:
            path = (*above, item.name)
            yield path, item
            if item.kind == "repeat":
                for number in range(self.counts.get(path, 0)):
                    yield from self._nodes(item.children, (*path, number))
            else:
                yield from self._nodes(item.children, path)

    def text(self, path: Path) -> str:
        return "" if self.is_hidden(path) else self.texts.get(path, "")

    def is_hidden(self, path: Path) -> bool:
        return any(path[:length] in self.hidden for length in range(1, len(path) + 1))

    def context(self, path: Path) -> Context:
        return Context(lambda name: self._find(name, path), self.today, self.text(path))

    def _find(self, name: str, asking: Path) -> str | list[str]:
        """Within the same repetition the one item, from outside all of them."""
        place = self.form.names.get(name, (name,))
        repeat = next(
            (place[:length] for length in range(1, len(place) + 1) if place[:length] in self.form.repeats), None
        )
        if repeat is None:
            return self.text(place)
        depth = len(repeat)
        if len(place) > depth and asking[:depth] == repeat and len(asking) > depth:
            here: Path = (*asking[: depth + 1], *place[depth:])
            return self.text(here)
        paths: list[Path] = [(*repeat, number, *place[depth:]) for number in range(self.counts.get(repeat, 0))]
        return [self.text(path) for path in paths if not self.is_hidden(path)]


def settle(sheet: Sheet) -> list[Fault]:
    """Work out what is hidden and calculated until nothing changes, then say what is wrong, in the order of the
    page."""
    for _pass in range(_MOST_PASSES):
        before = (dict(sheet.texts), set(sheet.hidden))
        for path, item in list(sheet.nodes()):
            if item.relevant is not None:
                shown = is_true(item.relevant, sheet.context(path))
                (sheet.hidden.discard if shown else sheet.hidden.add)(path)
            if item.calculation is not None and item.kind in ("calculate", "hidden"):
                sheet.texts[path] = text_of(value_of(item.calculation, sheet.context(path)))
        if before == (sheet.texts, sheet.hidden):
            break
    faults = (_fault(sheet, path, item) for path, item in sheet.nodes() if not sheet.is_hidden(path))
    return [fault for fault in faults if fault is not None]


def _fault(sheet: Sheet, path: Path, item: Item) -> Fault | None:
    if item.kind in ("group", "repeat", "note"):
        return None
    text = sheet.text(path)
    if not text:
        asked = item.required is not None and item.kind not in ("calculate", "hidden") and item.name not in sheet.known
        missing = asked and is_true(item.required, sheet.context(path))
        return Fault(path, item, "missing", item.required_messages) if missing else None
    if not _well_formed(item, text) or not _offered(sheet, path, item, text):
        return Fault(path, item, _FORMS.get(item.kind, "text"))
    if item.constraint is not None and not is_true(item.constraint, sheet.context(path)):
        return Fault(path, item, "constraint", item.constraint_messages)
    return None


_FORMS = {
    "integer": "whole",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "datetime": "date",
    "select_one": "choice",
    "select_multiple": "choice",
    "acknowledge": "choice",
    "geopoint": "point",
}


def _well_formed(item: Item, text: str) -> bool:
    if len(text) > LONGEST_TEXT or _UNPRINTABLE.search(text):
        return False
    if item.kind in _PATTERNS:
        return _PATTERNS[item.kind].fullmatch(text) is not None
    if item.kind in _MOMENTS:
        return _is_moment(item.kind, text)
    if item.kind in ("select_one", "select_multiple"):
        chosen = text.split() if item.kind == "select_multiple" else [text]
        return len(set(chosen)) == len(chosen) and set(chosen) <= {choice.name for choice in item.choices}
    return True


def _offered(sheet: Sheet, path: Path, item: Item, text: str) -> bool:
    """Whether a filter lets through what was chosen, by what else is answered now."""
    if item.choice_filter is None:
        return True
    chosen, asked = text.split(), sheet.context(path)
    return all(
        is_true(item.choice_filter, replace(asked, columns={"name": choice.name, **choice.columns}))
        for choice in item.choices
        if choice.name in chosen
    )


_MOMENTS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _is_moment(kind: str, text: str) -> bool:
    try:
        _MOMENTS[kind](text)
    except ValueError:
        return False
    return True


def tree_of(sheet: Sheet) -> Tree:
    """What is kept: what was asked and answered, and what was calculated. Call after `settle`."""
    return _tree(sheet, sheet.form.items, ())


def _tree(sheet: Sheet, items: Sequence[Item], above: Path) -> Tree:
    found: Tree = {}
    for item in items:
        path = (*above, item.name)
        if sheet.is_hidden(path):
            continue
        kept: Any
        if item.kind == "repeat":
            kept = [_tree(sheet, item.children, (*path, number)) for number in range(sheet.counts.get(path, 0))]
        elif item.kind == "group":
            kept = _tree(sheet, item.children, path)
        else:
            kept = sheet.text(path)
        if kept:
            found[item.name] = kept
    return found


def sheet_of(form: Form, tree: Mapping[str, Any], today: date, *, known: Collection[str] = ()) -> Sheet:
    """An answer laid out again, to be shown, checked or changed. What the form does not know is left out."""
    sheet = Sheet(form, today, {}, {}, known)
    _lay_out(sheet, form.items, tree, ())
    return sheet


def _lay_out(sheet: Sheet, items: Sequence[Item], tree: Mapping[str, Any], above: Path) -> None:
    for item in items:
        path, given = (*above, item.name), tree.get(item.name)
        if item.kind == "repeat" and isinstance(given, list):
            sheet.counts[path] = min(len(given), MOST_REPETITIONS)
            for number, one in enumerate(given[:MOST_REPETITIONS]):
                if isinstance(one, Mapping):
                    _lay_out(sheet, item.children, one, (*path, number))
        elif item.kind == "group" and isinstance(given, Mapping):
            _lay_out(sheet, item.children, given, path)
        elif isinstance(given, str) and item.kind not in ("group", "repeat", "note"):
            sheet.texts[path] = given.strip()


def sheet_from_fields(
    form: Form, fields: Mapping[str, Sequence[str]], today: date, *, known: Collection[str] = ()
) -> Sheet:
    """From the fields of a page: "members/0/age"; "members/#" says how many repetitions there are."""
    sheet = Sheet(form, today, {}, {}, known)
    for repeat in form.repeats:
        given = next(iter(fields.get(f"{written(repeat)}/#", ())), "")
        sheet.counts[repeat] = min(int(given), MOST_REPETITIONS) if given.isdecimal() and len(given) < 5 else 0
    for path, item in list(sheet.nodes()):
        given_texts = fields.get(written(path), ())
        if item.kind in ("group", "repeat", "note", "calculate"):
            continue
        joined = " ".join(given_texts) if item.kind == "select_multiple" else next(iter(given_texts), "")
        sheet.texts[path] = joined.replace("\r\n", "\n").strip()
    return sheet


def written(path: Path) -> str:
    return "/".join(str(part) for part in path)


def blank(form: Form, today: date, *, filled: Mapping[str, str] | None = None, known: Collection[str] = ()) -> Sheet:
    """An empty sheet with its defaults, and the texts that are `filled` in beforehand, by the names of items outside
    repeats."""
    sheet = Sheet(form, today, {}, {}, known)
    for path, item in sheet.nodes():
        if text := (filled or {}).get(item.name) or item.default:
            sheet.texts[path] = text
    return sheet
