"""The checks that were entered, and what most of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.faults import Fault, meant
from guanjia.playbook.loader import Source
from guanjia.playbook.schema import Playbook

Check = Callable[[Playbook, Source[Playbook]], Iterator[Fault]]

_checks: list[Check] = []


def check(function: Check) -> Check:
    _checks.append(function)
    return function


def checks() -> Sequence[Check]:
    return _checks


def twice(source: Source[Playbook], path: tuple[str | int, ...], values: Sequence[object]) -> Iterator[Fault]:
    """A fault for each value of a list that stood there before."""
    for position, value in enumerate(values):
        if value in values[:position]:
            first = source.locator.line((*path, values.index(value)))
            yield source.fault(
                (*path, position),
                _("“%(value)s” stands here a second time; first on line %(first)s."),
                _("Take one of them out."),
                value=value,
                first=first,
            )


def same_keys(source: Source[Playbook], part: tuple[str, ...], keys: Sequence[str]) -> Iterator[Fault]:
    """A fault for each table whose key another one has."""
    for position, key in enumerate(keys):
        if key in keys[:position]:
            yield source.fault(
                (*part, position, "key"),
                _("The key “%(key)s” is taken on line %(first)s."),
                _("Give one of them another key."),
                key=key,
                first=source.locator.line((*part, keys.index(key), "key")),
            )


def unknown(
    source: Source[Playbook], path: tuple[str | int, ...], message: str, key: str, known: Iterable[str]
) -> Iterator[Fault]:
    """A fault if `key` is not known; `message` names it as %(key)s."""
    words = tuple(known)
    if key not in words:
        hint, params = meant(key, words)
        yield source.fault(path, message, hint, key=key, **params)
