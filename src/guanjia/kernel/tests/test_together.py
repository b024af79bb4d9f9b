"""Rows of several tables in one statement: as they are given, all or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.pour import plain
from guanjia.kernel.together import Id, Part, find_or_reserve, part, prepared_cursor, way, write, write_returning

AT = datetime(2026, 11, 20, 4, 5, 6, 789012, tzinfo=UTC)
_MESSAGE = ("topic", "payload", "created_at", "next_try_at", "tries", "error")
_ENTRY = ("at", "verb", "actor", "subject_type", "subject_id", "data", "hash", "seq", "seal")
IN_ONE = connection.vendor == "postgresql"
WAIT = st.none() | st.timedeltas(timedelta(), timedelta(999))


def messages(*rows: tuple[Any, ...]) -> Part:
    return part(OutboxMessage, _MESSAGE, plain(OutboxMessage, _MESSAGE, rows, way=way()))


def entries(*rows: tuple[Any, ...]) -> Part:
    return part(AuditEntry, _ENTRY, plain(AuditEntry, _ENTRY, rows, way=way()))


def groups(*names: str, conflict: str = "") -> Part:
    return part(Group, ("name",), [(name,) for name in names], conflict=conflict)


def entry(seq: int) -> tuple[Any, ...]:
    return AT, "moved", {"kind": "system"}, "place", 7, {"to": "网格"}, "0" * 64, seq, ""


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBER = st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9)
JSON = st.recursive(st.none() | st.booleans() | NUMBER | TEXT, lambda inner: st.dictionaries(TEXT, inner), max_leaves=6)


class AnythingComesBackAsItWasGiven(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.dictionaries(TEXT, JSON), TEXT, WAIT)))
    def test(self, wanted: list[tuple[Any, ...]]) -> None:
        rows = [("t", payload, AT, AT + wait if wait else None, 3, text) for payload, text, wait in wanted]
        OutboxMessage.objects.all().delete()
        write([messages(*rows)])
        assert list(OutboxMessage.objects.order_by("id").values_list(*_MESSAGE)) == rows


@pytest.mark.django_db
def test_all_tables_are_written_in_one_statement_where_that_saves_something(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1 if IN_ONE else 3):
        write([groups("stewards", "clerks"), messages(("t", {"n": 1}, AT, AT, 0, "")), entries(entry(1), entry(2))])
    assert (Group.objects.count(), OutboxMessage.objects.count(), AuditEntry.objects.count()) == (2, 1, 2)


@pytest.mark.django_db
def test_what_has_no_rows_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        write([messages(), entries()])
        assert write_returning(groups(), "id") == []


@pytest.mark.django_db
def test_where_one_row_is_refused_none_is_written() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write([messages(("t", {}, AT, AT, 0, "")), entries(entry(1), entry(1))])
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="several statements there need a transaction")
def test_one_statement_needs_no_transaction() -> None:
    with pytest.raises(IntegrityError):
        write([messages(("t", {}, AT, AT, 0, "")), entries(entry(1), entry(1))])
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_ids_of_those_there_and_of_those_to_come() -> None:
    known = Group.objects.create(name="stewards")
    wanted = [(Group, "name", name) for name in ("stewards", "o'clerks", None)]
    there, first, second = find_or_reserve(*wanted)
    assert there == Id(known.pk, True)
    assert [first.known, second.known] == [False, False]
    assert len({known.pk, first.id, second.id}) == 3
    write([part(Group, ("id", "name"), [(first.id, "o'clerks")])])
    assert find_or_reserve((Group, "name", "o'clerks")) == [Id(first.id, True)]
    assert Group.objects.create(name="leaders").pk not in {first.id, second.id}


@pytest.mark.django_db
def test_what_is_stored_tells_its_ids() -> None:
    known = Group.objects.create(name="stewards")
    kept = groups("clerks", "stewards", conflict="ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name")
    found = dict(write_returning(kept, "name, id"))
    assert found == dict(Group.objects.values_list("name", "id"))
    assert found["stewards"] == known.pk


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="it keeps its plans by itself")
def test_a_statement_is_planned_once_in_a_connection() -> None:
    for number in range(3):
        write([groups(f"group {number}")])
    with prepared_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%jsonb_populate_recordset%'")
        assert cursor.fetchone()[0] >= 1
