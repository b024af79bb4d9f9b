from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanjia.kernel.actor import PUBLIC, SYSTEM, Actor, Role
from guanjia.kernel.codes import credit_code_check
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.registry import actions, queries
from guanjia.registry.models import Business, Contact, Household, Person, Subject
from guanjia.registry.tests.conftest import AT, District, officer

CODE = "91110000MA01TEST0"
CREDIT_CODE = CODE.replace("S", "5") + credit_code_check(CODE.replace("S", "5"))
ID_NUMBER = "11010519491231002X"  # the worked example of GB 11643


def shop(actor: Actor, place_id: int, name: str = "迎春面馆", **facts: object) -> Subject:
    return actions.create_business(actor, name=name, place_id=place_id, at=AT, **facts)


def test_a_business_is_found_by_name_code_and_phone(clerk: Actor, district: District) -> None:
    made = shop(
        clerk, district.id("yard1"), credit_code=CREDIT_CODE.lower(), contact_name="郑测试",
        contact_phone="139-0000-0001",
    )  # fmt: skip
    for text in ("春面", CREDIT_CODE, "13900000001", "+86 139 0000 0001"):
        assert [one.pk for one in queries.search_subjects(clerk, text).rows] == [made.pk], text
    assert queries.search_subjects(clerk, "13900000002").rows == []


def test_what_the_database_holds_of_a_person_is_not_readable(clerk: Actor, district: District) -> None:
    shop(clerk, district.id("yard1"), contact_name="郑测试", contact_phone="13900000001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone FROM registry_business")
        stored = " ".join(cursor.fetchone())
    assert "郑" not in stored and "1390000" not in stored
    business = Business.objects.get()
    assert (business.contact_name, business.contact_phone) == ("郑测试", "13900000001")
    assert "郑测试" not in str([entry.data for entry in AuditEntry.objects.all()])


def test_a_card_shows_people_masked(clerk: Actor, district: District) -> None:
    home = actions.create_household(
        clerk, place_id=district.id("yard1"), building="3", unit_no="2", room="501", address="电厂路9号3号楼", at=AT
    )
    actions.create_person(clerk, name="欧阳测试", household_id=home.pk, phone="13900000001", id_number=ID_NUMBER, at=AT)
    card = queries.subject_card(clerk, home.pk)
    assert card.subject.name == "3号楼2单元501"
    assert card.address == "电厂路*号*号楼"
    (line,) = card.persons
    assert (line.name, line.phone) == ("欧***", "139****0001")
    assert line.id_number == "1" + "*" * 16 + "X"
    assert [one.name for one in card.places][-2:] == ["第一网格", "电厂家属院"]


def test_a_clerk_changes_the_own_community_and_sees_no_other(
    clerk: Actor, administrator: Actor, district: District
) -> None:
    there = shop(administrator, district.id("yard4"), name="松岭茶馆")
    with pytest.raises(Problem) as refused:
        shop(clerk, district.id("yard4"))
    assert refused.value.code == "not_allowed"
    for act in (
        lambda: queries.subject_card(clerk, there.pk),
        lambda: actions.update_business(clerk, there.pk, name="x", at=AT),
        lambda: actions.close_subject(clerk, there.pk, at=AT),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "not_found"
    assert queries.search_subjects(clerk, "茶馆").rows == []


@pytest.mark.parametrize(
    ("role", "businesses", "households"),
    [
        (Role.STEWARD, 1, 1),
        (Role.CLERK, 1, 1),
        (Role.DISPATCHER, 1, 1),
        (Role.HANDLER, 1, 0),
        (Role.LEADER, 1, 0),
        (Role.DISCIPLINE, 0, 0),
        (Role.AUDITOR, 0, 0),
        (Role.SECURITY_ADMINISTRATOR, 0, 0),
    ],
)
def test_each_role_reads_what_it_works_with_within_its_place(
    district: District, role: Role, businesses: int, households: int
) -> None:
    for key in ("yard1", "yard4"):
        shop(SYSTEM, district.id(key))
        actions.create_household(SYSTEM, place_id=district.id(key), building="1", room="101", at=AT)
    actor = officer(role, district["willow"])
    assert len(queries.subjects(actor, kind="business").rows) == businesses
    assert len(queries.subjects(actor, kind="household").rows) == households
    assert queries.subjects(PUBLIC, kind="business").rows == []


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"credit_code": CREDIT_CODE[:-1] + "I"}, "credit_code", "field.invalid"),
        ({"credit_code": CREDIT_CODE}, "credit_code", "business.credit_code_taken"),
        ({"contact_phone": "无"}, "contact_phone", "field.invalid"),
        ({"address": "长" * 201}, "address", "field.too_long"),
        ({"name": "店\u202e名"}, "name", "field.control_characters"),
        ({"place_id": 10**9}, None, "not_found"),
    ],
)
def test_a_card_with_a_wrong_value_is_refused_at_the_field(
    administrator: Actor, district: District, facts: dict[str, object], field: str | None, code: str
) -> None:
    shop(administrator, district.id("yard1"), credit_code=CREDIT_CODE)
    with pytest.raises(Problem) as refused:
        actions.create_business(administrator, **{"name": "新店", "place_id": district.id("yard1"), "at": AT, **facts})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Subject.objects.count() == 1


