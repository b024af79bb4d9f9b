from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from guanjia.kernel.actor import PUBLIC, SYSTEM, Actor, Role
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.registry import actions, queries
from guanjia.registry.models import Officer, Post, PostHolding, Subject, Unit
from guanjia.registry.tests.conftest import AT, TODAY, District


@pytest.fixture
def unit(district: District) -> Unit:
    return actions.create_unit(
        SYSTEM, "street_office", name="东桥街道办事处", short_name="东桥街道", place_id=district.id("east"), at=AT,
        on=date(2025, 1, 1),
    )  # fmt: skip


def officer(unit: Unit, number: str) -> Officer:
    return actions.create_officer(
        SYSTEM, unit.pk, name=f"测试{number}", staff_number=number, mobile="139 0000 0001", at=AT
    )


def post(unit: Unit, district: District, key: str, title: str = "服务管家") -> Post:
    return actions.create_post(
        SYSTEM, unit.pk, role=Role.STEWARD, place_id=district.id(key), title=title, at=AT, on=date(2025, 1, 1)
    )


def test_the_unit_of_a_place_is_its_own_or_the_nearest_above(district: District, unit: Unit) -> None:
    community = actions.create_unit(SYSTEM, "street_office", name="柳荫服务站", place_id=district.id("willow"), at=AT)
    assert queries.unit_for_place(district["yard1"], "street_office", TODAY) == community
    assert queries.unit_for_place(district["l1"], "street_office", TODAY) == unit
    assert queries.unit_for_place(district["p1"], "street_office", TODAY) is None
    assert queries.unit_for_place(district["yard1"], "street_office", date(2026, 1, 1)) == unit


