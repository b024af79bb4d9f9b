"""Open cases that may be about the same thing: offered before a request is sent, and at the dispatch desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models.functions import Left

from guanjia.cases.models import Case
from guanjia.cases.search import words

#: How far back, how near (degrees: about 300 m), how alike.
WINDOW = timedelta(days=90)
NEAR = 0.003
ALIKE = 0.32
_CANDIDATES = 200
#: So much of a text is compared: what a matter is about stands at its beginning.
_READ = 200


@dataclass(frozen=True, slots=True)
class Similar:
    """`alike` 0–1 by shared pairs of characters; `same` reasons: "place", "category", "text"."""

    case: Case
    alike: float
    same: tuple[str, ...]


def similar_open(
    *,
    text: str,
    category: str,
    place_path: str = "",
    lon: float | None = None,
    lat: float | None = None,
    besides: int | None = None,
    at: datetime,
    most: int = 5,
) -> list[Similar]:
    """Public open cases of the same community or nearby, ranked by how alike they read. Two queries."""
    found = Case.objects.filter(
        closed_at__isnull=True, sealed_to__isnull=True, public=True, registered_at__gte=at - WINDOW
    ).exclude(pk=besides or 0)
    ids = [part for part in place_path.split("/") if part]
    if len(ids) >= 3:
        found = found.filter(community_id=int(ids[2]))
    elif lon is not None and lat is not None:
        found = found.filter(lon__range=(lon - NEAR, lon + NEAR), lat__range=(lat - NEAR, lat + NEAR))
    else:
        found = found.filter(category=category)
    mine = _pairs(text)
    # Plain values first: most candidates read nothing alike, and need no object of their own.
    newest = found.order_by("-id").annotate(start=Left("text", _READ))[:_CANDIDATES]
    scores = {
        pk: score
        for pk, title, start, its_category in newest.values_list("pk", "title", "start", "category")
        if (score := _alike(mine, _pairs(f"{title}{start}"), its_category == category)) >= ALIKE
    }
    best = sorted(scores, key=lambda pk: (-scores[pk], -pk))[:most]
    cases = Case.objects.defer("text").in_bulk(best)
    return [Similar(cases[pk], scores[pk], _same(cases[pk], category, place_path)) for pk in best if pk in cases]


def _pairs(text: str) -> set[str]:
    return {first + second for first, second in pairwise(words(text[:_READ]))}


def _alike(mine: set[str], other: set[str], same_category: bool) -> float:
    """Shared pairs over the shorter text's pairs; the same category counts a little."""
    if not mine or not other:
        return 0.0
    share = len(mine & other) / min(len(mine), len(other))
    return min(1.0, share + (0.1 if same_category and share > 0 else 0.0))


def _same(case: Case, category: str, place_path: str) -> tuple[str, ...]:
    reasons = ["place"] if place_path and case.place_path == place_path else []
    return (*reasons, *(["category"] if case.category == category else []), "text")
