"""Answers added up item by item: how many chose what, and what numbers come to. Texts are not: what somebody wrote in
their own words is read answer by answer, by whoever may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guanjia.fieldwork.rules.forms import Form, Item

#: What is added up; of anything else only how many answered is counted.
_NUMBERS = frozenset({"integer", "decimal"})
_CHOICES = frozenset({"select_one", "select_multiple", "acknowledge"})


@dataclass(slots=True)
class Total:
    """One item over all answers. `answered` counts repetitions one by one; `sum` is of numbers, whose extremes are
    somebody's own and are not kept."""

    item: Item
    answered: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    sum: float = 0.0

    @property
    def of_numbers(self) -> bool:
        return self.item.kind in _NUMBERS

    @property
    def of_choices(self) -> bool:
        return self.item.kind in _CHOICES

    @property
    def mean(self) -> float | None:
        return self.sum / self.answered if self.answered and self.of_numbers else None

    def add(self, text: str) -> None:
        self.answered += 1
        if self.of_choices:
            self.counts.update(text.split() if self.item.kind == "select_multiple" else [text])
        elif self.of_numbers:
            self.sum += float(text)


def add_up(form: Form, trees: Iterable[Mapping[str, Any]]) -> list[Total]:
    """In the order of the page; an item that an older version asked and this one does not is left out, and so is an
    answer that this one could not read."""
    totals = {id(item): Total(item) for item in _asked(form.items)}
    for tree in trees:
        _take(form.items, tree, totals)
    return list(totals.values())


def _asked(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if item.children:
            yield from _asked(item.children)
        elif item.kind not in ("note", "hidden", "calculate", "device"):
            yield item


def _take(items: Iterable[Item], tree: Mapping[str, Any], totals: Mapping[int, Total]) -> None:
    for item in items:
        given = tree.get(item.name)
        if item.children:
            for part in given if isinstance(given, list) else [given]:
                if isinstance(part, Mapping):
                    _take(item.children, part, totals)
        elif isinstance(given, str) and given and (total := totals.get(id(item))) is not None and _fits(item, given):
            total.add(given)


def _fits(item: Item, text: str) -> bool:
    if item.kind not in _NUMBERS:
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