def test_an_appointment_counts_from_its_day_to_its_end(district: District, unit: Unit) -> None:
    person, held = officer(unit, "1"), post(unit, district, "willow")
    actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT, on=date(2026, 1, 1))
    actions.relieve_officer(SYSTEM, person.pk, post_id=held.pk, at=AT, on=date(2026, 3, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [len(queries.holders(on, post_id=held.pk)) for on in days] == [0, 1, 1, 0]


def test_nobody_holds_a_post_twice_at_once(district: District, unit: Unit) -> None:
    person, held = officer(unit, "1"), post(unit, district, "willow")
    actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    with pytest.raises(Problem) as refused:
        actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    assert refused.value.code == "post.already_held"
    actions.relieve_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    with pytest.raises(Problem) as refused:
        actions.relieve_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    assert refused.value.code == "post.not_held"


def test_holders_of_a_role_come_nearest_first(district: District, unit: Unit) -> None:
    for number, key in enumerate(("district", "w1", "willow", "l1")):
        person = officer(unit, str(number))
        held = post(unit, district, key)
        actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    found = queries.holders(TODAY, role=Role.STEWARD, place=district["yard1"])
    assert [one.post.place.name for one in found] == ["第一网格", "柳荫社区", "青禾区"]


def test_a_successor_takes_over_every_post_and_the_one_who_leaves_holds_none(
    administrator: Actor, district: District, unit: Unit
) -> None:
    old, new = officer(unit, "1"), officer(unit, "2")
    posts = [post(unit, district, key) for key in ("w1", "w2")]
    for held in posts:
        actions.appoint_officer(SYSTEM, old.pk, post_id=held.pk, at=AT, on=date(2026, 1, 1))
    actions.appoint_officer(SYSTEM, new.pk, post_id=posts[0].pk, at=AT)
    change = actions.replace_officer(administrator, old.pk, new.pk, leaves=True, at=AT)
    assert list(change.posts) == posts
    current = PostHolding.objects.filter(valid_to__isnull=True)
    assert set(current.values_list("officer_id", "post_id")) == {(new.pk, held.pk) for held in posts}
    with pytest.raises(Problem) as refused:
        actions.appoint_officer(SYSTEM, old.pk, post_id=posts[0].pk, at=AT)
    assert refused.value.code == "officer.inactive"


def test_a_unit_closes_when_it_is_empty(administrator: Actor, district: District, unit: Unit) -> None:
    held = post(unit, district, "willow")
    with pytest.raises(Problem) as refused:
        actions.close_unit(administrator, unit.pk, at=AT)
    assert refused.value.code == "unit.in_use"
    actions.close_post(administrator, held.pk, at=AT)
    assert actions.close_unit(administrator, unit.pk, at=AT).valid_to == TODAY
    assert queries.units().rows == []


def test_staff_numbers_are_unique_and_mobiles_must_be_phones(unit: Unit) -> None:
    taken = officer(unit, "7")
    for facts, code in (
        ({"staff_number": "7"}, "officer.staff_number_taken"),
        ({"staff_number": "8", "mobile": "12"}, "field.invalid"),
    ):
        with pytest.raises(Problem) as refused:
            actions.create_officer(SYSTEM, unit.pk, name="另一位", at=AT, **facts)
        assert refused.value.code == code
    assert taken.mobile == "13900000001"
    assert Officer.objects.get(mobile_index=taken.mobile_index) == taken


def test_the_staff_list_is_for_staff(administrator: Actor, unit: Unit) -> None:
    people = [officer(unit, str(number)) for number in range(3)]
    assert {one.pk for one in queries.officers(administrator).rows} == {one.pk for one in people}
    assert [one.staff_number for one in queries.officers(administrator, text="测试1").rows] == ["1"]
    assert queries.officers(PUBLIC).rows == []


def test_a_unit_is_renamed_and_the_record_keeps_the_former_name(administrator: Actor, unit: Unit) -> None:
    changed = actions.update_unit(administrator, unit.pk, name="东桥街道服务中心", phone="0000-1234567", at=AT)
    assert (changed.name, changed.short_name, changed.phone) == ("东桥街道服务中心", "东桥街道", "00001234567")
    entry = AuditEntry.objects.get(verb="unit.update")
    assert (entry.data["old"], entry.data["new"]) == ("东桥街道办事处", "东桥街道服务中心")


def test_no_unit_takes_the_name_of_another_or_stands_below_itself(unit: Unit) -> None:
    below = actions.create_unit(SYSTEM, "team", name="东桥巡查队", parent_id=unit.pk, at=AT)
    for changes, code in (
        ({"name": "东桥巡查队"}, "unit.name_taken"),
        ({"parent_id": below.pk}, "unit.below_itself"),
        ({"parent_id": unit.pk}, "unit.below_itself"),
        ({"kind": "club"}, "field.invalid"),
    ):
        with pytest.raises(Problem) as refused:
            actions.update_unit(SYSTEM, unit.pk, at=AT, **changes)
        assert refused.value.code == code
    assert Unit.objects.get(pk=unit.pk).parent_id is None


def test_a_unit_with_people_stays_and_an_ended_one_takes_nobody(administrator: Actor, unit: Unit) -> None:
    person = officer(unit, "1")
    other = actions.create_unit(SYSTEM, "department", name="档案室", at=AT)
    with pytest.raises(Problem) as refused:
        actions.close_unit(administrator, unit.pk, at=AT)
    assert refused.value.code == "unit.in_use"
    actions.update_officer(administrator, person.pk, unit_id=other.pk, at=AT)
    actions.close_unit(administrator, unit.pk, at=AT)
    with pytest.raises(Problem) as refused:
        actions.update_officer(administrator, person.pk, unit_id=unit.pk, at=AT)
    assert refused.value.code == "unit.closed"


def test_nobody_takes_a_post_that_has_ended(district: District, unit: Unit) -> None:
    person, held = officer(unit, "1"), post(unit, district, "willow")
    actions.close_post(SYSTEM, held.pk, at=AT)
    with pytest.raises(Problem) as refused:
        actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    assert refused.value.code == "post.closed"


def test_a_new_number_is_found_and_the_record_does_not_tell_it(administrator: Actor, unit: Unit) -> None:
    person = officer(unit, "1")
    changed = actions.update_officer(administrator, person.pk, mobile="139 0000 0009", at=AT)
    assert Officer.objects.get(mobile_index=changed.mobile_index).mobile == "13900000009"
    assert "13900000009" not in str(AuditEntry.objects.get(verb="officer.update").data)


def test_somebody_leaves_once_they_hold_no_post(administrator: Actor, district: District, unit: Unit) -> None:
    person, held = officer(unit, "1"), post(unit, district, "willow")
    actions.appoint_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    with pytest.raises(Problem) as refused:
        actions.retire_officer(administrator, person.pk, at=AT)
    assert refused.value.code == "officer.holds_posts"
    actions.relieve_officer(SYSTEM, person.pk, post_id=held.pk, at=AT)
    assert actions.retire_officer(administrator, person.pk, at=AT).active is False
    assert queries.officers(administrator).rows == []


def card_of(unit: Unit) -> tuple[str, str, int | None, date, date | None]:
    found = Subject.objects.get(unit=unit)
    return found.kind, found.name, found.place_id, found.valid_from, found.valid_to


def test_a_unit_has_a_card_that_follows_it(district: District, unit: Unit) -> None:
    assert card_of(unit) == ("unit", "东桥街道办事处", district.id("east"), date(2025, 1, 1), None)
    actions.update_unit(SYSTEM, unit.pk, name="东桥路街道办事处", place_id=district.id("willow"), at=AT)
    assert card_of(unit)[1:3] == ("东桥路街道办事处", district.id("willow"))
    actions.close_unit(SYSTEM, unit.pk, at=AT)
    assert card_of(unit)[4] == TODAY


def test_a_place_is_not_kept_open_by_the_card_of_its_unit(district: District) -> None:
    yard = actions.create_place(
        SYSTEM, "courtyard", name="新院", parent_id=district.id("l1"), at=AT, on=date(2025, 1, 1)
    )
    actions.create_unit(SYSTEM, "service", name="新院物业", place_id=yard.pk, at=AT)
    assert actions.close_place(SYSTEM, yard.pk, at=AT).valid_to is not None


@pytest.mark.django_db(transaction=True)
def test_units_of_before_there_were_cards_have_theirs_as_those_set_up_today() -> None:
    before, after = [("registry", "0002_unit_cards")], [("registry", "0003_cards_of_units")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = executor.loader.project_state(before).apps
        units = old.get_model("registry", "Unit").objects
        units.create(kind="department", name="某局", valid_from=date(2020, 1, 1), valid_to=date(2024, 1, 1))
        units.create(kind="department", name="某办", valid_from=date(2024, 1, 1))
    finally:
        MigrationExecutor(connection).migrate(after)
    cards = {unit.name: card_of(unit) for unit in Unit.objects.all()}
    assert cards == {
        "某局": ("unit", "某局", None, date(2020, 1, 1), date(2024, 1, 1)),
        "某办": ("unit", "某办", None, date(2024, 1, 1), None),
    }
