"""A form as a page shows it: every item with its name, its words, what was answered and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.fieldwork.queries.forms import Given, Prepared
from guanjia.fieldwork.rules.answers import Path, Sheet, settle, written
from guanjia.fieldwork.rules.forms import Form, Item, said, script
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken

#: More choices than this are a list that drops down.
MOST_BUTTONS = 12
_INPUTS = {
    "integer": ("text", "numeric"),
    "decimal": ("text", "decimal"),
    "date": ("date", ""),
    "time": ("time", ""),
    "datetime": ("datetime-local", ""),
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Node:
    """`look` names the template's part: group, repeat, note, line, lines, choices, list, photo, silent, device."""

    name: str
    look: str
    label: str
    hint: str = ""
    text: str = ""
    type: str = "text"
    mode: str = ""
    many: bool = False
    filtered: bool = False
    required: bool = False
    readonly: bool = False
    masked: str = ""
    constraint: str = ""
    missing: str = ""
    error: str = ""
    options: Sequence[Option] = ()
    children: Sequence[Node] = ()
    #: Of a repeat: its repetitions, and an empty one to copy.
    instances: Sequence[Sequence[Node]] = ()
    blank: Sequence[Node] = ()


@dataclass(slots=True)
class Reader:
    """Turns items into nodes."""

    sheet: Sheet
    errors: Mapping[str, str] = field(default_factory=dict)
    masked: Mapping[str, str] = field(default_factory=dict)
    language: str = ""

    def nodes(self, items: Sequence[Item], above: Path = ()) -> list[Node]:
        return [self._node(item, (*above, item.name)) for item in items]

    def _node(self, item: Item, path: Path) -> Node:
        node = Node(
            written(path),
            _look(item),
            said(item.labels, self.language) or ("" if item.kind in ("group", "calculate", "hidden") else item.name),
            hint=said(item.hints, self.language),
            text=self.sheet.texts.get(path, ""),
            many=item.kind == "select_multiple",
            filtered=item.choice_filter is not None,
            required=item.required == ["true"],
            readonly=item.readonly,
            masked=self.masked.get(item.name, ""),
            constraint=said(item.constraint_messages, self.language),
            missing=said(item.required_messages, self.language),
            error=self.errors.get(written(path), ""),
        )
        if item.kind == "repeat":
            count = self.sheet.counts.get(path, 0)
            return replace(
                node,
                instances=[self.nodes(item.children, (*path, number)) for number in range(count)],
                blank=self.nodes(item.children, (*path, "__i__")),
            )
        if item.kind == "group":
            return replace(node, children=self.nodes(item.children, path))
        if item.kind in ("select_one", "select_multiple", "acknowledge"):
            return replace(node, options=self._options(item, node.text))
        kind, mode = _INPUTS.get(item.kind, ("text", ""))
        return replace(node, type=kind, mode=mode)

    def _options(self, item: Item, text: str) -> list[Option]:
        if item.kind == "acknowledge":
            return [Option("OK", _("Confirmed"), text == "OK")]
        chosen = text.split()
        return [
            Option(one.name, said(one.labels, self.language) or one.name, one.name in chosen) for one in item.choices
        ]


def _look(item: Item) -> str:
    if item.kind.startswith("select"):
        drops = item.kind == "select_one" and ("minimal" in item.appearance or len(item.choices) > MOST_BUTTONS)
        return "list" if drops else "choices"
    if item.kind == "text":
        return "lines" if "multiline" in item.appearance else "line"
    looks = {"acknowledge": "choices", "image": "photo", "calculate": "silent", "hidden": "silent"}
    return looks.get(item.kind, item.kind if item.kind in ("group", "repeat", "note", "device") else "line")


def page_of(prepared: Prepared, *, problem: Problem | None = None) -> dict[str, Any]:
    """What the template of a form needs; `problem`: why it was not stored."""
    told = spoken(problem) if problem is not None else None
    each = (told["each"] or [told]) if told else []
    errors = {one["field"]: one["message"] for one in each if one["field"]}
    published, language = prepared.published, get_language() or "zh"
    settle(prepared.sheet)
    return {
        "title": said(published.names, language),
        "minutes": published.version.minutes,
        "target": prepared.target,
        "nodes": Reader(prepared.sheet, errors, prepared.masked, language).nodes(published.form.items),
        "problem": told,
        "paper_error": errors.get("on_paper", ""),
        "problems": [{"field": f"q-{one['field']}", "text": one["message"]} for one in each if one["field"]],
        "definition": {
            "items": script(published.form),
            "known": sorted(prepared.masked),
            "today": prepared.sheet.today.isoformat(),
        },
        "words": kept_words()
        | {
            "missing": _("Please answer this."),
            "form": _("This does not have the right form."),
            "constraint": _("The form does not allow this answer."),
        },
    }


def kept_words() -> dict[str, str]:
    """What a page says by itself, where there is no server to ask."""
    return {
        "kept": _("Kept on this device"),
        "not_kept": _("This browser keeps nothing: do not close the page before you send."),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One answered item: `depth` counts the groups above it."""

    label: str
    text: str
    depth: int = 0
    heading: bool = False
    photo: str = ""


def lines_of(given: Given) -> list[Line]:
    """An answer as it is read: what was asked and answered, groups and repetitions as headings."""
    language = get_language() or "zh"
    reader = Reader(given.sheet, masked=given.masked, language=language)
    settle(given.sheet)
    return list(_lines(reader.nodes(given.published.form.items), given, 0))


def _lines(nodes: Sequence[Node], given: Given, depth: int) -> Any:
    for node in nodes:
        if node.look == "group":
            inner = list(_lines(node.children, given, depth + bool(node.label)))
            yield from [*([Line(node.label, "", depth, heading=True)] if node.label and inner else []), *inner]
        elif node.look == "repeat":
            for number, instance in enumerate(node.instances, start=1):
                yield Line(f"{node.label} {number}", "", depth, heading=True)
                yield from _lines(instance, given, depth + 1)
        elif node.text and node.label:
            chosen = [option.label for option in node.options if option.chosen]
            file = given.files.get(node.text)
            url = reverse("console:answer_file", args=[file.pk]) if file is not None and node.look == "photo" else ""
            waits = _("The photo has not arrived yet.") if node.look == "photo" and not url else ""
            text = _(", ").join(chosen) if node.options else waits or node.masked or node.text
            yield Line(node.label, text, depth, photo=url)


def named_files(form: Form, sheet: Sheet, files: Mapping[str, Any]) -> dict[str, Any]:
    """The photos of a page under the names that the answer will call them by; writes these names into the sheet."""
    found = {}
    for path, item in list(sheet.nodes()):
        if item.kind == "image" and (file := files.get(written(path))) is not None:
            sheet.texts[path] = f"{written(path).replace('/', '-')}.jpg"
            found[sheet.texts[path]] = file
    return found
