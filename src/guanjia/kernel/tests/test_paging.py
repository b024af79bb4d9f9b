from __future__ import annotations

import base64
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.paging import page
from guanjia.kernel.problems import Problem

START = datetime(2026, 11, 20, tzinfo=UTC)


def fill(minutes: list[int]) -> None:
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(topic="t", payload={}, created_at=START + timedelta(minutes=minute), tries=minute % 3)
            for minute in minutes
        ]
    )


class Walking(TestCase):
    @settings(max_examples=25)
    @given(
        st.lists(st.integers(0, 5), max_size=14),
        st.integers(1, 5),
        st.sampled_from([["created_at", "id"], ["-created_at", "-id"], ["tries", "-created_at", "id"]]),
    )
    def test_walking_forwards_and_back_meets_every_row_once_in_order(
        self, minutes: list[int], size: int, keys: list[str]
    ) -> None:
        fill(minutes)
        expected = list(OutboxMessage.objects.order_by(*keys))
        pages = [page(OutboxMessage.objects.all(), keys, size=size)]
        while pages[-1].next:
            pages.append(page(OutboxMessage.objects.all(), keys, size=size, cursor=pages[-1].next))
        assert [row for one in pages for row in one.rows] == expected
        assert pages[0].previous is None
        for earlier, later in itertools.pairwise(pages):
            back = page(OutboxMessage.objects.all(), keys, size=size, cursor=later.previous)
            assert back.rows == earlier.rows
            assert back.next == earlier.next


@pytest.mark.django_db
def test_a_page_costs_one_query_wherever_it_is(django_assert_num_queries: object) -> None:
    fill(list(range(30)))
    first = page(OutboxMessage.objects.all(), ["id"], size=10)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(page(OutboxMessage.objects.all(), ["id"], size=10, cursor=first.next).rows) == 10


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!",
        "é",
        base64.urlsafe_b64encode(b"[0]").decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b'[0, "no date", 1]').decode(),
        base64.urlsafe_b64encode(b"[0, null, 1]").decode(),
        base64.urlsafe_b64encode(b'[0, [1], {"a": 2}]').decode(),
        base64.urlsafe_b64encode(b"[[], 1, 1]").decode(),
        base64.urlsafe_b64encode(b'[0, "2026-11-20T00:00:00+00:00", 1e400]').decode(),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(cursor: str) -> None:
    fill([1, 2])
    with pytest.raises(Problem) as refused:
        page(OutboxMessage.objects.all(), ["created_at", "id"], cursor=cursor)
    assert refused.value.code == "page.bad_cursor"


@pytest.mark.django_db
def test_a_cursor_beyond_every_row_is_an_empty_page() -> None:
    fill([1, 2])
    beyond = base64.urlsafe_b64encode(b"[0, 99999999999999999999999]").decode()
    assert page(OutboxMessage.objects.all(), ["id"], cursor=beyond).rows == []