def test_an_update_names_its_columns_in_the_audit_and_nothing_else(clerk: Actor, district: District) -> None:
    made = shop(clerk, district.id("yard1"), employees=3)
    actions.update_business(clerk, made.pk, at=AT, contact_phone="13900000009", employees=4, name="迎春饭庄")
    entry = AuditEntry.objects.filter(verb="business.update").get()
    assert entry.data == {"columns": ["contact_phone", "employees", "name"]}
    assert [one.pk for one in queries.search_subjects(clerk, "13900000009").rows] == [made.pk]
    assert Business.objects.get().employees == 4


def test_a_household_that_moves_keeps_its_number_and_its_past(clerk: Actor, district: District) -> None:
    home = actions.create_household(
        SYSTEM, place_id=district.id("yard1"), building="3", room="501", at=AT, on=date(2025, 1, 1)
    )
    person = actions.create_person(clerk, name="郑测试", household_id=home.pk, at=AT)
    stay = actions.move_household(
        clerk, home.pk, place_id=district.id("yard3"), building="1", room="102", at=AT, on=date(2026, 2, 1)
    )
    assert (stay.place_id, stay.valid_from, stay.valid_to) == (
        district.id("yard1"), date(2025, 1, 1), date(2026, 2, 1),
    )  # fmt: skip
    card = queries.subject_card(clerk, home.pk)
    assert (card.subject.name, card.subject.place_id) == ("1号楼102", district.id("yard3"))
    assert [one.name for one in card.past_stays] == ["3号楼501"]
    assert Household.objects.get().room == "102"
    assert queries.subject_card(clerk, person.pk).subject.place_id == district.id("yard3")


def test_two_households_do_not_share_a_door(clerk: Actor, district: District) -> None:
    door = {"place_id": district.id("yard1"), "building": "3", "room": "501", "at": AT}
    first = actions.create_household(clerk, **door)
    with pytest.raises(Problem) as refused:
        actions.create_household(clerk, **door)
    assert refused.value.code == "household.door_taken"
    Subject.objects.filter(pk=first.pk).update(valid_from=date(2026, 1, 1))
    actions.close_subject(clerk, first.pk, at=AT)
    assert actions.create_household(clerk, **door).name == first.name
    with pytest.raises(Problem) as refused:
        actions.update_household(clerk, first.pk, members=2, at=AT)
    assert refused.value.code == "subject.closed"


def test_one_person_has_one_card(clerk: Actor, district: District) -> None:
    def person(number: str) -> Subject:
        return actions.create_person(clerk, name="郑测试", place_id=district.id("yard1"), id_number=number, at=AT)

    first = person(ID_NUMBER)
    assert first.name == "郑**"
    with pytest.raises(Problem) as refused:
        person(ID_NUMBER.lower())
    assert refused.value.code == "person.known"
    assert [one.pk for one in queries.search_subjects(clerk, ID_NUMBER).rows] == [first.pk]
    actions.update_person(clerk, first.pk, name="郑更名", phone="13900000001", at=AT)
    assert Person.objects.get().name == "郑更名"


