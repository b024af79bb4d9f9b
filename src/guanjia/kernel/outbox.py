"""News that travels up: an action publishes, observers subscribe, nobody below knows who listens.

Delivery is at least once and in order of id as far as possible: a subscriber must be able to see a message twice. A
subscriber that fails holds back nobody else; the message is tried again later, and `guanjia doctor` lists what keeps
failing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from guanjia.kernel import together
from guanjia.kernel.insert import insert
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.pour import plain
from guanjia.kernel.subscriptions import subscribers

logger = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(seconds=30)
_MOST_TRIES = 12
_COLUMNS = ("topic", "payload", "created_at", "next_try_at", "tries", "error")


def message(topic: str, payload: Mapping[str, Any], *, at: datetime) -> OutboxMessage:
    return OutboxMessage(topic=topic, payload=dict(payload), created_at=at, next_try_at=at)


def publish(topic: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Store one message in the current transaction."""
    insert([message(topic, payload, at=at)])


def publish_many(messages: Iterable[OutboxMessage]) -> None:
    """As `publish`. Must run in a transaction."""
    together.write([part(messages)])


def part(messages: Iterable[OutboxMessage]) -> together.Part:
    """As `publish`, to be written together with what they tell of."""
    rows = ([getattr(one, name) for name in _COLUMNS] for one in messages)
    return together.part(OutboxMessage, _COLUMNS, plain(OutboxMessage, _COLUMNS, rows, way=together.way()))


def deliver_batch(at: datetime, *, size: int = 200) -> int:
    """Hand pending messages to their subscribers; how many were handled. Safe to run in several workers and
    to kill at any point."""
    handled = 0
    for message_id in list(
        OutboxMessage.objects.filter(next_try_at__lte=at)
        .order_by("next_try_at", "id")
        .values_list("id", flat=True)[:size]
    ):
        handled += _deliver_one(message_id, at)
    return handled


def _deliver_one(message_id: int, at: datetime) -> int:
    with transaction.atomic():
        pending = OutboxMessage.objects.filter(pk=message_id, next_try_at__isnull=False)
        if connection.features.has_select_for_update_skip_locked:
            pending = pending.select_for_update(skip_locked=True)
        one = pending.first()
        if one is None:
            return 0
        try:
            with transaction.atomic():
                for subscriber in subscribers(one.topic):
                    subscriber(one.payload, at)
        except Exception as error:
            logger.exception("outbox message %s failed", one)
            one.tries += 1
            one.error = f"{type(error).__name__}: {error}"[:2000]
            one.next_try_at = at + _FIRST_RETRY * 2 ** min(one.tries, 10) if one.tries < _MOST_TRIES else None
        else:
            one.next_try_at = None
            one.error = ""
        one.save(update_fields=["next_try_at", "tries", "error"])
        return 1
