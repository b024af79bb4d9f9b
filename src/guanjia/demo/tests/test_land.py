from __future__ import annotations

import pytest
import shapely

from guanjia.demo.land import Part, lay_out, scatter
from guanjia.demo.scale import FULL, chance, shares, size

COUNTS = (3, 8, 20, 70)


def levels(root: Part) -> list[list[Part]]:
    found = [[root]]
    for _ in COUNTS:
        found.append([below for part in found[-1] for below in part.parts])
    return found


def test_each_level_tiles_the_district_without_gap_or_overlap() -> None:
    root = lay_out(chance(1, "land"), COUNTS)
    for parts, count in zip(levels(root)[1:], COUNTS, strict=True):
        shapes = [part.shape for part in parts]
        assert len(shapes) == count
        assert all(shape.geom_type == "Polygon" and shape.is_valid for shape in shapes)
        assert shapely.coverage_is_valid(shapes)
        assert shapely.union_all(shapes).equals(root.shape)


def test_the_same_seed_lays_out_the_same_land_and_another_seed_another() -> None:
    first, again, other = (lay_out(chance(seed, "land"), COUNTS).shape.wkt for seed in (1, 1, 2))
    assert first == again != other


def test_points_are_scattered_inside() -> None:
    shape = lay_out(chance(1, "land"), COUNTS).shape
    points = scatter(chance(1), shape, 500)
    assert len(points) == 500
    assert all(shape.contains(shapely.Point(point)) for point in points)


@pytest.mark.parametrize(("total", "weights"), [(10, [1.0, 1.0, 1.0]), (1063, [0.5, 3.0, 1.2]), (2, [1.0, 5.0, 1.0])])
def test_shares_add_up_and_leave_nobody_out_where_there_is_enough(total: int, weights: list[float]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert min(parts) >= (1 if total >= len(weights) else 0)


def test_at_scale_one_the_district_is_whole() -> None:
    assert size(1.0) == FULL
    assert size(0.001).streets == 2
