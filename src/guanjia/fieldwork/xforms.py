"""Makes the XForm of a form, as ODK Collect takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from guanjia.fieldwork.rules.instances import TARGET
from guanjia.playbook.forms import LANGUAGES

Rows = Mapping[str, Sequence[Mapping[str, str]]]

#: The list of whom the device's owner looks after, made for each of them (`queries.devices.targets`).
TARGETS = "subjects.csv"
_ASKS = {"zh": "填写对象", "en": "Whom it is about"}
_STAMPS = ({"type": "start", "name": "start"}, {"type": "end", "name": "end"})


def xform(rows: Rows, *, form_id: str, version: str, title: str) -> str:
    """XML. First comes whom it is about, which a page knows and a device must ask. Raises PyXFormError."""
    survey = list(rows["survey"])
    there = {row.get("type", "") for row in survey}
    stamps = [stamp for stamp in _STAMPS if stamp["type"] not in there]
    named = {column for row in survey for column in row if column.startswith("label")} & {
        f"label::{language}" for language in LANGUAGES.values()
    }
    labels = {f"label::{name}": _ASKS[code] for code, name in LANGUAGES.items() if f"label::{name}" in named}
    target = {"type": f"select_one_from_file {TARGETS}", "name": TARGET, "required": "yes", "appearance": "minimal"}
    settings = {"form_id": form_id, "version": version, "form_title": title}
    if labels:
        settings["default_language"] = LANGUAGES["zh"] if f"label::{LANGUAGES['zh']}" in labels else LANGUAGES["en"]
    workbook = {
        "survey": [*stamps, {**target, **(labels or {"label": _ASKS["zh"]})}, *survey],
        "choices": list(rows.get("choices", ())),
        "settings": [settings],
    }
    made: str = convert(xlsform=workbook, form_name="data").xform
    return made


def filled_in(xml: str, texts: Mapping[str, str]) -> str:
    """The form with answers already given, by the names of items; one that stands elsewhere than once is left open."""
    for name, text in texts.items():
        empty = f"<{name}/>"
        if xml.count(empty) == 1:
            xml = xml.replace(empty, f"<{name}>{escape(text)}</{name}>")
    return xml


__all__ = ["TARGETS", "PyXFormError", "filled_in", "xform"]
