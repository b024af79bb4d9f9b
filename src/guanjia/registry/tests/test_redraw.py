from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from guanjia.kernel.actor import SYSTEM, Actor, Role
from guanjia.kernel.problems import Problem
from guanjia.registry import actions, queries
from guanjia.registry.actions import GridPart
from guanjia.registry.models import Officer, Place, Post, PostHolding, Subject
from guanjia.registry.tests.conftest import AT, TODAY, District, square

Settle = Callable[..., tuple[Officer, Post]]


@pytest.fixture
def steward_of(district: District) -> Settle:
    """An officer holding a steward's post for a place."""
    unit = actions.create_unit(SYSTEM, "community_committee", name="柳荫社区居委会", at=AT)

    def settle(key: str, name: str) -> tuple[Officer, Post]:
        day = date(2026, 1, 1)
        Place.objects.filter(pk=district.id(key)).update(valid_from=day)
        unit.valid_from = day
        unit.save()
        person = actions.create_officer(SYSTEM, unit.pk, name=name, staff_number=name, at=AT)
        post = actions.create_post(
            SYSTEM, unit.pk, role=Role.STEWARD, place_id=district.id(key), title="服务管家", at=AT, on=day
        )
        actions.appoint_officer(SYSTEM, person.pk, post_id=post.pk, at=AT, on=day)
        return person, post

    return settle


def parts(district: District) -> list[GridPart]:
    return [
        GridPart("南网格", [district.id("yard1")], square(110.0, 30.0, 0.005)),
        GridPart("北网格", [district.id("yard2")]),
    ]


def test_a_split_grid_ends_and_its_courtyards_go_on_in_the_new_ones(administrator: Actor, district: District) -> None:
    change = actions.split_grid(administrator, district.id("w1"), parts=parts(district), at=AT)
    south, north = change.new
    assert change.heir == {
        district.id("yard1"): south.pk,
        district.id("yard2"): north.pk,
        district.id("w1"): south.pk,
    }
    assert district["w1"].valid_to == TODAY
    assert district["yard1"].path == f"{south.path}{district.id('yard1')}/"
    assert queries.place_as_of(district.id("yard1"), date(2026, 11, 19)).names[-2] == "第一网格"
    assert [one.pk for one in queries.heirs(district.id("w1"))] == [south.pk, north.pk]


def test_a_split_must_say_where_every_courtyard_goes(administrator: Actor, district: District) -> None:
    both, none = parts(district), parts(district)
    both[1] = GridPart("北网格", [district.id("yard2"), district.id("yard1")])
    none[1] = GridPart("北网格", [])
    for given in (both, none):
        with pytest.raises(Problem) as refused:
            actions.split_grid(administrator, district.id("w1"), parts=given, at=AT)
        assert refused.value.code == "place.not_covered"
    assert district["w1"].valid_to is None


def test_what_stands_in_a_split_grid_goes_where_its_point_lies(administrator: Actor, district: District) -> None:
    def shop(name: str, lon: float | None, lat: float | None) -> Subject:
        return actions.create_business(SYSTEM, name=name, place_id=district.id("w1"), lon=lon, lat=lat, at=AT)

    south, north, nowhere = shop("面馆", 110.001, 30.001), shop("书店", 110.002, 30.008), shop("货郎", None, None)
    given = [
        GridPart("北网格", [district.id("yard2")], square(110.0, 30.005, 0.005)),
        GridPart("南网格", [district.id("yard1")], square(110.0, 30.0, 0.005)),
    ]
    change = actions.split_grid(administrator, district.id("w1"), parts=given, at=AT)
    first, second = (one.pk for one in change.new)
    assert change.subjects == {south.pk: second, north.pk: first, nowhere.pk: first}
    assert Subject.objects.get(pk=south.pk).place_id == second


