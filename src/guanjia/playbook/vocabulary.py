"""Everything that a playbook can name, drawn from the schema and the table of verbs.

It feeds `guanjia playbook check --words`, the reference pages and the hints of the loader, so that none of them can
say what the engine does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, NaiveDatetime
from pydantic.fields import FieldInfo

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.limits import Limit
from guanjia.playbook.meanings import PLAYBOOK
from guanjia.playbook.schema import Playbook, Text

#: What `{…}` may stand in a message, and what is put there.
PLACEHOLDERS = {
    "number": _("the ledger number"),
    "title": _("what it is about"),
    "due": _("the next due moment"),
    "link": _("a link to the case, signed for the reader"),
    "holder": _("who holds the case now"),
    "district": _("the name of the district"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One key. `name`: by its place (`ladder.tiers.resolve`), or by the part's own name where a part is used in
    several places (`owner.role`). `value`: message id of what may be written. `default`: as TOML, "" for none."""

    name: str
    value: str
    required: bool
    default: str
    choices: tuple[str, ...]
    meaning: str


def words(root: type[BaseModel] = Playbook, meanings: Mapping[str, str] = PLAYBOOK) -> list[Word]:
    """Every key below the root, in the order of the schema; parts used in several places come last."""
    own: list[Word] = []
    shared: list[Word] = []
    for model, places in _places(root).items():
        prefix = places[0] if len(places) == 1 else f"{model.__name__.lower()}."
        for name, info in _fields(model).items():
            word = Word(
                prefix + name,
                _value(info.annotation, info),
                info.is_required(),
                _default(info),
                tuple(choices(info.annotation)),
                meanings[prefix + name],
            )
            (own if len(places) == 1 else shared).append(word)
    return own + shared


def choices(annotation: Any) -> Iterator[str]:
    """The fixed words that may be written."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    elif get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for argument in get_args(annotation):
            yield from choices(argument)


def annotation_at(root: type[BaseModel], path: Sequence[str | int]) -> Any:
    """The type of what stands at the path; None where the schema knows no such place."""
    here: Any = root
    for step in path:
        if isinstance(step, int):
            here = next(iter(get_args(_bare(here))), None)
        elif model := _model(here):
            info = _fields(model).get(step)
            here = info.annotation if info is not None else None
        else:
            here = (get_args(_bare(here)) or (None,))[-1]
    return here


def keys_at(root: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that the table at the path may have."""
    here = annotation_at(root, path)
    model = _model(here)
    if model is not None:
        return tuple(_fields(model))
    arguments = get_args(_bare(here))
    return tuple(choices(arguments[0])) if get_origin(_bare(here)) is dict else ()


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """By the name that is written: `from`, which Python cannot call so."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _places(root: type[BaseModel]) -> dict[type[BaseModel], list[str]]:
    places: dict[type[BaseModel], list[str]] = {root: [""]}
    _gather(root, "", places)
    return places


def _gather(model: type[BaseModel], place: str, places: dict[type[BaseModel], list[str]]) -> None:
    for name, info in _fields(model).items():
        for inner in _models(info.annotation):
            path = f"{place}{name}."
            known = places.setdefault(inner, [])
            if path not in known:
                known.append(path)
                _gather(inner, path, places)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from _models(argument)


def _model(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """Without "or nothing" and without constraints."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        rest = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


_VALUES: dict[Any, str] = {
    date: _("day, such as 2026-03-02"),
    time: _("time of day, such as 08:00"),
    NaiveDatetime: _("local moment, such as 2026-03-02T09:00"),
    bool: _("true or false"),
    int: _("whole number"),
    float: _("share between 0 and 1"),
    str: _("words"),
    Limit: _("time limit"),
}


def _value(annotation: Any, info: FieldInfo) -> str:
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        return _list(bare)
    if _is_text(bare):
        return _("text in both languages")
    if get_origin(bare) is dict or _model(bare) is not None:
        return _("table")
    if list(choices(bare)):
        return _("one of the words")
    if bare is str and "[a-z]" in repr((annotation, info.metadata)):
        return _("key: small letters, digits, dashes")
    return _VALUES.get(bare, _("words"))


_LISTS: dict[Any, str] = {date: _("list of days"), float: _("list of shares")}


def _list(annotation: Any) -> str:
    inner = _bare(get_args(annotation)[0])
    if list(choices(inner)):
        return _("list of the words")
    if _is_text(inner):
        return _("list of texts in both languages")
    return _("list of tables") if _model(inner) is not None else _LISTS.get(inner, _("list of words"))


def _is_text(annotation: Any) -> bool:
    return annotation is Text


def _default(info: FieldInfo) -> str:
    if info.is_required() or info.default is None or info.default_factory is not None:
        return ""
    return _toml(info.default)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, BaseModel):
        return ""
    return str(value) if isinstance(value, int | float) else f'"{value}"'
