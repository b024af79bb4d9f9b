"""Places and other things to choose from, as selects show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import ChoiceField, Form
from django.utils.translation import gettext as _

from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.policy import KEEPERS
from guanjia.registry.rules import path_ids


def offer(form: Form, name: str, pairs: Iterable[tuple[str, Any]]) -> None:
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


def sites(actor: Actor) -> list[tuple[str, Any]]:
    """Where the actor may register a household or a business: grids and their courtyards, by community. From memory."""
    known = registry.known_places()
    scopes = {post.place_path for post in actor.posts_as(*KEEPERS)}
    widest = [one for one in sorted(scopes) if not any(one != other and one.startswith(other) for other in scopes)]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for scope in widest:
        for grid in _grids(registry.place_tree(known[path_ids(scope)[-1]], down_to="courtyard")):
            where = " / ".join(known[above].name for above in grid.place.path_ids[1:-1])
            found[where] += pairs([_site(grid.place, 0), *(_site(one.place, 1) for one in grid.children)])
    return list(found.items())


def _grids(nodes: Iterable[Any]) -> Iterator[Any]:
    """Grids with what is in them; a courtyard by itself where a post covers no more."""
    for node in nodes:
        if node.place.kind in ("grid", "courtyard"):
            yield node
        else:
            yield from _grids(node.children)


def _site(place: Any, depth: int) -> Option:
    return Option(str(place.pk), place.name, False, depth)


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
