"""What a device sends: one filled form as XML (an OpenRosa submission), read without trusting it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from guanjia.fieldwork.rules.answers import MOST_REPETITIONS, Tree
from guanjia.fieldwork.rules.forms import OF_DEVICE, Item

#: The item that asks a device whom or what the answer is about; a page knows it already.
TARGET = "guanjia_subject"
_ID = re.compile(r"[a-z]+:[A-Za-z0-9-]{8,70}")


class InstanceError(ValueError):
    """XML that is no filled form; says in English why, for the log of the device."""


@dataclass(frozen=True, slots=True)
class Instance:
    """`started` and `ended` as the device wrote them; the ids are empty where it gave none."""

    form_id: str
    version: str
    instance_id: str
    root: Element = field(repr=False)
    deprecated_id: str = ""
    started: str = ""
    ended: str = ""
    target: str = ""


def is_instance_id(text: str) -> bool:
    """`uuid:…`, as OpenRosa wants it and our own pages make it."""
    return _ID.fullmatch(text) is not None


def read(xml: bytes) -> Instance:
    """The head of a submission; entities and document types are refused unread. Raises InstanceError."""
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InstanceError(f"not readable: {type(error).__name__}") from error
    meta = next((child for child in root if _local(child) == "meta"), None)
    found = {} if meta is None else {_local(child): (child.text or "").strip() for child in meta}
    top = {_local(child): (child.text or "").strip() for child in root}
    instance_id = found.get("instanceID") or root.get("instanceID", "")
    if not is_instance_id(instance_id):
        raise InstanceError("no instanceID")
    return Instance(
        root.get("id", ""),
        root.get("version", ""),
        instance_id,
        root,
        deprecated_id=found.get("deprecatedID", ""),
        started=top.get("start") or found.get("timeStart", ""),
        ended=top.get("end") or found.get("timeEnd", ""),
        target=top.get(TARGET, ""),
    )


def moment_of(text: str, latest: datetime) -> datetime:
    """As the device's clock had it; `latest` where it gave none, or one that is ahead."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return latest
    return latest if found.utcoffset() is None else min(found, latest)


def tree_of(instance: Instance, items: Sequence[Item]) -> Tree:
    """Raises InstanceError for what the form does not ask, so that nothing that was answered is dropped."""
    return _tree(instance.root, items, {"meta", TARGET, *OF_DEVICE})


def _tree(element: Element, items: Sequence[Item], beside: frozenset[str] | set[str] = frozenset()) -> Tree:
    by_name = {item.name: item for item in items}
    found: dict[str, Any] = {}
    for child in element:
        name = _local(child)
        item = by_name.get(name)
        if item is None:
            if name not in beside:
                raise InstanceError(f"unknown item {name[:40]}")
            continue
        if item.kind == "repeat":
            # A form's template of a repetition travels along empty.
            if "template" not in {attribute.rpartition("}")[2] for attribute in child.attrib}:
                found.setdefault(name, []).append(_tree(child, item.children))
            if len(found.get(name, ())) > MOST_REPETITIONS:
                raise InstanceError(f"too many of {name}")
        elif item.kind == "group":
            found[name] = _tree(child, item.children)
        elif len(child):
            raise InstanceError(f"{name} holds more than text")
        else:
            found[name] = (child.text or "").strip()
    return found


def _local(element: Element) -> str:
    """The name without its namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
