"""Reads a playbook. Whatever is wrong with its text comes out as file, line, sentence and advice, all at once.

Here is only what the schema asks; what does not fit together is for `checker`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.extending import Other, Taken, came_from, completed
from guanjia.playbook.faults import Fault, PlaybookError, meant, syntax_fault
from guanjia.playbook.limits import Limit, LimitError
from guanjia.playbook.locator import Locator, written
from guanjia.playbook.schema import Playbook
from guanjia.playbook.vocabulary import annotation_at, choices, keys_at

FILE = "playbook.toml"
SHIPPED = Path(__file__).resolve().parent.parent / "playbooks"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source(Generic[Model]):
    """What a file says, and where it says it. `text` is complete by itself; `files`: what it names of its folder and
    what is there, by path. Both together are what can be kept elsewhere."""

    file: str
    text: str
    value: Model
    locator: Locator
    files: Mapping[str, bytes] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()

    def fault(self, path: tuple[str | int, ...], message: str, hint: str = "", **params: object) -> Fault:
        here = Fault(self.file, self.locator.line(path), written(path), message, hint, params)
        return came_from(here, self.taken)


def load(folder: Path) -> Playbook:
    """The playbook of a folder. Raises PlaybookError with every fault of the text."""
    return read_folder(folder).value


def loads(text: str, name: str = FILE) -> Playbook:
    """The playbook of a text that is complete by itself; `name` stands for the file in what is said of it. Raises
    PlaybookError."""
    return read(text, name, Playbook).value


def shipped() -> dict[str, Path]:
    """The folders of the playbooks that come with the package, by key."""
    return {path.parent.name: path.parent for path in sorted(SHIPPED.glob(f"*/{FILE}"))}


def read_folder(folder: Path) -> Source[Playbook]:
    """With what it takes over from others, and with the files that it names. Raises PlaybookError."""
    path = folder / FILE
    beside = {one.parent.name: one.parent for one in sorted(folder.parent.glob(f"*/{FILE}"))}
    complete = completed(_text(path), str(path), _readers({**shipped(), **beside}))
    source = read(complete.text, str(path), Playbook, complete.taken)
    paths = {name: folder / name for name in source.value.files if is_inside(name)}
    files = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    return replace(source, files=files)


def is_inside(name: str) -> bool:
    """Whether a path leads to something within the playbook's folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def read_text(text: str, name: str = FILE, files: Mapping[str, bytes] | None = None) -> Source[Playbook]:
    """With what it takes over from the playbooks of the package; `files`: what it names, by path. Raises
    PlaybookError."""
    complete = completed(text, name, _readers(shipped()))
    return replace(read(complete.text, name, Playbook, complete.taken), files=files or {})


def _readers(folders: Mapping[str, Path]) -> dict[str, Callable[[], Other]]:
    def reader(path: Path) -> Callable[[], Other]:
        return lambda: Other(str(path), _text(path))

    return {key: reader(folder / FILE) for key, folder in folders.items()}


