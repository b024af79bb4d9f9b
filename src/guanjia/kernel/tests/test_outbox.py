from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from guanjia.kernel import outbox, subscriptions
from guanjia.kernel.models import OutboxMessage

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Listener:
    """Remembers what it saw; fails as often as it is told to."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.failures = 0

    def __call__(self, payload: Mapping[str, Any], at: datetime) -> None:
        if self.failures:
            self.failures -= 1
            OutboxMessage.objects.create(topic="half-done", payload={}, created_at=at)
            raise RuntimeError("not now")
        self.seen.append(payload["n"])


heard = Listener()


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard.seen, heard.failures = [], 0
    name = f"{__name__}:heard"
    subscriptions.subscribe("test.topic", name)
    subscriptions.subscribe("test.topic", name)
    yield heard
    del subscriptions._names["test.topic"]


def publish(*numbers: int) -> None:
    for number in numbers:
        outbox.publish("test.topic", {"n": number}, at=AT)


def test_news_is_handed_over_once_and_in_order(listener: Listener) -> None:
    publish(1, 2, 3)
    assert outbox.deliver_batch(AT) == 3
    assert outbox.deliver_batch(AT) == 0
    assert listener.seen == [1, 2, 3]


def test_news_of_a_change_that_was_undone_is_never_heard(listener: Listener) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(1)
        _ = 1 / 0
    assert outbox.deliver_batch(AT) == 0


def test_a_failing_subscriber_holds_back_nobody_and_is_tried_again(listener: Listener) -> None:
    listener.failures = 1
    publish(1, 2)
    outbox.deliver_batch(AT)
    assert listener.seen == [2]
    waiting = OutboxMessage.objects.get(topic="test.topic", tries=1)
    assert "not now" in waiting.error
    assert not OutboxMessage.objects.filter(topic="half-done").exists()
    assert outbox.deliver_batch(AT) == 0
    assert outbox.deliver_batch(AT + timedelta(hours=1)) == 1
    assert listener.seen == [2, 1]
    waiting.refresh_from_db()
    assert (waiting.next_try_at, waiting.error) == (None, "")


def test_what_always_fails_is_given_up_and_keeps_its_error(listener: Listener) -> None:
    listener.failures = 100
    publish(1)
    at = AT
    while outbox.deliver_batch(at):
        at += timedelta(days=30)
    given_up = OutboxMessage.objects.get()
    assert given_up.next_try_at is None and given_up.tries == 100 - listener.failures
    assert given_up.error


def test_a_batch_is_no_larger_than_asked_and_costs_the_same_to_store(
    listener: Listener, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        outbox.publish_many(outbox.message("test.topic", {"n": n}, at=AT) for n in range(5))
    assert outbox.deliver_batch(AT, size=2) == 2
    assert listener.seen == [0, 1]
