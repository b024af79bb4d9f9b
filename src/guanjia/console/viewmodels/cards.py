"""Cards to print as their page shows them: whose, how many, and what the worker has made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.choices import Option
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.programmes import policy, rules
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.queries import history

SIZE = 20


@dataclass(frozen=True, slots=True)
class Whose:
    """`narrow`: as `cards_to_print` takes it. `fields`: the same as the form sends it."""

    name: str
    narrow: Mapping[str, Any]
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Order:
    """`parts`: number and address of each that is made."""

    title: str
    copies: int
    at: datetime
    done: int
    of: int
    parts: Sequence[tuple[int, str]]

    @property
    def ready(self) -> bool:
        return self.done == self.of


@dataclass(frozen=True, slots=True)
class Printing:
    programme: Any
    name: str
    whose: Whose
    count: int
    at_once: int
    a_page: int
    areas: Sequence[Option]
    page: Page[Any]
    orders: Sequence[Order]

    @property
    def waits(self) -> bool:
        return any(not order.ready for order in self.orders)


def printing(actor: Actor, key: str, given: Mapping[str, str], cursor: str | None, *, at: datetime) -> Printing:
    """Six queries at most. Raises not_found, page.bad_cursor."""
    programme = programmes.programme(key)
    chosen = whose(actor, given)
    page = programmes.card_orders(actor, programme.pk, cursor=cursor, size=SIZE)
    return Printing(
        programme=programme,
        name=said(programmes.current_playbook(programme.pk).playbook.name),
        whose=chosen,
        count=programmes.cards_to_print(actor, programme.pk, **chosen.narrow).count(),
        at_once=rules.CARDS_AT_ONCE,
        a_page=rules.CARDS_A_PAGE,
        areas=choices.places(chosen.fields.get("place")),
        page=page,
        orders=[_order(one) for one in page.rows],
    )


def whose(actor: Actor, given: Mapping[str, str]) -> Whose:
    """Everybody's whom the reader may print, where nothing is named."""
    named = {name: number_in(given.get(name, "")) for name in ("officer", "unit", "place")}
    ids = {name: number for name, number in named.items() if number is not None}
    if officer_id := ids.get("officer"):
        return Whose(history.officer(actor, officer_id).name, {"officer_id": officer_id}, {"officer": officer_id})
    if unit_id := ids.get("unit"):
        return Whose(registry.unit(unit_id).name, {"unit_id": unit_id}, {"unit": unit_id})
    if place_id := ids.get("place"):
        place = registry.place(place_id)
        return Whose(place.name, {"place": place}, {"place": place_id})
    return Whose(_("all"), {}, {})


def cards_url(actor: Actor, **narrow: int) -> str:
    """Where a reader prints these cards: of the first programme that has stewards; "" where there is none, or for a
    reader who prints none."""
    if not actor.holds(*policy.PRINTERS):
        return ""
    books = ((one, programmes.current_playbook(one.pk)) for one in programmes.running())
    found = next((one for one, book in books if book.stewards is not None), None)
    query = f"?{urlencode(narrow)}" if narrow else ""
    return f"{reverse('console:cards', args=[found.key])}{query}" if found else ""


def _order(one: Any) -> Order:
    made = [(number, reverse("console:card_part", args=[one.pk, number])) for number in range(1, one.done + 1)]
    return Order(one.title, one.copies, one.ordered_at, one.done, one.parts, made)