def read_file(path: Path, model: type[Model]) -> Source[Model]:
    return read(_text(path), str(path), model)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise PlaybookError(
            [Fault(str(path), 1, "", _("There is no such file."), _("Check the path of the folder."))]
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlaybookError([Fault(str(path), line, "", _("This is not UTF-8."), _("Save it as UTF-8."))]) from None


def read(text: str, name: str, model: type[Model], taken: tuple[Taken, ...] = ()) -> Source[Model]:
    """Raises PlaybookError with every fault of the text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError([syntax_fault(text, name, str(error))]) from None
    locator = Locator(text)
    try:
        return Source(name, text, model.model_validate(data), locator, taken=taken)
    except ValidationError as error:
        reader = _Reader(name, model, locator)
        faults = reader.faults(error.errors(include_url=False))
        raise PlaybookError(came_from(fault, taken) for fault in faults) from None


class _Reader:
    """Puts the words of the schema's errors into ours."""

    def __init__(self, name: str, model: type[BaseModel], locator: Locator) -> None:
        self._name = name
        self._model = model
        self._locator = locator

    def faults(self, errors: list[ErrorDetails]) -> list[Fault]:
        by_path: dict[tuple[str | int, ...], Fault] = {}
        for error in sorted(errors, key=lambda one: one["type"] == "too_short"):
            path = self._path(error)
            # A list all of whose elements are wrong is not empty; a choice that fails in each branch fails once.
            echo = error["type"] == "too_short" and any(other[: len(path)] == path for other in by_path)
            if path not in by_path and not echo:
                by_path[path] = self._fault(path, error)
        return list(by_path.values())

    def _path(self, error: ErrorDetails) -> tuple[str | int, ...]:
        """Without the labels of branches that pydantic puts in between."""
        loc = error["loc"]
        known = self._locator.known(loc)
        return (*known, loc[len(known)]) if error["type"] == "missing" else known

    def _fault(self, path: tuple[str | int, ...], error: ErrorDetails) -> Fault:
        message, hint, params = self._sentence(path, error)
        return Fault(self._name, self._locator.line(path), written(path), message, hint, params)

    def _sentence(self, path: tuple[str | int, ...], error: ErrorDetails) -> tuple[str, str, Mapping[str, Any]]:
        kind = error["type"]
        key = path[-1] if path else ""
        if kind == "missing":
            return (
                _("“%(key)s” is missing here."),
                _("Add it: %(example)s"),
                {"key": key, "example": self._example(path)},
            )
        if kind == "extra_forbidden":
            hint, known = meant(str(key), keys_at(self._model, path[:-1]))
            return _("There is no word “%(key)s” here."), hint, {"key": key, **known}
        if error["loc"][-1] == "[key]":
            hint, known = meant(str(key), keys_at(self._model, path[:-1]))
            return _("“%(key)s” cannot stand here."), hint, {"key": key, **known}
        if kind in ("literal_error", "enum"):
            hint, known = meant(str(error["input"]), choices(annotation_at(self._model, path)))
            return (
                _("“%(given)s” is not one of the words that can stand here."),
                hint,
                {"given": error["input"], **known},
            )
        return _plain(error)

    def _example(self, path: tuple[str | int, ...]) -> str:
        key, annotation = path[-1], annotation_at(self._model, path)
        return f"{key} = {next(_samples(annotation), '…')}"


def _samples(annotation: Any) -> Iterator[str]:
    if annotation is Limit:
        yield '"3wd"'
    for word in choices(annotation):
        yield f'"{word}"'
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        required = [name for name, info in annotation.model_fields.items() if info.is_required()]
        yield "{ " + ", ".join(f"{name} = …" for name in required) + " }"
    if annotation is str:
        yield '"…"'


#: By pydantic's type of error: sentence and advice.
_PLAIN = {
    "too_short": (_("The list is empty."), _("Name at least one.")),
    "string_too_short": (_("The text is empty."), _("Write it.")),
    "greater_than": (_("%(given)s is too small."), _("Write more than %(gt)s.")),
    "greater_than_equal": (_("%(given)s is too small."), _("Write %(ge)s or more.")),
    "less_than": (_("%(given)s is too large."), _("Write less than %(lt)s.")),
    "less_than_equal": (_("%(given)s is too large."), _("Write %(le)s or less.")),
    "dataclass_type": (_("“%(given)s” is not a time limit."), _('Write it in quotation marks, such as "3wd".')),
}
_TYPES = {
    "string": (_("“%(given)s” is not a text."), _("Put it in quotation marks.")),
    "int": (_("“%(given)s” is not a whole number."), _("Write digits alone, without quotation marks.")),
    "float": (_("“%(given)s” is not a number."), _("Write it like 0.8, without quotation marks.")),
    "bool": (_("“%(given)s” is neither true nor false."), _("Write true or false, without quotation marks.")),
    "tuple": (_("“%(given)s” is not a list."), _("Put it in square brackets: [ … ].")),
    "dict": (_("“%(given)s” is not a table."), _("Put it in braces: { … }.")),
    "model": (_("“%(given)s” is not a table."), _("Put it in braces: { … }.")),
    "datetime": (_("“%(given)s” is not a moment."), _("Write it like 2026-03-02T09:00.")),
    "timezone": (_("“%(given)s” names a time zone."), _("Write local time alone, like 2026-03-02T09:00.")),
    "date": (_("“%(given)s” is not a day."), _("Write it like 2026-03-02.")),
    "time": (_("“%(given)s” is not a time of day."), _('Write it in quotation marks, like "08:00".')),
}
_PATTERNS = {
    "[a-z]": _("Write small letters, digits and dashes, beginning with a letter, 40 at most."),
    "[A-T]": _("Write a letter from A to T and up to four digits, as in GB/T 4754: F, or F52."),
    "[0-9]": _("Write numbers with dots between, such as 1.2."),
}


def _plain(error: ErrorDetails) -> tuple[str, str, Mapping[str, Any]]:
    context = error.get("ctx", {})
    params = {"given": _short(error["input"]), **context}
    if error["type"] == "value_error":
        return _refused(context.get("error"))
    if error["type"] == "string_pattern_mismatch":
        hint = next(hint for start, hint in _PATTERNS.items() if str(context["pattern"]).startswith(f"^{start}"))
        return _("“%(given)s” cannot stand here."), hint, params
    message, hint = _PLAIN.get(error["type"]) or _TYPES.get(error["type"].split("_")[0], ("%(said)s", ""))
    return message, hint, {**params, "said": error["msg"]}


def _refused(error: object) -> tuple[str, str, Mapping[str, Any]]:
    """A refusal of the schema's own."""
    if isinstance(error, LimitError):
        return error.message, "", error.params
    return "%(said)s", "", {"said": f"{str(error)[:1].upper()}{str(error)[1:]}."}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
