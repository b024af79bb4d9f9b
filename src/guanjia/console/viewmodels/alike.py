"""Open cases that may be about the same matter as one at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.cases.queries.page import CasePage
from guanjia.cases.queries.similar import Similar, similar_open
from guanjia.kernel.text import gettext_noop

_SAME = {"place": gettext_noop("same place"), "category": gettext_noop("same category")}


@dataclass(frozen=True, slots=True)
class Alike:
    """`share`: how alike they read, in hundredths. `merge_url`: "" for who may not merge."""

    number: str
    url: str
    title: str
    share: int
    same: str
    merge_url: str = ""


def of_case(page: CasePage, *, at: datetime) -> list[Alike]:
    """Two queries."""
    case = page.case
    found = similar_open(
        text=f"{case.title}{case.text}",
        category=page.state.category,
        place_path=case.place_path,
        lon=case.lon,
        lat=case.lat,
        besides=case.pk,
        at=at,
    )
    may_merge = any(verb.key == "merge" for verb in page.verbs)
    return rows(found, merge_url=reverse("console:act", args=[case.number, "merge"]) if may_merge else "")


def rows(found: Iterable[Similar], *, merge_url: str = "") -> list[Alike]:
    between = "、" if (get_language() or "").startswith("zh") else ", "
    return [
        Alike(
            number=one.case.number,
            url=reverse("console:case", args=[one.case.number]),
            title=one.case.title,
            share=round(100 * one.alike),
            same=between.join(_(_SAME[word]) for word in one.same if word in _SAME),
            merge_url=f"{merge_url}?into={one.case.number}" if merge_url else "",
        )
        for one in found
    ]
