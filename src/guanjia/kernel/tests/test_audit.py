from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guanjia.kernel import audit
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind
from guanjia.kernel.chain import GENESIS, link
from guanjia.kernel.models import AuditEntry, OutboxMessage

AT = datetime(2026, 11, 20, 4, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_which_row_and_never_a_name() -> None:
    actor = Actor(ActorKind.OFFICER, label="周测试", account_id=4, officer_id=5)
    row = OutboxMessage.objects.create(topic="t", payload={}, created_at=AT)
    entry = audit.record(actor, "thing.change", row, at=AT, columns=["a", "b"])
    assert (entry.subject_type, entry.subject_id) == ("kernel.outboxmessage", row.pk)
    assert entry.actor == {"kind": "officer", "account": 4, "officer": 5}
    assert "周测试" not in str(AuditEntry.objects.values().get())


@pytest.mark.parametrize("column", ["verb", "subject_id", "data", "actor", "at"])
def test_the_hash_holds_after_the_database_and_breaks_when_a_column_is_edited(column: str) -> None:
    audit.record(SYSTEM, "thing.change", None, at=AT, zeta=1, alpha={"b": 1, "a": None})
    stored = AuditEntry.objects.get()
    assert stored.hash == link(GENESIS, stored.content())
    edited = {"verb": "x", "subject_id": 9, "data": {}, "actor": {}, "at": datetime(2026, 1, 1, tzinfo=UTC)}
    setattr(stored, column, edited[column])
    assert stored.hash != link(GENESIS, stored.content())


def test_many_entries_cost_one_query(django_assert_num_queries: object) -> None:
    entries = [audit.entry_for(SYSTEM, "thing.change", None, at=AT, n=n) for n in range(50)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        audit.record_many(entries)
    assert AuditEntry.objects.count() == 50
