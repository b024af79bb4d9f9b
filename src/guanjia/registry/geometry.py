"""Outlines and points. Inside everything is WGS-84 (for our accuracy the same as CGCS2000); GCJ-02, the
shifted system of Chinese web maps, exists only at the edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from guanjia.kernel.text import gettext_noop as _

GeoJSON = dict[str, Any]
Point = tuple[float, float]

#: About 10 cm: finer is noise, and makes every page heavier.
_DECIMALS = 6


class BadOutline(ValueError):
    """`message` is a msgid."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Extent:
    """The columns that a place keeps beside its boundary, in degrees."""

    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float
    centre_lon: float
    centre_lat: float

    def as_columns(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__slots__}


def read_outline(data: Mapping[str, Any]) -> BaseGeometry:
    """A polygon or multipolygon from a GeoJSON geometry (or a Feature that holds one). Raises BadOutline."""
    if data.get("type") == "Feature":
        data = data.get("geometry") or {}
    if data.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadOutline(_("it is not a polygon"))
    try:
        geometry = shape(data)
    except (ValueError, TypeError, IndexError, AttributeError, shapely.GEOSException) as error:
        raise BadOutline(_("its points cannot be read")) from error
    if geometry.is_empty or geometry.area == 0:
        raise BadOutline(_("it encloses nothing"))
    if not geometry.is_valid:
        raise BadOutline(_("its lines cross each other"))
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadOutline(_("its points are not degrees of longitude and latitude"))
    return geometry


def write_outline(geometry: BaseGeometry) -> GeoJSON:
    rounded = shapely.transform(geometry, lambda points: points.round(_DECIMALS))
    return _as_lists(mapping(rounded if rounded.is_valid else geometry))


def _as_lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_lists(one) for key, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, list | tuple) else value


def extent(geometry: BaseGeometry) -> Extent:
    inside = geometry.representative_point()
    west, south, east, north = (round(value, _DECIMALS) for value in geometry.bounds)
    return Extent(west, south, east, north, round(inside.x, _DECIMALS), round(inside.y, _DECIMALS))


def simplified(data: GeoJSON, metres: float) -> GeoJSON:
    """The same outline with fewer points, nowhere further off than `metres`: for maps of a whole district."""
    return write_outline(shape(data).simplify(metres / 111_000, preserve_topology=True))


def overlap(one: BaseGeometry, other: BaseGeometry) -> float:
    """The share (0–1) of the smaller of the two that both cover."""
    return float(one.intersection(other).area / min(one.area, other.area))


def overlapping(outlines: Sequence[BaseGeometry], *, tolerance: float = 0.01) -> list[tuple[int, int, float]]:
    """Pairs (index, index, share) that overlap by more than `tolerance` of the smaller one."""
    tree = shapely.STRtree(list(outlines))
    pairs = []
    for left, right in tree.query(list(outlines), predicate="intersects").T.tolist():
        if left < right and (share := overlap(outlines[left], outlines[right])) > tolerance:
            pairs.append((left, right, share))
    return pairs


# GCJ-02

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323


def _in_china(lon: float, lat: float) -> bool:
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _shift(lon: float, lat: float) -> Point:
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = lat / 180.0 * math.pi
    curve = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    north = north * 180.0 / ((_AXIS * (1 - _ECCENTRICITY)) / (curve * math.sqrt(curve)) * math.pi)
    east = east * 180.0 / (_AXIS / math.sqrt(curve) * math.cos(radians) * math.pi)
    return east, north


def to_gcj02(lon: float, lat: float) -> Point:
    """WGS-84 → GCJ-02, as the published approximation has it; nothing is shifted outside China."""
    if not _in_china(lon, lat):
        return lon, lat
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def from_gcj02(lon: float, lat: float) -> Point:
    """GCJ-02 → WGS-84, to within a millimetre of inverting `to_gcj02` (four rounds of correction)."""
    if not _in_china(lon, lat):
        return lon, lat
    guess = (lon, lat)
    for _round in range(4):
        shifted = to_gcj02(*guess)
        guess = (guess[0] + lon - shifted[0], guess[1] + lat - shifted[1])
    return guess


def outline_from_gcj02(data: GeoJSON) -> GeoJSON:
    return write_outline(_each_point(shape(data), from_gcj02))


def outline_to_gcj02(data: GeoJSON) -> GeoJSON:
    return write_outline(_each_point(shape(data), to_gcj02))


def _each_point(geometry: BaseGeometry, convert: Any) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: [convert(*point) for point in points.tolist()])


def points(pairs: Iterable[Point]) -> Any:
    return shapely.points(list(pairs))