def test_a_person_goes_to_another_household_or_to_none(clerk: Actor, district: District) -> None:
    yard = district.id("yard1")
    old, new = (actions.create_household(clerk, place_id=yard, building="3", room=room, at=AT) for room in ("1", "2"))
    person = actions.create_person(clerk, name="郑测试", household_id=old.pk, at=AT)
    actions.update_person(clerk, person.pk, household_id=new.pk, at=AT)
    assert Person.objects.get().household_id == new.pk
    assert queries.household_at(clerk, yard, "3号楼2") == new and queries.household_at(clerk, yard, "3号楼9") is None
    actions.update_person(clerk, person.pk, place_id=district.id("yard3"), at=AT)
    alone = Person.objects.get()
    assert (alone.household_id, alone.subject.place_id) == (None, district.id("yard3"))
    with pytest.raises(Problem) as refused:
        actions.update_person(clerk, person.pk, place_id=district.id("yard4"), at=AT)
    assert refused.value.code == "not_allowed"


def test_a_registration_lasts_a_day_at_least(clerk: Actor, district: District) -> None:
    made = shop(clerk, district.id("yard1"))
    with pytest.raises(Problem) as refused:
        actions.close_subject(clerk, made.pk, at=AT)
    assert (refused.value.code, refused.value.field) == ("subject.too_new", "on")
    assert actions.close_subject(clerk, made.pk, at=AT + timedelta(days=1)).valid_to is not None


def test_the_same_details_are_one_contact_and_others_are_another(db: None) -> None:
    def contact(**facts: str) -> Contact:
        return actions.record_contact(
            actions.contact_with(**{"name": "郑测试", "phone": "13900000001", **facts}, at=AT)
        )

    first = contact()
    assert contact(phone="139 0000 0001").pk == first.pk
    stranger = contact(email="somebody@example.org")
    assert stranger.pk != first.pk
    assert Contact.objects.get(pk=first.pk).email == ""
    assert {one.pk for one in queries.contacts_of_phone("13900000001")} == {first.pk, stranger.pk}
    assert queries.last4_matches(first, "0001") and not queries.last4_matches(first, "0002")
    nameless = contact(name="", phone="")
    assert not queries.last4_matches(nameless, "")


@pytest.mark.parametrize("facts", [{"phone": "abc"}, {"email": "a@b"}, {"email": "a b@c.org"}])
def test_a_contact_that_cannot_be_reached_is_refused(db: None, facts: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        actions.record_contact(actions.contact_with(**{"name": "郑测试", "phone": "", **facts}, at=AT))
    assert refused.value.code == "field.invalid"


def test_recording_a_contact_costs_one_query_new_or_known(db: None) -> None:
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            contact = actions.record_contact(
                actions.contact_with(name="郑测试", phone="13900000001", at=AT, consent=True)
            )
        statements = [one["sql"] for one in queries_made if one["sql"].startswith(("INSERT", "SELECT", "UPDATE"))]
        assert len(statements) == 1
        assert Contact.objects.get(pk=contact.pk).name == "郑测试"


def test_lists_and_cards_cost_the_same_however_much_they_show(
    administrator: Actor, clerk: Actor, district: District, django_assert_num_queries: object
) -> None:
    for number in range(12):
        home = actions.create_household(SYSTEM, place_id=district.id("yard1"), building="1", room=str(number), at=AT)
        actions.create_person(SYSTEM, name="郑测试", household_id=home.pk, at=AT)
        actions.create_person(SYSTEM, name="钱测试", household_id=home.pk, at=AT)
    for actor in (administrator, clerk):
        with django_assert_num_queries(1):  # type: ignore[operator]
            rows = queries.subjects(actor, kind="household").rows
            assert len({one.place.name for one in rows if one.place}) == 1
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert len(queries.search_subjects(actor, "1号楼", size=5).rows) == 5
        queries.known_places()
        with django_assert_num_queries(4):  # type: ignore[operator]
            assert len(queries.subject_card(actor, home.pk).persons) == 2
