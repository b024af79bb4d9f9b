"""A form as a tree of items, built from the rows of an XLSForm: the subset that the browser can show
(docs/reference/forms.md)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from guanjia.fieldwork.rules.expressions import ExpressionError, Tree, names_in, parse
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import forms
from guanjia.playbook.forms import Row

#: A text by the beginning of a language code; "" for a row that gives one for all.
Labels: TypeAlias = Mapping[str, str]

#: What a person answers in the browser.
ASKED = frozenset(
    {"text", "integer", "decimal", "date", "time", "datetime", "acknowledge", "image", "geopoint"}
    | {"select_one", "select_multiple"}
)
_SELECTS = frozenset({"select_one", "select_multiple"})
#: Columns of a choice that say what it is; others are for filters.
_OF_CHOICES = frozenset({"list_name", "list name", "name", "label", "image", "audio", "video"})
#: What stands in the answer without being asked.
SILENT = frozenset({"calculate", "hidden"})
#: What a device notes by itself; the browser leaves it out.
OF_DEVICE = frozenset({"start", "end", "today", "deviceid", "username", "audit", "start-geopoint"})
#: What ODK Collect alone can ask; the browser says so in its place.
ON_DEVICE = frozenset({"rank", "audio", "video", "file", "geotrace", "geoshape"})
_ALIKE = {"datetime": "datetime", "barcode": "text", "range": "decimal"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
BEYOND = _("“%(word)s” is not part of what the browser can show.")
#: Columns that would change what a form means and that the browser does not know.
_REFUSED = ("repeat_count", "trigger")


class FormError(ValueError):
    """Rows that make no form: `message` is a message id, `params` fill it in; `row` counts from 1."""

    def __init__(self, message: str, row: int = 0, **params: object) -> None:
        super().__init__(f"{row}: {message % params}" if row else message % params)
        self.message = message
        self.row = row
        self.params = params


@dataclass(frozen=True, slots=True)
class Choice:
    """`columns`: what else its row says, for a filter to look at."""

    name: str
    labels: Labels
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One question, or a group or repeat of them. Expressions are parsed trees; None: there is none."""

    name: str
    kind: str
    labels: Labels = field(default_factory=dict)
    hints: Labels = field(default_factory=dict)
    required: Tree = None
    relevant: Tree = None
    constraint: Tree = None
    constraint_messages: Labels = field(default_factory=dict)
    required_messages: Labels = field(default_factory=dict)
    calculation: Tree = None
    default: str = ""
    readonly: bool = False
    appearance: str = ""
    choices: tuple[Choice, ...] = ()
    #: Which of the choices are offered, by their columns and by what was answered; None: all.
    choice_filter: Tree = None
    #: The list of the registry that the choices come from, which changes while the form does not.
    source: str = ""
    children: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """`names`: where each item stands, from the root; `repeats`: the paths of the repeated groups."""

    items: tuple[Item, ...]
    names: Mapping[str, tuple[str, ...]]
    repeats: frozenset[tuple[str, ...]]


def said(labels: Labels, language: str) -> str:
    """In a language ("zh-hans"), else in the language of all, else in any."""
    own = labels.get(language.split("-", maxsplit=1)[0]) or labels.get("")
    return own or next((one for one in labels.values() if one), "")


def build(rows: forms.Form) -> Form:
    """Raises FormError for the first row that the browser could not show."""
    builder = _Builder(rows.survey, _lists(rows.choices))
    items = builder.block("")
    form = Form(items, dict(_places(items)), frozenset(_repeats(items)))
    for item in walk(items):
        trees = (item.required, item.relevant, item.constraint, item.calculation, item.choice_filter)
        for name in {name for tree in trees for name in names_in(tree)}:
            if name not in form.names:
                raise FormError(_("“%(item)s” speaks of “%(name)s”, which is no item."), item=item.name, name=name)
    return form


def sources(form: Form) -> list[str]:
    """The lists of the registry that it chooses from, each once."""
    return list(dict.fromkeys(item.source for item in walk(form.items) if item.source))


def with_lists(form: Form, lists: Mapping[str, tuple[Choice, ...]]) -> Form:
    """The same form with what the registry offers now."""
    return replace(form, items=_offering(form.items, lists))


def _offering(items: tuple[Item, ...], lists: Mapping[str, tuple[Choice, ...]]) -> tuple[Item, ...]:
    return tuple(
        replace(
            item, choices=lists[item.source] if item.source else item.choices, children=_offering(item.children, lists)
        )
        for item in items
    )


