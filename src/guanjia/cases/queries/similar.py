"""Open cases that may be about the same thing: offered before a request is sent, and at the dispatch desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from guanjia.cases.models import Case
from guanjia.cases.search import words

#: How far back, how near (degrees: about 300 m), how alike.
WINDOW = timedelta(days=90)
NEAR = 0.003
ALIKE = 0.32
_CANDIDATES = 200


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
    """Public open cases of the same community or nearby, ranked by how alike they read. One query."""
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
    ranked = [
        Similar(case, score, _same(case, category, place_path))
        for case in found.only("title", "text", "category", "place_path", "registered_at", "status", "due_at").order_by(
            "-id"
        )[:_CANDIDATES]
        if (score := _alike(mine, _pairs(f"{case.title}{case.text[:300]}"), case.category == category)) >= ALIKE
    ]
    return sorted(ranked, key=lambda one: -one.alike)[:most]


def _pairs(text: str) -> set[tuple[str, str]]:
    spoken = words(text[:400])
    return set(pairwise(spoken))


def _alike(mine: set[tuple[str, str]], other: set[tuple[str, str]], same_category: bool) -> float:
    """Shared pairs over the shorter text's pairs; the same category counts a little."""
    if not mine or not other:
        return 0.0
    share = len(mine & other) / min(len(mine), len(other))
    return min(1.0, share + (0.1 if same_category and share > 0 else 0.0))


def _same(case: Case, category: str, place_path: str) -> tuple[str, ...]:
    reasons = ["place"] if place_path and case.place_path == place_path else []
    return (*reasons, *(["category"] if case.category == category else []), "text")
