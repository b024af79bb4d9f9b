"""Whoever edits, removes, inserts or re-orders a line of the ledger is found out, and the line named."""

from __future__ import annotations

import pytest
from django.db.models import F

from guanjia.cases import jobs, verification
from guanjia.cases.models import Case, Digest, Event
from guanjia.kernel import audit, seals
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.chain import link
from guanjia.kernel.models import AuditEntry
from tests.programme import Served

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(served: Served) -> Case:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.act("陈静", case, "note", hours=1, text="已到现场")
    served.act("陈静", case, "resolve", hours=2, outcome="solved", text="已修好")
    jobs.make_digests(served.at(24))
    assert list(verification.verify()) == []
    return case


@pytest.fixture
def record(served: Served) -> list[AuditEntry]:
    """Entries of MONDAY in the record of changes, and the digest of that day."""
    entries = [audit.record(SYSTEM, "thing.change", None, at=served.at(hours), n=hours) for hours in (0, 1, 2)]
    served.ask()
    jobs.make_digests(served.at(24))
    assert AuditEntry.objects.filter(seq__isnull=True).count() == 0
    assert list(verification.verify()) == []
    return entries


def found(case: Case) -> set[tuple[str, str]]:
    return {(fault.event, fault.what) for fault in verification.verify()}


def test_an_edited_line_is_named(case: Case) -> None:
    Event.objects.filter(case=case, seq=4).update(data={"text": "从未到过现场"})
    assert (f"{case.pk}/4", verification.EDITED) in found(case)


def test_an_edited_line_with_a_new_hash_breaks_the_next_one_and_the_day(case: Case) -> None:
    event = Event.objects.get(case=case, seq=4)
    event.data = {"text": "从未到过现场"}
    event.seal(event.prev_hash)
    event.save()
    assert {(f"{case.pk}/5", verification.BROKEN), ("", verification.DAY_DIFFERS)} <= found(case)


def test_a_removed_line_is_noticed(case: Case) -> None:
    Event.objects.filter(case=case, seq=4).delete()
    assert (f"{case.pk}/5", verification.BROKEN) in found(case)


def test_removed_last_lines_are_noticed(case: Case) -> None:
    Event.objects.filter(case=case, seq=5).delete()
    assert {(f"{case.pk}/4", verification.MISSING_LAST), ("", verification.DAY_DIFFERS)} <= found(case)


def test_removed_last_lines_are_noticed_even_where_the_row_was_changed_too(case: Case) -> None:
    Event.objects.filter(case=case, seq=5).delete()
    Case.objects.filter(pk=case.pk).update(seq=4)
    assert ("", verification.DAY_DIFFERS) in found(case)


def test_an_inserted_line_is_noticed(case: Case) -> None:
    last = Event.objects.get(case=case, seq=5)
    extra = Event(case=case, seq=6, verb="note", at=last.at, recorded_at=last.recorded_at, by={}, data={})
    extra.seal(last.hash)
    extra.save()
    Case.objects.filter(pk=case.pk).update(seq=6)
    assert ("", verification.DAY_DIFFERS) in found(case)


def test_reordered_lines_are_noticed(case: Case) -> None:
    Event.objects.filter(case=case, seq=3).update(seq=103)
    Event.objects.filter(case=case, seq=4).update(seq=3)
    Event.objects.filter(case=case, seq=103).update(seq=4)
    assert (f"{case.pk}/3", verification.BROKEN) in found(case)


def test_a_case_that_was_removed_whole_is_noticed_by_its_day(served: Served, case: Case) -> None:
    Event.objects.filter(case=case).delete()
    assert ("", verification.DAY_DIFFERS) in found(case)


def test_a_changed_digest_is_noticed(case: Case) -> None:
    Digest.objects.update(events=F("events") + 1)
    assert ("", verification.DAY_DIFFERS) in found(case)


def record_faults() -> list[str]:
    """What the digests find of the record; its own chain is whole."""
    assert list(seals.verify()) == []
    return [fault.what for fault in verification.verify()]


def chain_anew() -> None:
    """What somebody would do who can write into the table and knows how the chain is made."""
    AuditEntry.objects.update(seq=None, seal="")
    seals.seal()


def test_a_record_that_was_cut_off_is_noticed(record: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=record[-1].pk).delete()
    assert record_faults() == [verification.RECORD_DIFFERS]


def test_a_record_that_was_edited_and_chained_anew_is_noticed(record: list[AuditEntry]) -> None:
    edited = AuditEntry.objects.get(pk=record[1].pk)
    edited.data = {"n": 7}
    edited.hash = link("0" * 64, edited.content())
    edited.save()
    chain_anew()
    assert record_faults() == [verification.RECORD_DIFFERS]


def test_an_entry_added_later_for_a_day_that_is_over_is_noticed(record: list[AuditEntry], served: Served) -> None:
    extra = audit.record(SYSTEM, "thing.change", None, at=served.at(3))
    seals.seal()
    assert record_faults() == [verification.BACKDATED]
    assert next(verification.verify()).entry == extra.pk


def test_the_digest_of_the_next_day_does_not_hide_it(record: list[AuditEntry], served: Served) -> None:
    audit.record(SYSTEM, "thing.change", None, at=served.at(3))
    audit.record(SYSTEM, "thing.change", None, at=served.at(25))
    jobs.make_digests(served.at(48))
    assert record_faults() == [verification.BACKDATED]


def test_a_digest_that_forgets_the_record_is_noticed(record: list[AuditEntry]) -> None:
    Digest.objects.update(audit_entries=0, audit_seal="")
    assert record_faults() == [verification.DAY_DIFFERS]


def test_digests_of_before_the_record_was_part_of_them_still_hold(served: Served) -> None:
    AuditEntry.objects.all().delete()
    served.ask()
    (made,) = jobs.make_digests(served.at(24))
    assert (made.audit_entries, made.audit_seal) == (0, "")
    audit.record(SYSTEM, "thing.change", None, at=served.at(1))
    jobs.make_digests(served.at(48))
    assert record_faults() == []


def test_a_row_that_does_not_follow_from_its_events_is_found_at_night(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(confirmed=True)
    assert jobs.prove() == [case.number]


def test_each_settled_day_gets_one_digest_chained_to_the_day_before(served: Served, case: Case) -> None:
    served.ask("又一盏灯", hours=30)
    made = jobs.make_digests(served.at(24 * 4))
    assert [digest.previous for digest in made] == [
        Digest.objects.get(day=made[0].day.replace(day=made[0].day.day - 1)).hash,
        *[digest.hash for digest in made[:-1]],
    ]
    assert jobs.make_digests(served.at(24 * 4)) == []
    assert list(verification.verify()) == []
