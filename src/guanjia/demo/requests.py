"""Who will ask what, where and when: the briefs of all cases, in the order in which they come."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guanjia.demo import people, texts
from guanjia.demo.briefs import Brief, Where
from guanjia.demo.places import Spot
from guanjia.demo.scale import HISTORY_DAYS, chance
from guanjia.demo.subjects import Door, contact
from guanjia.demo.texts import Scene
from guanjia.demo.words import words
from guanjia.playbook.calendar import WorkCalendar
from guanjia.playbook.schema import Playbook
from guanjia.registry.bulk import BusinessRow
from guanjia.registry.models import Contact, Place

#: How many come on each day of the week, Monday first; a day off is like a Sunday.
WEEK = (1.3, 1.12, 1.0, 0.98, 0.95, 0.5, 0.38)
#: How many come in each hour of the day.
HOURS = (
    0.3,
    0.15,
    0.1,
    0.08,
    0.1,
    0.25,
    0.9,
    2.2,
    5.5,
    8.0,
    8.4,
    6.2,
    3.2,
    3.6,
    6.2,
    7.6,
    7.4,
    5.4,
    4.0,
    4.2,
    4.4,
    3.4,
    1.9,
    0.8,
)
CHANNELS = {"web": 42, "card": 17, "hotline": 22, "visit": 11, "gate_book": 8}
#: Of the strangers who write or ring, so many name a crossing and no courtyard: what they ask waits at the desk.
SOMEWHERE = 0.4
URGENT = ("gas", "fire", "power", "drainage", "safety", "water", "roads")


@dataclass(frozen=True, slots=True)
class Town:
    """Where askers are found. Subject ids follow from the first of each kind."""

    spots: Sequence[Spot]
    places: Mapping[str, Place]
    businesses: Sequence[BusinessRow]
    business_spots: Sequence[int]
    first_business: int
    doors: Sequence[Door]
    first_household: int


def plan_moments(seed: int, count: int, until: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> list[datetime]:
    """When requests come in, in order; a little more of them lately."""
    luck = chance(seed, "moments")
    today = until.astimezone(zone).date()
    days = [today - timedelta(back) for back in range(HISTORY_DAYS, -1, -1)]
    weights = [_weight(day, calendar) * (0.85 + 0.3 * index / HISTORY_DAYS) for index, day in enumerate(days)]
    found: list[datetime] = []
    while len(found) < count:
        for day in luck.choices(days, weights, k=count - len(found)):
            hour = luck.choices(range(24), HOURS)[0]
            moment = datetime(day.year, day.month, day.day, hour, luck.randrange(60), luck.randrange(60), tzinfo=zone)
            if moment <= until - timedelta(minutes=2):
                found.append(moment.astimezone(UTC))
    return sorted(found)


def _weight(day: date, calendar: WorkCalendar) -> float:
    entry = calendar.day(day)
    if not entry.working:
        return WEEK[6] if day.weekday() < 5 else WEEK[day.weekday()]
    return WEEK[day.weekday()] if day.weekday() < 5 else 1.0


class Planner:
    def __init__(self, seed: int, town: Town, playbook: Playbook, first_case: int) -> None:
        self.seed, self.town, self.playbook, self.first_case = seed, town, playbook, first_case
        self.contacts: list[Contact] = []
        self._known: dict[tuple[str, int], int] = {}
        keys = [one.key for one in playbook.categories if texts.known(one.key)]
        self._keys, self._weights = keys, [texts.weight(key) for key in keys]
        self._by_business = [texts.weight(key) * texts.share_of_businesses(key) for key in keys]
        self._by_resident = [texts.weight(key) * (1 - texts.share_of_businesses(key)) for key in keys]

    def plan(self, moments: Sequence[datetime]) -> list[Brief]:
        """Contacts stand in the briefs as positions in `self.contacts`."""
        luck = chance(self.seed, "requests")
        share = sum(self._by_business) / sum(self._weights)
        briefs = [self._brief(luck, index, at, share) for index, at in enumerate(moments)]
        return _linked(luck, briefs)

    def _brief(self, luck: random.Random, index: int, at: datetime, share: float) -> Brief:
        if luck.random() < share:
            category = luck.choices(self._keys, self._by_business)[0]
            asker = self._business(luck, at)
        else:
            category = luck.choices(self._keys, self._by_resident)[0]
            asker = self._resident(luck, at)
        urgent = category in URGENT and luck.random() < 0.025
        channel = luck.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        hour = (at.hour + 8) % 24
        if channel in ("visit", "gate_book") and not 8 <= hour < 19:
            channel = "web"
        if channel in ("web", "hotline") and asker["subject_id"] is None and luck.random() < SOMEWHERE:
            asker |= _somewhere(luck)
        return Brief(
            index=index,
            case_id=self.first_case + index,
            at=at,
            channel="hotline" if urgent else channel,
            category=category,
            emergency=urgent,
            call=not urgent and 8 <= hour < 18 and luck.random() < 0.025,
            also=self._resident(luck, at)["contact"] if luck.random() < 0.02 else None,
            photos=luck.randrange(1, 4) if channel in ("web", "card") and luck.random() < 0.07 else 0,
            **asker,
        )

    def _business(self, luck: random.Random, at: datetime) -> dict[str, Any]:
        # Some ask again and again: the lower numbers are drawn more often.
        number = int(len(self.town.businesses) * luck.random() ** 1.6)
        row, spot = self.town.businesses[number], self.town.spots[self.town.business_spots[number]]
        place = self.town.places[spot.key]
        where = Where(place.pk, place.path, row.lon or 0.0, row.lat or 0.0, row.address)
        subject = self.town.first_business + number
        return {
            "contact": self._contact(("business", number), row.contact_name, row.contact_phone, subject, at),
            "where": where,
            "scene": Scene(spot.name, f"{luck.randrange(1, 60)}号", row.name, luck.choice(words("names")["roads"])),
            "subject_id": subject,
            "subject_kind": "business",
        }

    def _resident(self, luck: random.Random, at: datetime) -> dict[str, Any]:
        number = luck.randrange(len(self.town.doors))
        door = self.town.doors[number]
        spot = self.town.spots[door.spot]
        place = self.town.places[spot.key]
        own = chance(self.seed, "resident", number)
        subject = self.town.first_household + number
        named = luck.random() < 0.6
        return {
            "contact": self._contact(("household", number), people.name(own), people.mobile(own), subject, at),
            "where": Where(place.pk, place.path, door.lon, door.lat, f"{spot.address}{spot.name}"),
            "scene": Scene(spot.name, door.label, "", luck.choice(words("names")["roads"])),
            "subject_id": subject if named else None,
            "subject_kind": "household" if named else None,
        }

    def _contact(self, key: tuple[str, int], name: str, phone: str, subject: int, at: datetime) -> int:
        if key not in self._known:
            self._known[key] = len(self.contacts)
            self.contacts.append(contact(name, phone, subject, at))
        return self._known[key]


def _somewhere(luck: random.Random) -> dict[str, Any]:
    """On the street, by words alone."""
    one, other = luck.sample(words("names")["roads"], 2)
    crossing = f"{one}和{other}交叉口附近"
    return {"where": Where(None, "", None, None, crossing), "scene": Scene(crossing, "沿街楼", "", one)}


#: One request in so many repeats an earlier one, or is split from it.
REPEATED_ONE_IN, SPLIT_ONE_IN = 70, 110
#: How far ahead the other is looked for (a part begins once the whole is in hand); the simulation keeps such cases
#: together.
NEAR, HOURS_LATER = 40, (30, 80)


def _linked(luck: random.Random, briefs: list[Brief]) -> list[Brief]:
    taken: set[int] = set()
    for index in range(len(briefs) - HOURS_LATER[1]):
        draw = luck.randrange(REPEATED_ONE_IN * SPLIT_ONE_IN)
        repeats = draw % REPEATED_ONE_IN == 0
        other = index + (luck.randrange(2, NEAR) if repeats else luck.randrange(*HOURS_LATER))
        if index in taken or other in taken or not _plain(briefs[index]) or not _plain(briefs[other]):
            continue
        if repeats and briefs[index].contact != briefs[other].contact:
            first = briefs[index]
            briefs[index] = replace(first, repeats=(other,))
            briefs[other] = replace(
                briefs[other],
                category=first.category,
                where=first.where,
                scene=first.scene,
                subject_id=None,
                subject_kind=None,
                same_as=index,
            )
        elif draw % SPLIT_ONE_IN == 0:
            first = briefs[index]
            briefs[index] = replace(first, parts=(other,))
            briefs[other] = replace(
                briefs[other], channel="child", where=first.where, scene=first.scene, contact=first.contact,
                subject_id=first.subject_id, subject_kind=first.subject_kind, also=None, photos=0, call=False,
                part_of=index,
            )  # fmt: skip
        else:
            continue
        taken |= {index, other}
    return briefs


def _plain(brief: Brief) -> bool:
    return not brief.emergency and brief.category != "work-style"
