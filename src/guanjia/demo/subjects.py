"""Businesses and households, and the people of them who ask."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from guanjia.demo import people
from guanjia.demo.land import scatter
from guanjia.demo.places import DISTRICT_CODE, Spot
from guanjia.demo.scale import chance, shares
from guanjia.demo.words import words
from guanjia.kernel.codes import credit_code_check
from guanjia.kernel.secrets import blind_index
from guanjia.registry.bulk import BusinessRow, HouseholdRow
from guanjia.registry.models import Contact, Place
from guanjia.registry.rules import CONTACT, PHONE, PHONE_LAST4, household_label

#: How many more businesses and how many fewer homes a kind of courtyard has.
BUSINESS_WEIGHT = {"homes": 0.5, "factory": 0.35, "market": 5.0}
HOME_WEIGHT = {"homes": 1.25, "factory": 0.8, "market": 0.12}


@dataclass(frozen=True, slots=True)
class Door:
    """One household: where it lives, and its label within the courtyard."""

    spot: int
    building: str
    unit_no: str
    room: str
    lon: float
    lat: float

    @property
    def label(self) -> str:
        return household_label(self.building, self.unit_no, self.room)


def plan_businesses(
    seed: int, count: int, spots: list[Spot], places: Mapping[str, Place]
) -> tuple[list[BusinessRow], list[int]]:
    """The rows, and the courtyard of each as a position in `spots`."""
    luck = chance(seed, "businesses")
    weights = [BUSINESS_WEIGHT[spot.kind] * luck.uniform(0.4, 1.6) for spot in spots]
    rows: list[BusinessRow] = []
    where: list[int] = []
    for number, (spot, own) in enumerate(zip(spots, shares(count, weights), strict=True)):
        for lon, lat in scatter(luck, spot.shape, own):
            rows.append(_business(luck, len(rows), spot, places[spot.key].pk, lon, lat))
            where.append(number)
    return rows, where


def _business(luck: random.Random, number: int, spot: Spot, place_id: int, lon: float, lat: float) -> BusinessRow:
    is_company = luck.random() < 0.27
    industry = _industry(luck)
    first17 = f"{'91' if is_company else '92'}{DISTRICT_CODE}MA{number:07d}"
    return BusinessRow(
        name=_business_name(luck, industry, is_company),
        place_id=place_id,
        lon=lon,
        lat=lat,
        credit_code=first17 + credit_code_check(first17),
        industry=industry["code"],
        address=f"{spot.address}{spot.name}{luck.randrange(1, 60)}号",
        contact_name=people.name(luck),
        contact_phone=people.mobile(luck),
        employees=int(luck.lognormvariate(2.6, 1.0)) + 1 if is_company else luck.randrange(1, 7),
        is_key=is_company and luck.random() < 0.03,
    )


def _industry(luck: random.Random) -> dict[str, Any]:
    industries = words("names")["industries"]
    (found,) = luck.choices(industries, [one["share"] for one in industries])
    return dict(found)


def _business_name(luck: random.Random, industry: Mapping[str, Any], is_company: bool) -> str:
    heads = words("names")["businesses"]["heads"]
    if is_company:
        return luck.choice(heads) + luck.choice(heads) + str(industry["company"])
    if luck.random() < 0.3:
        owner = luck.choice(words("names")["businesses"]["nicknames"]) + people.name(luck)[0]
    else:
        owner = luck.choice(heads) + luck.choice(heads)
    return owner + str(luck.choice(industry["ends"]))


def plan_doors(seed: int, count: int, spots: list[Spot]) -> list[Door]:
    luck = chance(seed, "households")
    weights = [HOME_WEIGHT[spot.kind] * luck.uniform(0.6, 1.5) for spot in spots]
    doors: list[Door] = []
    for number, (spot, own) in enumerate(zip(spots, shares(count, weights), strict=True)):
        doors += _courtyard_doors(luck, number, spot, own)
    return doors


def _courtyard_doors(luck: random.Random, number: int, spot: Spot, count: int) -> Iterator[Door]:
    """Buildings of a kind: the same floors and staircases in the whole courtyard."""
    floors = luck.choice((5, 6, 6, 6, 7)) if spot.kind == "factory" else luck.choice((6, 6, 7, 11, 18))
    staircases, flats = (luck.choice((2, 3, 4)), 2) if floors < 8 else (luck.choice((1, 2)), luck.choice((2, 4)))
    each = floors * staircases * flats
    points = scatter(luck, spot.shape, count // each + 1)
    for home in range(count):
        building, rest = divmod(home, each)
        stairs, rest = divmod(rest, floors * flats)
        floor, flat = divmod(rest, flats)
        lon, lat = points[building]
        yield Door(number, str(building + 1), str(stairs + 1), f"{floor + 1}{flat + 1:02d}", lon, lat)


def household_rows(
    seed: int, doors: list[Door], spots: list[Spot], places: Mapping[str, Place]
) -> Iterator[HouseholdRow]:
    members = np.random.default_rng(seed).choice([1, 2, 3, 4, 5, 6], len(doors), p=[0.2, 0.27, 0.26, 0.15, 0.09, 0.03])
    for door, count in zip(doors, members.tolist(), strict=True):
        spot = spots[door.spot]
        yield HouseholdRow(
            place_id=places[spot.key].pk,
            building=door.building,
            unit_no=door.unit_no,
            room=door.room,
            address=f"{spot.address}{spot.name}{door.label}",
            members=count,
            lon=door.lon,
            lat=door.lat,
        )


def contact(name: str, phone: str, subject_id: int | None, at: datetime) -> Contact:
    """As `registry.actions.record_contact` would write it."""
    details = "\0".join([name, phone, "", "", "", str(subject_id or "")])
    return Contact(
        fingerprint=blind_index(details, CONTACT),
        name=name,
        phone=phone,
        phone_index=blind_index(phone, PHONE),
        phone_last4_index=blind_index(phone[-4:], PHONE_LAST4),
        subject_id=subject_id,
        consent_at=at,
        created_at=at,
        seen_at=at,
    )