def test_posts_of_a_split_grid_go_on_in_each_part_with_their_holders(
    administrator: Actor, district: District, steward_of: Settle
) -> None:
    person, post = steward_of("w1", "周测试")
    change = actions.split_grid(administrator, district.id("w1"), parts=parts(district), at=AT)
    held = PostHolding.objects.filter(officer=person, valid_to__isnull=True).select_related("post")
    assert {one.post.place_id for one in held} == {one.pk for one in change.new}
    assert set(change.posts[post.pk]) == {one.post_id for one in held}
    assert [one.officer for one in queries.holders(TODAY, role=Role.STEWARD, place=district["yard2"])] == [person]
    ended = PostHolding.objects.get(officer=person, post=post)
    assert ended.valid_to == TODAY


def test_merged_grids_become_one_with_all_courtyards_and_holders(
    administrator: Actor, district: District, steward_of: Settle
) -> None:
    people = {steward_of("w1", "周测试")[0], steward_of("w2", "吴测试")[0]}
    change = actions.merge_grids(administrator, [district.id("w1"), district.id("w2")], name="柳荫网格", at=AT)
    (grid,) = change.new
    yards = queries.children(grid.pk).rows
    assert {one.name for one in yards} == {"电厂家属院", "桃李园", "清泉里"}
    assert grid.planned_households == 580
    assert (grid.min_lon, grid.max_lon) == (110.0, 110.02)
    assert {one.officer for one in queries.holders(TODAY, place=grid)} == people


def test_only_grids_of_one_community_merge(administrator: Actor, district: District) -> None:
    with pytest.raises(Problem) as refused:
        actions.merge_grids(administrator, [district.id("w1"), district.id("l1")], name="x", at=AT)
    assert refused.value.code == "place.different_parents"
    with pytest.raises(Problem) as refused:
        actions.merge_grids(administrator, [district.id("w1")], name="x", at=AT)
    assert refused.value.code == "field.invalid"


def test_households_follow_their_merged_courtyards(administrator: Actor, district: District) -> None:
    home = actions.create_household(SYSTEM, place_id=district.id("yard1"), building="3", room="501", at=AT)
    change = actions.merge_courtyards(
        administrator, [district.id("yard1"), district.id("yard2")], name="桃李光明苑", at=AT
    )
    (yard,) = change.new
    assert change.subjects == {home.pk: yard.pk}
    assert queries.locate_address("电厂家属院3号楼")[0].place.pk == yard.pk


def test_a_redrawn_grid_takes_and_gives_courtyards_and_stays_itself(administrator: Actor, district: District) -> None:
    change = actions.redraw_grid(
        administrator,
        district.id("w1"),
        takes=[district.id("yard3")],
        gives={district.id("yard2"): district.id("w2")},
        at=AT,
    )
    assert change.heir == {district.id("yard3"): district.id("w1"), district.id("yard2"): district.id("w2")}
    assert district["w1"].valid_to is None
    assert district["yard3"].parent_id == district.id("w1")
    assert district["yard2"].path.startswith(district["w2"].path)
    with pytest.raises(Problem) as refused:
        actions.redraw_grid(administrator, district.id("w1"), takes=[district.id("yard4")], at=AT)
    assert refused.value.code == "place.different_parents"


def test_a_shop_follows_the_line_that_is_drawn_past_it(administrator: Actor, district: District) -> None:
    shop = actions.create_business(SYSTEM, name="街角店", place_id=district.id("w1"), lon=110.009, lat=30.009, at=AT)
    narrow, wide = square(110.0, 30.0, 0.008), square(110.008, 30.0, 0.011)
    actions.redraw_grid(administrator, district.id("w1"), boundary=narrow, at=AT)
    change = actions.redraw_grid(administrator, district.id("w2"), boundary=wide, at=AT)
    assert change.subjects == {shop.pk: district.id("w2")}


def test_lines_that_cover_a_neighbour_are_refused(administrator: Actor, district: District) -> None:
    with pytest.raises(Problem) as refused:
        actions.redraw_grid(administrator, district.id("w1"), boundary=square(110.005, 30.0), at=AT)
    assert refused.value.code == "place.overlap"
    assert refused.value.params["percent"] == 50
