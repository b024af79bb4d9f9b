"""Full text in Chinese and anything else, the same on both databases: each character is a word of its own
and a query is a phrase.

Trigram indexes find no two-character words, which most Chinese words are (docs/why/search.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from guanjia.cases.models import Case
from guanjia.kernel.together import Part

#: Text that nobody searches through any more is not indexed: the first of a 10,000-character letter tell
#: what it is about.
INDEXED = 4000
#: PostgreSQL takes every word that its statistics do not know for as common as a thousandth of the ledger, walks back
#: from the newest case to meet it, and where it is rarer reads the whole index of texts for it. Of a word that is not
#: common among the newest cases, so many hits or fewer are therefore named first, in no order; more are met soon.
FEW = 1000
NEWEST, COMMON = 2000, 50
_FIND = "SELECT case_id FROM case_search WHERE words @@ to_tsquery('simple', %s)"
_WORD = re.compile(r"[a-z0-9]+|[^\W_]", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Latin words and numbers whole, every other letter or ideograph alone; signs and emoji are no words."""
    return _WORD.findall(text.lower())


def part(rows: Iterable[tuple[int, str]]) -> Part:
    """What finds new cases by their texts, to be written in the transaction that stores them."""
    text = (
        "INSERT INTO case_search(case_id, words) SELECT case_id, to_tsvector('simple', words)"
        " FROM jsonb_to_recordset({given}) AS given(case_id bigint, words text)"
        if connection.vendor == "postgresql"
        else "INSERT INTO case_search(rowid, words) VALUES {given}"
    )
    return Part(text, ("case_id", "words"), [(case_id, _spaced(text)) for case_id, text in rows])


def _spaced(text: str) -> str:
    return " ".join(words(text[:INDEXED]))


def matching(queryset: QuerySet[Case], text: str) -> QuerySet[Case]:
    """The cases that contain every word group of `text`, each group as written. On PostgreSQL two queries at once, by
    which a rare word is told from a common one."""
    groups = [words(group) for group in text.split()]
    groups = [group for group in groups if group]
    if not groups:
        return queryset.none()
    if connection.vendor == "postgresql":
        query = " & ".join("(" + " <-> ".join(f"'{word}'" for word in group) + ")" for group in groups)
        if (few := _few(query)) is not None:
            return queryset.filter(pk__in=few)
        found = RawSQL(_FIND, [query])
    else:
        query = " AND ".join('"' + " ".join(group) + '"' for group in groups)
        found = RawSQL("SELECT rowid FROM case_search WHERE case_search MATCH %s", [query])
    return queryset.filter(Q(pk__in=found))


def _few(query: str) -> list[int] | None:
    """None where there are more than FEW, or the word is common."""
    newest = f"SELECT words FROM case_search ORDER BY case_id DESC LIMIT {NEWEST}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({newest}) AS n WHERE words @@ to_tsquery('simple', %s)", [query])
        if cursor.fetchone()[0] > COMMON:
            return None
        cursor.execute(f"{_FIND} LIMIT %s", [query, FEW + 1])
        found = [case_id for (case_id,) in cursor.fetchall()]
    return found if len(found) <= FEW else None
