"""A small invented district: two streets, three communities, four grids of a hundredth of a degree,
courtyards in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from guanjia.kernel.actor import Actor, ActorKind, HeldPost, Role
from guanjia.registry.bulk import PlaceRow, load_places
from guanjia.registry.models import Place

FOUNDED = date(2024, 1, 1)
#: Noon of 2026-11-20 on the district's clocks.
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def square(west: float, south: float, side: float = 0.01) -> dict[str, Any]:
    east, north = round(west + side, 6), round(south + side, 6)
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@dataclass(frozen=True)
class District:
    places: dict[str, Place]

    def __getitem__(self, key: str) -> Place:
        return Place.objects.get(pk=self.places[key].pk)

    def id(self, key: str) -> int:
        return self.places[key].pk


@pytest.fixture
def district(db: None) -> District:
    rows = [
        PlaceRow("district", "district", "青禾区", boundary=square(110.0, 30.0, 0.1)),
        PlaceRow("east", "street", "东桥街道", "district"),
        PlaceRow("west", "street", "西桥街道", "district"),
        PlaceRow("willow", "community", "柳荫社区", "east"),
        PlaceRow("lotus", "community", "荷塘社区", "east"),
        PlaceRow("pine", "community", "松岭社区", "west"),
        PlaceRow("w1", "grid", "第一网格", "willow", square(110.00, 30.0), planned_households=300),
        PlaceRow("w2", "grid", "第二网格", "willow", square(110.01, 30.0), planned_households=280),
        PlaceRow("l1", "grid", "第一网格", "lotus", square(110.02, 30.0)),
        PlaceRow("p1", "grid", "第一网格", "pine", square(110.05, 30.0)),
        PlaceRow("yard1", "courtyard", "电厂家属院", "w1", square(110.001, 30.001, 0.003), aliases=["建设路12号"]),
        PlaceRow("yard2", "courtyard", "桃李园", "w1", square(110.005, 30.001, 0.003)),
        PlaceRow("yard3", "courtyard", "清泉里", "w2", square(110.011, 30.001, 0.003)),
        PlaceRow("yard4", "courtyard", "桃李园", "p1", square(110.051, 30.001, 0.003)),
    ]
    return District(load_places(rows, on=FOUNDED))


def officer(role: Role, place: Place, *, unit_id: int = 1, officer_id: int = 1) -> Actor:
    post = HeldPost(post_id=1, role=role, unit_id=unit_id, place_path=place.path)
    return Actor(ActorKind.OFFICER, label="测试", account_id=1, officer_id=officer_id, posts=(post,))


@pytest.fixture
def administrator(district: District) -> Actor:
    return officer(Role.ADMINISTRATOR, district["district"])


@pytest.fixture
def clerk(district: District) -> Actor:
    """Of the willow community."""
    return officer(Role.CLERK, district["willow"])
