from __future__ import annotations

from datetime import date

import pytest

from guanjia.kernel.actor import PUBLIC, Actor
from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.registry import actions, queries
from guanjia.registry.models import Place, PlacePeriod
from guanjia.registry.tests.conftest import AT, FOUNDED, TODAY, District, square


def test_a_new_place_stands_under_its_parent_from_its_day(administrator: Actor, district: District) -> None:
    place = actions.create_place(
        administrator, "courtyard", name=" 新月 苑 ", parent_id=district.id("w2"), at=AT, aliases=["老粮站"]
    )
    assert (place.name, place.valid_from) == ("新月 苑", TODAY)
    assert place.path == f"{district['w2'].path}{place.pk}/"
    assert [one.name for one in queries.ancestors(place)] == ["青禾区", "东桥街道", "柳荫社区", "第二网格", "新月 苑"]
    assert AuditEntry.objects.get().verb == "place.create"
    assert OutboxMessage.objects.get().topic == "place.changed"


@pytest.mark.parametrize(
    ("kind", "parent", "name", "boundary", "code"),
    [
        ("courtyard", "willow", "新院", None, "place.wrong_level"),
        ("district", "willow", "新区", None, "place.wrong_level"),
        ("courtyard", "w1", "桃李园", None, "place.name_taken"),
        ("courtyard", "w1", " ", None, "field.missing"),
        ("courtyard", "w1", "新院", {"type": "Point", "coordinates": [1, 2]}, "place.bad_boundary"),
        ("courtyard", "w1", "新院", square(110.0055, 30.0015, 0.001), "place.overlap"),
    ],
)
def test_a_place_that_does_not_fit_is_refused_whole(
    administrator: Actor, district: District, kind: str, parent: str, name: str, boundary: object, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        actions.create_place(administrator, kind, name=name, parent_id=district.id(parent), at=AT, boundary=boundary)
    assert refused.value.code == code
    assert Place.objects.count() == len(district.places)
    assert not AuditEntry.objects.exists()


def test_only_an_administrator_changes_places(clerk: Actor, district: District) -> None:
    for actor in (clerk, PUBLIC):
        with pytest.raises(Problem) as refused:
            actions.rename_place(actor, district.id("w1"), name="别的", at=AT)
        assert refused.value.code == "not_allowed"


def test_a_renamed_place_is_found_by_both_names_and_known_by_the_old_one_before(
    administrator: Actor, district: District
) -> None:
    on = date(2025, 6, 1)
    actions.rename_place(administrator, district.id("yard1"), name="光明苑", at=AT, on=on)
    yard = district.id("yard1")
    assert queries.place_as_of(yard, date(2025, 5, 31)).name == "电厂家属院"
    assert queries.place_as_of(yard, on).name == "光明苑"
    for text in ("柳荫社区光明苑3号楼", "电厂家属院门口"):
        assert queries.locate_address(text)[0].place.pk == yard


def test_a_community_that_moves_takes_its_paths_along_and_its_past_stays(
    administrator: Actor, district: District
) -> None:
    on = date(2026, 3, 1)
    actions.move_place(administrator, district.id("willow"), parent_id=district.id("west"), at=AT, on=on)
    yard = district["yard3"]
    assert yard.path.startswith(district["west"].path)
    assert queries.ancestors(yard)[1].name == "西桥街道"
    assert queries.place_as_of(yard.pk, date(2026, 2, 28)).names[1] == "东桥街道"
    assert queries.place_as_of(yard.pk, on).names[1] == "西桥街道"
    before = {one.place_id: one.path for one in queries.places_as_of(date(2026, 2, 28))}
    after = {one.place_id: one.path for one in queries.places_as_of(on)}
    assert district["east"].path in before[yard.pk]
    assert after == {one.pk: one.path for one in Place.objects.all()}


def test_a_place_cannot_move_below_itself_nor_to_another_level(administrator: Actor, district: District) -> None:
    for parent, code in (("w1", "place.into_itself"), ("pine", "place.wrong_level")):
        with pytest.raises(Problem) as refused:
            actions.move_place(administrator, district.id("willow"), parent_id=district.id(parent), at=AT)
        assert refused.value.code == code


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2026, 11, 21)])
def test_a_change_is_neither_ahead_of_its_day_nor_before_what_it_changes(
    administrator: Actor, district: District, on: date
) -> None:
    with pytest.raises(Problem) as refused:
        actions.rename_place(administrator, district.id("w1"), name="别的", at=AT, on=on)
    assert refused.value.code == "registry.bad_day"


def test_two_changes_on_one_day_leave_one_period(administrator: Actor, district: District) -> None:
    for name in ("甲园", "乙园"):
        actions.rename_place(administrator, district.id("yard1"), name=name, at=AT)
    periods = PlacePeriod.objects.filter(place=district.id("yard1")).order_by("valid_from")
    assert [(one.name, one.valid_from, one.valid_to) for one in periods] == [
        ("电厂家属院", FOUNDED, TODAY),
        ("乙园", TODAY, None),
    ]


def test_a_place_closes_when_nothing_stands_in_it(administrator: Actor, district: District) -> None:
    with pytest.raises(Problem) as refused:
        actions.close_place(administrator, district.id("w1"), at=AT)
    assert refused.value.code == "place.has_children"
    closed = actions.close_place(administrator, district.id("yard3"), at=AT)
    assert closed.valid_to == TODAY
    with pytest.raises(Problem) as refused:
        actions.rename_place(administrator, district.id("yard3"), name="x", at=AT)
    assert refused.value.code == "place.closed"
    assert queries.place_as_of(district.id("yard3"), date(2026, 11, 19)).name == "清泉里"


def test_new_lines_count_from_their_day(administrator: Actor, district: District) -> None:
    on = date(2026, 5, 1)
    actions.set_boundary(administrator, district.id("yard1"), boundary=square(110.001, 30.005, 0.003), at=AT, on=on)
    point = (110.002, 30.002)
    before, after = queries.locate_point(*point, date(2026, 4, 30)), queries.locate_point(*point, on)
    assert before is not None and after is not None
    assert (before.name, after.name) == ("电厂家属院", "第一网格")
    assert district["yard1"].min_lat == 30.005


def test_a_code_that_is_used_again_answers_by_edition(administrator: Actor, district: District) -> None:
    give = actions.recode_place
    give(administrator, district.id("willow"), edition="2019", code="110001", at=AT, on=date(2024, 5, 1))
    give(administrator, district.id("lotus"), edition="2019", code="110002", at=AT, on=date(2024, 5, 1))
    with pytest.raises(Problem) as refused:
        give(administrator, district.id("lotus"), edition="2019", code="110001", at=AT, on=date(2024, 5, 1))
    assert refused.value.code == "place.code_taken"
    give(administrator, district.id("lotus"), edition="2020", code="110001", at=AT, on=date(2025, 5, 1))
    assert queries.code_as_of("110001", "2019").name == "柳荫社区"
    assert queries.code_as_of("110001", "2020").name == "荷塘社区"
    assert [one.place.name for one in queries.code_history("110001")] == ["柳荫社区", "荷塘社区"]
    with pytest.raises(Problem) as refused:
        queries.code_as_of("110001", "2018")
    assert refused.value.code == "place.unknown_code"
