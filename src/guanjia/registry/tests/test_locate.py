from __future__ import annotations

from datetime import date

from guanjia.kernel.actor import SYSTEM
from guanjia.registry import queries, stamps
from guanjia.registry.actions import set_boundary
from guanjia.registry.tests.conftest import AT, FOUNDED, TODAY, District, square


def name_at(lon: float, lat: float, on: date = TODAY) -> str | None:
    found = queries.locate_point(lon, lat, on)
    return found.name if found else None


def test_a_point_belongs_to_the_smallest_place_around_it(district: District) -> None:
    assert name_at(110.002, 30.002) == "电厂家属院"
    assert name_at(110.009, 30.009) == "第一网格"
    assert name_at(110.09, 30.09) == "青禾区"
    assert name_at(111.0, 30.0) is None
    assert name_at(110.002, 30.002, on=date(2023, 12, 31)) is None


def test_a_point_on_a_line_belongs_to_one_of_its_sides_always_the_same(district: District) -> None:
    found = {queries.locate_many([(110.01, 30.0095)], TODAY)[0] for _time in range(3)}
    assert found == {district.id("w1")}


def test_many_points_are_located_as_each_one_alone(district: District) -> None:
    points = [(110 + x / 500, 30 + y / 500) for x in range(60) for y in range(10)]
    together = queries.locate_many(points, TODAY)
    alone = [queries.locate_point(*point, TODAY) for point in points[::37]]
    assert together[::37] == [one.pk if one else None for one in alone]
    assert queries.locate_many([], TODAY) == []
    assert len(set(together)) > 5


def test_locating_costs_one_query_for_many_points_and_two_for_one(
    district: District, django_assert_num_queries: object
) -> None:
    queries.locate_point(110.002, 30.002, TODAY)
    queries.locate_address("桃李园")
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.locate_many([(110.002, 30.002)] * 500, TODAY)
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.locate_point(110.002, 30.002, TODAY)
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.locate_address("柳荫社区桃李园3号楼")


def test_what_is_kept_in_memory_changes_with_the_places(district: District) -> None:
    assert name_at(110.015, 30.0085) == "第二网格"
    set_boundary(SYSTEM, district.id("yard3"), boundary=square(110.011, 30.001, 0.008), at=AT)
    assert name_at(110.015, 30.0085) == "清泉里"


def test_an_address_leads_to_a_courtyard_with_its_reasons(district: District) -> None:
    best = queries.locate_address("东桥街道柳荫社区居委会旁边桃李园２号楼漏水")[0]
    assert best.place.pk == district.id("yard2")
    assert best.why == ("东桥街道", "柳荫社区", "桃李园")
    assert queries.locate_address("建设路12号门口")[0].place.pk == district.id("yard1")
    namesakes = queries.locate_address("桃李园")
    assert {one.place.pk for one in namesakes} == {district.id("yard2"), district.id("yard4")}
    assert queries.locate_address("😀") == []


def test_the_tree_is_read_once_while_no_place_changes(district: District, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # the places, and whether they changed
        (root,) = queries.place_tree()
        drawn = {street.place.name: [one.place.name for one in street.children] for street in root.children}
    assert drawn == {"东桥街道": ["柳荫社区", "荷塘社区"], "西桥街道": ["松岭社区"]}
    root = district["w1"]
    stamps.bump(stamps.PLACES)
    queries.known_places()
    with django_assert_num_queries(1):  # type: ignore[operator]  # whether they changed
        (grid,) = queries.place_tree(root, down_to="courtyard")
        assert len(grid.children) == 2
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.places_as_of(FOUNDED)) == len(district.places)


def test_children_come_page_by_page_now_and_on_a_day(district: District) -> None:
    first = queries.children(district.id("willow"), size=1)
    second = queries.children(district.id("willow"), size=1, cursor=first.next)
    assert [one.name for one in [*first.rows, *second.rows]] == ["第一网格", "第二网格"]
    assert second.next is None
    assert queries.children(district.id("willow"), on=date(2023, 1, 1)).rows == []


def test_outlines_for_a_map_are_those_within_its_window(district: District) -> None:
    found = queries.outlines(kind="grid", box=(110.0, 30.0, 110.015, 30.01))
    assert {one.pk for one in found} == {district.id("w1"), district.id("w2")}
    assert [one.pk for one in queries.outlines(kind="grid", root=district["west"])] == [district.id("p1")]
