"""Categories and routes: every case finds its way, and every route is of use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check, same_keys, twice, unknown
from guanjia.playbook.faults import Fault
from guanjia.playbook.loader import Source
from guanjia.playbook.routing import CaseFacts, holds
from guanjia.playbook.schema import Category, Playbook, Tier


@check
def categories_are_distinct(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    yield from same_keys(source, ("categories",), [category.key for category in book.categories])
    for index, category in enumerate(book.categories):
        yield from twice(source, ("categories", index, "words"), category.words)


@check
def words_are_long_enough(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, category in enumerate(book.categories):
        for position, word in enumerate(category.words):
            if len(word) < 2:
                yield source.fault(
                    ("categories", index, "words", position),
                    _("“%(word)s” is a single character: it occurs inside words of every other matter."),
                    _("Write a word of two characters or more."),
                    word=word,
                )


@check
def routes_name_what_there_is(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    yield from same_keys(source, ("routes",), [route.key for route in book.routes])
    categories = [category.key for category in book.categories]
    tiers = [tier.key for tier in book.ladder.tiers]
    for index, route in enumerate(book.routes):
        here: tuple[str | int, ...] = ("routes", index)
        for position, key in enumerate(route.categories):
            yield from unknown(
                source, (*here, "categories", position), _("There is no category %(key)s."), key, categories
            )
        for position, kind in enumerate(route.subjects):
            message = _("The programme does not serve %(key)s.")
            yield from unknown(source, (*here, "subjects", position), message, kind, book.serves.subjects)
        for position, channel in enumerate(route.channels):
            message = _("The channel %(key)s is not open.")
            yield from unknown(source, (*here, "channels", position), message, channel, book.channels)
        if route.tier is not None:
            yield from unknown(source, (*here, "tier"), _("There is no tier %(key)s."), route.tier, tiers)
            if route.hand_over is not None:
                yield source.fault(
                    (*here, "hand_over"),
                    _("A case is either handed over or enters the ladder, not both."),
                    _("Take out tier or hand_over."),
                )


@check
def the_last_route_takes_the_rest(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    last = book.routes[-1]
    if last.categories or last.kinds or last.subjects or last.channels or last.emergency is not None:
        yield source.fault(
            ("routes", len(book.routes) - 1),
            _("The last route has conditions: a case that meets none of the routes would go nowhere."),
            _("Add a last route without conditions; without a tier too, it leaves the case to the desk."),
        )


def _all_facts(book: Playbook) -> Iterator[CaseFacts]:
    """Every kind of case that can come in."""
    for category, subject, channel, emergency in product(
        book.categories, (*book.serves.subjects, None), book.channels, (False, True)
    ):
        yield CaseFacts(category.key, category.kind, subject, channel, emergency)


@check
def every_route_is_reached(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    taken_by: dict[int, set[int]] = {index: set() for index in range(len(book.routes))}
    reached = set()
    for facts in _all_facts(book):
        holding = [index for index, route in enumerate(book.routes) if holds(route, facts)]
        reached.update(holding[:1])
        for index in holding[1:]:
            taken_by[index].add(holding[0])
    for index, earlier in taken_by.items():
        if index in reached:
            continue
        if earlier:
            yield source.fault(
                ("routes", index),
                _("No case ever comes to the route %(key)s: the routes before it take them all (%(earlier)s)."),
                _("Move it up, or take it out."),
                key=book.routes[index].key,
                earlier=", ".join(book.routes[position].key for position in sorted(earlier)),
            )
        elif not _names_unknown(book, index):
            yield source.fault(
                ("routes", index),
                _("No case can meet all conditions of the route %(key)s."),
                _("Compare its kinds with the kinds of its categories."),
                key=book.routes[index].key,
            )


def _names_unknown(book: Playbook, index: int) -> bool:
    """Such a route has its own fault already."""
    route = book.routes[index]
    known = {category.key for category in book.categories}
    return not (
        known.issuperset(route.categories)
        and set(book.serves.subjects).issuperset(route.subjects)
        and set(book.channels).issuperset(route.channels)
    )


def _ways(book: Playbook) -> dict[str, set[str | None]]:
    """For each category, the tiers that its routes enter; None for a sealed hand-over, "" for the desk."""
    ways: dict[str, set[str | None]] = {category.key: set() for category in book.categories}
    for facts in _all_facts(book):
        route = next((route for route in book.routes if holds(route, facts)), None)
        if route is not None:
            ways[facts.category].add(None if route.hand_over is not None else route.tier or "")
    return ways


def _rungs(book: Playbook, entries: set[str | None]) -> list[Tier]:
    """The tiers that such a case can come to: where it enters, and all above; from the desk, all."""
    tiers = book.ladder.tiers
    starts = [
        next((index for index, tier in enumerate(tiers) if tier.key == entry), 0)
        for entry in entries
        if entry is not None
    ]
    return list(tiers[min(starts) :]) if starts else []


@check
def duties_are_used_and_given(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    ways = _ways(book)
    for index, category in enumerate(book.categories):
        to_duty = [tier for tier in _rungs(book, ways[category.key]) if tier.owner.duty]
        if category.duty is None and to_duty:
            yield source.fault(
                ("categories", index),
                _("The category %(key)s names no duty, but on the tier %(tier)s the unit with the duty takes it."),
                _("Give it a duty."),
                key=category.key,
                tier=to_duty[0].key,
            )
        elif category.duty is not None and not to_duty and not _handed_by_duty(book, category):
            yield source.fault(
                ("categories", index, "duty"),
                _("No route brings the category %(key)s to the unit with the duty %(duty)s."),
                _("Take the duty out, or send the category to a tier whose owner is the duty."),
                key=category.key,
                duty=category.duty,
            )


def _handed_by_duty(book: Playbook, category: Category) -> bool:
    return any(
        route.hand_over is not None and route.hand_over.duty
        for route in book.routes
        if not route.categories or category.key in route.categories
    )


@check
def what_is_sealed_is_not_public(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    ways = _ways(book)
    for index, category in enumerate(book.categories):
        if ways[category.key] == {None} and category.public:
            yield source.fault(
                ("categories", index),
                _("The category %(key)s is handed over sealed and yet is public."),
                _("Write public = false."),
                key=category.key,
            )
