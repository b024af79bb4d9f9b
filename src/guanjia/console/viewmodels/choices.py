"""Places and other things to choose from, as selects show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.forms import ChoiceField, Form
from django.utils.translation import gettext as _

from guanjia.console.viewmodels.rows import said
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry


def offer(form: Form, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Let a field of a form choose among these (value, label)."""
    field = form.fields[name]
    assert isinstance(field, ChoiceField), name
    field.choices = list(pairs)


@dataclass(frozen=True, slots=True)
class Option:
    """`depth`: how far below the first level."""

    value: str
    label: str
    chosen: bool
    depth: int = 0

    @property
    def indented(self) -> str:
        return "\N{IDEOGRAPHIC SPACE}" * self.depth + self.label


def places(chosen: int | None) -> list[Option]:
    """Streets, and under each its communities; the chosen place too where it lies deeper. Two queries at most."""
    found: list[Option] = []
    for top in registry.place_tree():
        for street in top.children:
            found.append(Option(str(street.place.pk), street.place.name, street.place.pk == chosen))
            found += [Option(str(one.place.pk), one.place.name, one.place.pk == chosen, 1) for one in street.children]
    if chosen and not any(option.chosen for option in found):
        place = registry.place(chosen)
        found.insert(0, Option(str(place.pk), place.name, True))
    return found


def units(chosen: int | None) -> list[Option]:
    """Those that there are now, by name. From memory."""
    known = sorted(registry.known_units().values(), key=lambda one: one.name)
    return [Option(str(one.pk), one.name, one.pk == chosen) for one in known if one.valid_to is None]


def categories(chosen: str) -> list[Option]:
    """Of every programme that runs."""
    playbooks = [programmes.playbook_of(one.current_id) for one in programmes.running() if one.current_id]
    named = {one.key: said(one.name) for playbook in playbooks for one in playbook.categories}
    return [Option(key, name, key == chosen) for key, name in named.items()]


def of(labels: Iterable[tuple[object, str]], chosen: str) -> list[Option]:
    """`labels`: values with message ids."""
    return [Option(str(value), _(label), str(value) == chosen) for value, label in labels]


def pairs(options: Sequence[Option], *, first: str = "") -> list[tuple[str, str]]:
    """As a form field takes them; `first`: the words for none."""
    return [*([("", first)] if first else []), *((one.value, one.indented) for one in options)]
