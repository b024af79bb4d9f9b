"""Where the places lie: an outline cut into ever smaller parts that tile it without gap or overlap.

The cuts are straight and the parts convex, so that a cut always gives two; a smooth bending of the whole plane
afterwards makes the borders irregular and keeps every shared border shared.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from guanjia.demo.scale import shares

#: The middle of the invented district, in degrees, and its size in kilometres.
CENTRE = (111.62, 32.94)
WIDTH, HEIGHT = 11.2, 9.6
KM_PER_DEGREE = 111.2
#: Borders are drawn with a point each so many kilometres, and to 10 cm.
STEP, DECIMALS = 0.12, 6


@dataclass(slots=True)
class Part:
    """A piece of land and what it is cut into; `shape` is in degrees once bent."""

    shape: Polygon
    parts: list[Part] = field(default_factory=list)


def lay_out(chance: random.Random, counts: Sequence[int]) -> Part:
    """A district with so many parts on each level below it: streets, communities, grids, courtyards."""
    root = Part(_outline(chance))
    level = [root]
    for count in counts:
        weights = [part.shape.area * chance.uniform(0.75, 1.3) for part in level]
        for part, pieces in zip(level, shares(count, weights), strict=True):
            part.parts = [Part(shape) for shape in _cut(chance, part.shape, pieces)]
        level = [below for part in level for below in part.parts]
    _bend(root, level)
    return root


def _outline(chance: random.Random) -> Polygon:
    corners = [
        (math.cos(angle) * WIDTH / 2 * (far := chance.uniform(0.86, 1.0)), math.sin(angle) * HEIGHT / 2 * far)
        for angle in (math.tau * (turn + chance.uniform(-0.3, 0.3)) / 16 for turn in range(16))
    ]
    outline = Polygon(corners).convex_hull
    assert isinstance(outline, Polygon)
    return outline


def _cut(chance: random.Random, whole: Polygon, count: int) -> list[Polygon]:
    if count == 1:
        return [whole]
    first = count // 2 if count < 4 else max(1, min(count - 1, round(count * chance.uniform(0.38, 0.62))))
    share = first / count * chance.uniform(0.88, 1.12)
    left, right = _halves(chance, whole, min(max(share, 0.12), 0.88))
    return _cut(chance, left, first) + _cut(chance, right, count - first)


def _halves(chance: random.Random, whole: Polygon, share: float) -> tuple[Polygon, Polygon]:
    """Cut across the longer side, a little askew; the first part has about `share` of the area."""
    box = shapely.minimum_rotated_rectangle(whole)
    a, b, c = (np.array(point) for point in list(box.exterior.coords)[:3])
    along = b - a if np.hypot(*(b - a)) >= np.hypot(*(c - b)) else c - b
    direction = math.atan2(along[1], along[0]) + chance.uniform(-0.22, 0.22)
    axis = np.array([math.cos(direction), math.sin(direction)])
    across = np.array([-axis[1], axis[0]])
    reach = np.array(whole.exterior.coords) @ axis
    low, high = float(reach.min()), float(reach.max())
    parts = (whole, whole)
    for _ in range(18):
        middle = (low + high) / 2
        parts = _sides(whole, axis, across, middle)
        if parts[0].area < share * whole.area:
            low = middle
        else:
            high = middle
    return parts


def _sides(whole: Polygon, axis: np.ndarray, across: np.ndarray, at: float) -> tuple[Polygon, Polygon]:
    far, point = 4 * (WIDTH + HEIGHT), axis * at
    ends = [point + across * far, point - across * far]
    before = Polygon([*ends, ends[1] - axis * far, ends[0] - axis * far])
    after = Polygon([*ends, ends[1] + axis * far, ends[0] + axis * far])
    return whole.intersection(before), whole.intersection(after)


def _bend(root: Part, leaves: list[Part]) -> None:
    """Bend all borders at once: each stretch of border is made once, so neighbours keep the same points."""
    lines = shapely.line_merge(shapely.unary_union([leaf.shape.exterior for leaf in leaves], grid_size=1e-4))
    pieces = [LineString(_degrees(np.array(line.segmentize(STEP).coords))) for line in shapely.get_parts(lines)]
    faces = list(shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(shapely.union_all(pieces))))))
    tree = shapely.STRtree(faces)
    for leaf in leaves:
        inside = shapely.Point(_degrees(np.array([leaf.shape.centroid.coords[0]]))[0])
        (found,) = tree.query(inside, predicate="within")
        leaf.shape = faces[int(found)]
    _join(root)


def _join(part: Part) -> Polygon:
    if part.parts:
        part.shape = shapely.union_all([_join(below) for below in part.parts])
    return part.shape


def _degrees(points: np.ndarray) -> np.ndarray:
    """Kilometres from the middle → degrees, bent by a few gentle waves (the steepest turns by less than a fifth)."""
    x, y = points[:, 0], points[:, 1]
    east = x + 0.20 * np.sin(1.1 * y + 0.4) + 0.05 * np.sin(3.1 * y + 1.3 * x) + 0.018 * np.sin(9.0 * y)
    north = y + 0.18 * np.sin(0.9 * x + 1.1) + 0.05 * np.sin(2.7 * x - 1.1 * y) + 0.018 * np.sin(8.0 * x)
    lon = CENTRE[0] + east / (KM_PER_DEGREE * math.cos(math.radians(CENTRE[1])))
    lat = CENTRE[1] + north / KM_PER_DEGREE
    return np.stack([lon, lat], axis=1).round(DECIMALS)


def scatter(chance: random.Random, shape: Polygon, count: int) -> list[tuple[float, float]]:
    """So many points inside, not on the border."""
    numbers = np.random.default_rng(chance.getrandbits(64))
    west, south, east, north = shape.bounds
    found: list[tuple[float, float]] = []
    shapely.prepare(shape)
    while len(found) < count:
        tries = 2 * (count - len(found)) + 8
        points = numbers.uniform((west, south), (east, north), (tries, 2)).round(DECIMALS)
        kept = points[shapely.contains_xy(shape, points[:, 0], points[:, 1])]
        found += [(float(lon), float(lat)) for lon, lat in kept[: count - len(found)]]
    return found
