"""Whoever edits, removes, inserts or re-orders an entry of the record of changes is found out, and the entry named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from guanjia.kernel import audit, seals
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.chain import GENESIS, link
from guanjia.kernel.models import AuditEntry

AT = datetime(2026, 11, 20, 4, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(count: int) -> list[AuditEntry]:
    return [audit.record(SYSTEM, "thing.change", None, at=AT + timedelta(hours=n), n=n) for n in range(count)]


@pytest.fixture
def entries() -> list[AuditEntry]:
    """Four sealed ones, in order."""
    written = write(4)
    assert seals.seal() == 4
    assert found() == set()
    return written


def found() -> set[tuple[int | None, str]]:
    return {(fault.entry, fault.what) for fault in seals.verify()}


def test_entries_are_chained_in_the_order_in_which_they_were_written(entries: list[AuditEntry]) -> None:
    write(2)
    assert (seals.seal(), seals.seal()) == (2, 0)
    stored = list(AuditEntry.objects.order_by("id"))
    assert [one.seq for one in stored] == [1, 2, 3, 4, 5, 6]
    head = GENESIS
    for one in stored:
        head = link(head, one.hash)
        assert one.seal == head
    assert seals.last() == (6, head)


def test_a_long_record_is_sealed_in_batches_of_a_few_queries(django_assert_max_num_queries: object) -> None:
    audit.record_many([audit.entry_for(SYSTEM, "thing.change", None, at=AT, n=n) for n in range(250)])
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert seals.seal(size=200) == 200
    assert seals.seal(size=200) == 50
    assert found() == set()


def test_an_edited_entry_is_named(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).update(data={"n": 9})
    assert found() == {(entries[1].pk, seals.EDITED)}


def test_an_edited_entry_with_a_new_hash_breaks_its_seal(entries: list[AuditEntry]) -> None:
    entry = AuditEntry.objects.get(pk=entries[1].pk)
    entry.data = {"n": 9}
    entry.hash = link(GENESIS, entry.content())
    entry.save()
    assert found() == {(entries[1].pk, seals.BROKEN)}


def test_an_edited_entry_with_a_new_hash_and_a_new_seal_breaks_the_next_one(entries: list[AuditEntry]) -> None:
    entry = AuditEntry.objects.get(pk=entries[1].pk)
    entry.data = {"n": 9}
    entry.hash = link(GENESIS, entry.content())
    entry.seal = link(AuditEntry.objects.get(pk=entries[0].pk).seal, entry.hash)
    entry.save()
    assert found() == {(entries[2].pk, seals.BROKEN)}


def test_a_removed_entry_is_noticed(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=entries[0].pk).delete()
    AuditEntry.objects.filter(pk=entries[2].pk).delete()
    assert found() == {(entries[1].pk, seals.BROKEN), (entries[3].pk, seals.BROKEN)}


def test_an_entry_inserted_among_the_others_is_noticed(entries: list[AuditEntry]) -> None:
    for one in reversed(AuditEntry.objects.filter(seq__gte=3).order_by("seq")):
        AuditEntry.objects.filter(pk=one.pk).update(seq=one.seq + 1)
    extra = audit.entry_for(SYSTEM, "thing.change", None, at=AT, n="never")
    extra.seq, extra.seal = 3, link(AuditEntry.objects.get(seq=2).seal, extra.hash)
    extra.save()
    assert found() == {(entries[2].pk, seals.BROKEN)}


def test_reordered_entries_are_noticed(entries: list[AuditEntry]) -> None:
    second, third = entries[1].pk, entries[2].pk
    AuditEntry.objects.filter(pk=second).update(seq=99)
    AuditEntry.objects.filter(pk=third).update(seq=2)
    AuditEntry.objects.filter(pk=second).update(seq=3)
    assert {(second, seals.BROKEN), (third, seals.BROKEN)} <= found()


def test_an_entry_that_waits_for_its_seal_is_checked_too(entries: list[AuditEntry]) -> None:
    (late,) = write(1)
    assert found() == set()
    AuditEntry.objects.filter(pk=late.pk).update(verb="other")
    assert found() == {(late.pk, seals.EDITED)}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
def test_workers_that_seal_at_the_same_moment_take_turns() -> None:
    def seal(start: Barrier) -> int:
        try:
            start.wait()
            return seals.seal(size=7)
        finally:
            connection.close()

    for _round in range(5):
        write(20)
        start = Barrier(3)
        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(seal, [start] * 3)) == 20
        assert found() == set()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_there_was_a_chain_is_sealed_and_an_edit_of_then_still_named() -> None:
    before, after = [("kernel", "0001_initial")], [("kernel", "0003_seal_audit")]
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("kernel")
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = executor.loader.project_state(before).apps.get_model("kernel", "AuditEntry")
        columns = [name for name in (field.name for field in old._meta.fields) if name != "id"]
        given = [audit.entry_for(SYSTEM, "thing.change", None, at=AT, n=n) for n in range(1003)]
        old.objects.bulk_create(old(**{name: getattr(one, name) for name in columns}) for one in given)
        edited = old.objects.order_by("id")[500].pk
        old.objects.filter(pk=edited).update(data={"n": "edited"})
        executor = MigrationExecutor(connection)
        executor.migrate(after)
    finally:
        MigrationExecutor(connection).migrate(latest)
    stored = list(AuditEntry.objects.order_by("id"))
    assert [one.seq for one in stored] == list(range(1, 1004))
    assert [one.hash for one in stored] == [one.hash for one in given]
    assert found() == {(edited, seals.EDITED)}
