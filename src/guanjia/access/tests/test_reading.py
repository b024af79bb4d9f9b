"""Opening a clear value: who may, for what, and what is written down."""

import pytest
from django.test import override_settings

from guanjia.access import actions, queries, rules
from guanjia.access.models import ReadLog
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.registry.models import Business, Contact, Household, Person


def open_phone(district, who="陈静", record=None, purpose="handle_case", at=None, strong=True, **more):
    return actions.reveal(
        district.actor(who, strong=strong),
        record or Contact.objects.get(pk=district.contacts["李晓燕"].pk),
        **({"field": "phone"} | more),
        purpose=purpose,
        at=at or district.at,
    )


def test_a_steward_opens_the_phone_of_her_resident_and_it_is_written_down(district):
    assert open_phone(district, note=" 回访 ") == "13900000001"
    read = ReadLog.objects.get()
    assert read.officer == district.officers["陈静"] and read.account == district.account("陈静")
    assert (read.record_type, read.record_id, read.field) == (
        "registry.contact",
        district.contacts["李晓燕"].pk,
        "phone",
    )
    assert (read.purpose, read.note, read.in_scope, read.at) == ("handle_case", "回访", True, district.at)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("who", ["高翔", "林涛", "邓婷", "李晓燕"])
def test_administrators_auditors_and_askers_open_nothing(district, who):
    with pytest.raises(Problem, match="not_allowed"):
        open_phone(district, who)
    assert not ReadLog.objects.exists()


def test_another_communitys_steward_needs_the_case_or_an_emergency(district):
    with pytest.raises(Problem, match="access.out_of_scope"):
        open_phone(district, "彭飞")
    assert open_phone(district, "彭飞", case_number="2026-0000123-4")
    assert not OutboxMessage.objects.exists()
    assert open_phone(district, "彭飞", purpose=rules.BREAK_GLASS)
    assert OutboxMessage.objects.get(topic="access.odd_reading").payload["reasons"] == ["out_of_scope"]
    assert list(ReadLog.objects.order_by("pk").values_list("in_scope", flat=True)) == [True, False]


@pytest.mark.parametrize("purpose", ["", "curious"])
def test_a_purpose_comes_from_the_list(district, purpose):
    with pytest.raises(Problem, match="access.unknown_purpose"):
        open_phone(district, purpose=purpose)


@pytest.mark.parametrize("field", ["subject", "fingerprint", "no_such", "pk"])
def test_only_encrypted_columns_are_opened(district, field):
    with pytest.raises(Problem, match="field.invalid"):
        open_phone(district, field=field)


def test_persons_households_and_businesses_open_like_contacts(district):
    person = Person.objects.get(pk=district.subjects["李晓燕"].pk)
    household = Household.objects.get(pk=district.subjects["3号楼2单元501"].pk)
    business = Business.objects.get(pk=district.subjects["建国五金店"].pk)
    assert open_phone(district, record=person, field="name") == "李晓燕"
    assert open_phone(district, record=household, field="address") == "柳荫家园3号楼2单元501"
    assert open_phone(district, record=business, field="contact_phone") == "13900000002"


def test_the_one_read_too_many_tells_the_security_administrator_once(district):
    for _ in range(rules.READS_A_DAY + 2):
        open_phone(district)
    news = OutboxMessage.objects.get(topic="access.odd_reading").payload
    assert news["reasons"] == ["too_many"] and news["count"] == rules.READS_A_DAY + 1
    found = queries.odd_readers(district.actor("林涛"), district.at.date())
    assert [(one.account_id, one.reads) for one in found] == [(district.account("陈静").pk, rules.READS_A_DAY + 2)]


@override_settings(GUANJIA_STAFF_MFA=True)
def test_where_a_second_factor_is_demanded_nothing_opens_without_it(district):
    with pytest.raises(Problem, match="access.second_factor_needed"):
        open_phone(district, strong=False)
    assert open_phone(district, strong=True)


def test_a_resident_sees_who_opened_their_card_and_nobody_elses(district, django_assert_num_queries):
    open_phone(district)
    open_phone(district, "周敏", record=Person.objects.get(pk=district.subjects["李晓燕"].pk), field="name")
    open_phone(district, record=Contact.objects.get(pk=district.contacts["王建国"].pk))
    li, hers = district.actor("李晓燕"), Contact.objects.get(pk=district.contacts["李晓燕"].pk)
    with django_assert_num_queries(1):
        seen = [(read.officer.name, read.officer.unit.name, read.field) for read in queries.who_opened(li, hers).rows]
    assert seen == [("周敏", "柳荫社区居委会", "name"), ("陈静", "柳荫社区居委会", "phone")]
    for stranger in ("王建国", "陈静", "高翔", "马骏"):
        with pytest.raises(Problem, match="not_allowed"):
            queries.who_opened(district.actor(stranger), hers)


@pytest.mark.parametrize("who", ["林涛", "邓婷"])
def test_the_security_administrator_and_the_auditor_page_through_the_whole_log(district, who):
    for _ in range(5):
        open_phone(district)
    reader = district.actor(who)
    first = queries.read_log(reader, size=3)
    rest = queries.read_log(reader, size=3, cursor=first.next)
    assert len(first.rows) == 3 and len(rest.rows) == 2 and rest.next is None
    assert len(queries.read_log(reader, account_id=district.account("周敏").pk).rows) == 0


@pytest.mark.parametrize("who", ["高翔", "马骏", "何平", "陈静"])
def test_nobody_else_reads_the_read_log(district, who):
    for look in (queries.read_log, lambda actor: queries.odd_readers(actor, district.at.date())):
        with pytest.raises(Problem, match="not_allowed"):
            look(district.actor(who))