def walk(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from walk(item.children)


def script(form: Form) -> list[dict[str, Any]]:
    """What the browser needs to evaluate it; texts stand in the page already."""
    return [_plain(item) for item in form.items]


def _plain(item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": item.name, "kind": item.kind}
    for key in ("required", "relevant", "constraint", "calculation"):
        if (tree := getattr(item, key)) is not None:
            shown[key] = tree
    if item.choice_filter is not None:
        shown["filter"] = item.choice_filter
        shown["choices"] = {choice.name: choice.columns for choice in item.choices}
    if item.children:
        shown["children"] = [_plain(child) for child in item.children]
    return shown


class _Builder:
    def __init__(self, rows: Sequence[Row], lists: Mapping[str, tuple[Choice, ...]]) -> None:
        self._rows = [row for row in rows if row.type]
        self._lists = lists
        self._at = 0
        self._seen: set[str] = set()

    def block(self, kind: str, *, in_repeat: bool = False) -> tuple[Item, ...]:
        """The rows up to the end of a group or repeat ("": of the form)."""
        found: list[Item] = []
        while self._at < len(self._rows):
            row = self._rows[self._at]
            self._at += 1
            if row.type in ("end_group", "end_repeat"):
                if row.type != f"end_{kind}":
                    raise FormError(_("This ends what never began."), row.line)
                return tuple(found)
            if row.type not in OF_DEVICE:
                found.append(self._item(row, in_repeat))
        if kind:
            raise FormError(_("A group or repeat is never ended."), self._rows[-1].line)
        return tuple(found)

    def _item(self, row: Row, in_repeat: bool) -> Item:
        for column in _REFUSED:
            if row.get(column):
                raise FormError(BEYOND, row.line, word=column)
        if row.type == "begin_group" or (row.type == "begin_repeat" and not in_repeat):
            kind = row.type.removeprefix("begin_")
            return self._node(row, kind, in_repeat=in_repeat or kind == "repeat")
        kind = "device" if row.type in ON_DEVICE else _ALIKE.get(row.type.lower(), row.type)
        if kind not in ASKED | SILENT | {"note", "device", *forms.FROM_FILE} or "or_other" in row.get("type"):
            raise FormError(BEYOND, row.line, word=row.get("type"))
        if row.get("choice_filter") and not kind.startswith("select"):
            raise FormError(BEYOND, row.line, word="choice_filter")
        if kind in forms.FROM_FILE:
            if row.file_list not in forms.REGISTRY_LISTS:
                raise FormError(_("The registry keeps no list “%(list)s”."), row.line, list=row.file_list)
            columns = forms.REGISTRY_LISTS[row.file_list]
            return self._node(row, kind.removesuffix("_from_file"), source=row.file_list, columns=columns)
        if not kind.startswith("select"):
            return self._node(row, kind)
        options = self._lists.get(row.list_name, ())
        if not options:
            raise FormError(_("There is no list of choices “%(name)s”."), row.line, name=row.list_name)
        filters = {column for option in options for column in option.columns}
        return self._node(row, kind, choices=options, columns=filters)

    def _node(
        self,
        row: Row,
        kind: str,
        *,
        in_repeat: bool = False,
        choices: tuple[Choice, ...] = (),
        source: str = "",
        columns: Collection[str] = (),
    ) -> Item:
        name = row.get("name")
        if not _NAME.fullmatch(name) or name == "meta":
            raise FormError(_("“%(name)s” cannot be the name of an item."), row.line, name=name)
        if name in self._seen:
            raise FormError(_("The name “%(name)s” stands twice."), row.line, name=name)
        self._seen.add(name)
        return Item(
            name,
            kind,
            labels=row.said("label"),
            hints=row.said("hint"),
            required=_required(row),
            relevant=_tree(row, "relevant"),
            constraint=_tree(row, "constraint"),
            constraint_messages=row.said("constraint_message"),
            required_messages=row.said("required_message"),
            calculation=_tree(row, "calculation"),
            default=row.get("default"),
            readonly=_yes(row.get("readonly")),
            appearance=row.get("appearance"),
            choices=choices,
            choice_filter=_tree(row, "choice_filter", columns={"name", *columns}) if kind in _SELECTS else None,
            source=source,
            children=self.block(kind, in_repeat=in_repeat) if kind in ("group", "repeat") else (),
        )


def _yes(text: str) -> bool:
    return text.strip().lower() in ("yes", "true", "true()", "1")


def _required(row: Row) -> Tree:
    if not row.required:
        return None
    return ["true"] if _yes(row.get("required")) else _tree(row, "required")


def _tree(row: Row, column: str, *, columns: Collection[str] = ()) -> Tree:
    text = row.get(column)
    try:
        return parse(text, columns=columns) if text else None
    except ExpressionError as error:
        raise FormError(error.message, row.line, **error.params) from error


def _lists(rows: Sequence[Row]) -> dict[str, tuple[Choice, ...]]:
    found: dict[str, list[Choice]] = {}
    for row in rows:
        key = row.get("list_name") or row.get("list name")
        if key and row.get("name"):
            columns = {name: text for name, text in row.cells.items() if name.partition("::")[0] not in _OF_CHOICES}
            found.setdefault(key, []).append(Choice(row.get("name"), row.said("label"), columns))
    return {key: tuple(choices) for key, choices in found.items()}


def _places(items: Sequence[Item], above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        path = (*above, item.name)
        yield item.name, path
        yield from _places(item.children, path)


def _repeats(items: Sequence[Item], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for item in items:
        path = (*above, item.name)
        if item.kind == "repeat":
            yield path
        yield from _repeats(item.children, path)
