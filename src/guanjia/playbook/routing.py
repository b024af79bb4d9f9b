"""Where a new case goes by the playbook's own rules, and what it may be about by the playbook's own words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from guanjia.playbook.schema import Playbook, Route

#: A match of this weight alone makes a suggestion fairly sure; the score of one category never reaches 1.
HALF_SURE = 2.0


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a route may look at. `subject_kind` is None where the case is about nobody of the registry."""

    category: str
    kind: str
    subject_kind: str | None
    channel: str
    emergency: bool


class Suggestion(NamedTuple):
    """`score` between 0 and 1; `why`: the words of the text that speak for it, the weightiest first."""

    key: str
    score: float
    why: tuple[str, ...]


def choose_route(playbook: Playbook, facts: CaseFacts) -> Route:
    """The first route whose conditions all hold. Raises LookupError where none does, which the checker rules out."""
    for route in playbook.routes:
        if holds(route, facts):
            return route
    raise LookupError(f"no route of playbook {playbook.key} takes {facts}")


def holds(route: Route, facts: CaseFacts) -> bool:
    return (
        (not route.categories or facts.category in route.categories)
        and (not route.kinds or facts.kind in route.kinds)
        and (not route.subjects or facts.subject_kind in route.subjects)
        and (not route.channels or facts.channel in route.channels)
        and (route.emergency is None or facts.emergency == route.emergency)
    )


def suggest_category(text: str, playbook: Playbook, most: int = 3) -> list[Suggestion]:
    """The likeliest categories by the words that the playbook gives them, the best first; empty where no word
    occurs.

    A longer word weighs more, a word that several categories share weighs less, and a word inside a longer match
    counts for nothing.
    """
    lowered = text.casefold()
    shared = Counter(word.casefold() for category in playbook.categories for word in set(category.words))
    found: dict[str, dict[str, float]] = {}
    for category in playbook.categories:
        hits = {word for word in category.words if word.casefold() in lowered}
        longest = [word for word in hits if not any(word != other and word in other for other in hits)]
        if longest:
            found[category.key] = {word: len(word) / 2 / shared[word.casefold()] for word in longest}
    weights = {key: sum(words.values()) for key, words in found.items()}
    total = sum(weights.values())
    suggestions = [
        Suggestion(
            key,
            round(weight / total * weight / (weight + HALF_SURE), 3),
            tuple(sorted(found[key], key=lambda word: (-found[key][word], word))),
        )
        for key, weight in weights.items()
    ]
    return sorted(suggestions, key=lambda one: -one.score)[:most]
