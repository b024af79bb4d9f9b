from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from guanjia.registry import geometry
from guanjia.registry.tests.conftest import square

BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [1, 0], ["a", 0]]]},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Feature", "geometry": None},
        BOW_TIE,
        square(400, 30),
    ],
)
def test_what_encloses_nothing_on_earth_is_no_outline(data: dict[str, object]) -> None:
    with pytest.raises(geometry.BadOutline):
        geometry.read_outline(data)


def test_a_feature_is_read_for_its_geometry_and_written_as_lists() -> None:
    outline = geometry.read_outline({"type": "Feature", "geometry": square(110.123456789, 30)})
    written = geometry.write_outline(outline)
    assert written["coordinates"][0][0] == [110.123457, 30.0]
    assert geometry.extent(outline).min_lon == 110.123457
    assert outline.contains(shapely.Point(geometry.extent(outline).centre_lon, geometry.extent(outline).centre_lat))


def test_neighbours_that_touch_do_not_overlap_and_those_that_cover_do() -> None:
    one, beside, over = (geometry.read_outline(square(west, 30)) for west in (110.0, 110.01, 110.005))
    assert geometry.overlapping([one, beside]) == []
    assert [(a, b, round(share, 3)) for a, b, share in geometry.overlapping([one, beside, over])] == [
        (0, 2, 0.5),
        (1, 2, 0.5),
    ]


@given(st.floats(74, 134), st.floats(4, 53))
def test_the_shifted_system_is_undone_within_a_decimetre(lon: float, lat: float) -> None:
    back = geometry.from_gcj02(*geometry.to_gcj02(lon, lat))
    assert abs(back[0] - lon) < 1e-6 and abs(back[1] - lat) < 1e-6


def test_the_shift_is_that_of_the_published_formula_and_nothing_outside_the_country() -> None:
    # Tiananmen, a pair that converters are checked with.
    lon, lat = geometry.to_gcj02(116.39123343, 39.90721994)
    assert (round(lon, 4), round(lat, 4)) == (116.3975, 39.9086)
    assert geometry.to_gcj02(-71.06, 42.36) == (-71.06, 42.36)


def test_a_simplified_outline_has_fewer_points_and_the_same_shape() -> None:
    circle = geometry.write_outline(shapely.Point(110, 30).buffer(0.05, quad_segs=64))
    plain = geometry.simplified(circle, metres=50)
    assert len(plain["coordinates"][0]) < len(circle["coordinates"][0]) / 3
    one, other = geometry.read_outline(circle), geometry.read_outline(plain)
    assert geometry.overlap(one, other) > 0.99


def test_the_real_outline_in_shifted_coordinates_comes_to_lie_some_hundred_metres_off(
    shared_data: Callable[[str], Path],
) -> None:
    shifted = json.loads(shared_data("411002_weidu_GCJ02.json").read_bytes())[0]["geometry"]
    there = geometry.outline_from_gcj02(shifted)
    back = geometry.outline_to_gcj02(there)
    moved = geometry.read_outline(there).centroid.distance(geometry.read_outline(shifted).centroid) * 111_000
    assert 100 < moved < 1000
    assert geometry.overlap(geometry.read_outline(back), geometry.read_outline(shifted)) > 0.9999
