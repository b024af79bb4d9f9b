"""The people of every story, and the tiny district that they live and work in. All invented.

    def test_a_request_is_heard(district):
        browser = client_of(district.account("陈静"))

`district` is made anew for each test, in the test's own transaction, by about twenty bulk inserts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from guanjia.access.actors import actor_for
from guanjia.access.links import SESSION_KEY
from guanjia.access.models import Account
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.kernel.codes import credit_code_check
from guanjia.kernel.secrets import blind_index
from guanjia.registry import rules, stamps
from guanjia.registry.actions.contacts import contact_with, record_contact
from guanjia.registry.bulk import load_unit_cards
from guanjia.registry.models import (
    Business,
    Contact,
    Household,
    Officer,
    Person,
    Place,
    PlacePeriod,
    Post,
    PostHolding,
    Subject,
    Unit,
)

FOUNDED = date(2025, 1, 1)
FOUNDED_AT = datetime(2025, 1, 1, tzinfo=UTC)
PASSWORD = "a-plain-test-password"
#: The south-west corner, and the side of a grid, in degrees.
WEST, SOUTH, SIDE = 110.0, 35.0, 0.01

#: name, kind, parent, (x, y, width, height) in grid sides
PLACES = (
    ("青禾区", "district", None, (0, 0, 4, 1)),
    ("东湖街道", "street", "青禾区", (0, 0, 2, 1)),
    ("西岭街道", "street", "青禾区", (2, 0, 2, 1)),
    ("柳荫社区", "community", "东湖街道", (0, 0, 1, 1)),
    ("槐树社区", "community", "东湖街道", (1, 0, 1, 1)),
    ("杏坛社区", "community", "西岭街道", (2, 0, 2, 1)),
    ("柳荫第一网格", "grid", "柳荫社区", (0, 0, 1, 1)),
    ("槐树第一网格", "grid", "槐树社区", (1, 0, 1, 1)),
    ("杏坛第一网格", "grid", "杏坛社区", (2, 0, 1, 1)),
    ("杏坛第二网格", "grid", "杏坛社区", (3, 0, 1, 1)),
    ("柳荫家园", "courtyard", "柳荫第一网格", (0, 0, 1, 0.5)),
    ("机床厂家属院", "courtyard", "柳荫第一网格", (0, 0.5, 1, 0.5)),
    ("槐香苑", "courtyard", "槐树第一网格", (1, 0, 1, 0.5)),
    ("纺织小院", "courtyard", "槐树第一网格", (1, 0.5, 1, 0.5)),
    ("杏林里", "courtyard", "杏坛第一网格", (2, 0, 1, 0.5)),
    ("书院小区", "courtyard", "杏坛第二网格", (3, 0, 1, 0.5)),
)

#: name, kind, parent, place
UNITS = (
    ("青禾区人民政府", "leadership", None, "青禾区"),
    ("指挥调度中心", "department", "青禾区人民政府", "青禾区"),
    ("城市管理局", "department", "青禾区人民政府", "青禾区"),
    ("营商环境服务中心", "department", "青禾区人民政府", "青禾区"),
    ("督查室", "department", "青禾区人民政府", "青禾区"),
    ("纪检监察组", "department", None, "青禾区"),
    ("数据中心", "department", "青禾区人民政府", "青禾区"),
    ("审计室", "department", "青禾区人民政府", "青禾区"),
    ("东湖街道办事处", "street_office", "青禾区人民政府", "东湖街道"),
    ("西岭街道办事处", "street_office", "青禾区人民政府", "西岭街道"),
    ("柳荫社区居委会", "community_committee", "东湖街道办事处", "柳荫社区"),
    ("槐树社区居委会", "community_committee", "东湖街道办事处", "槐树社区"),
    ("杏坛社区居委会", "community_committee", "西岭街道办事处", "杏坛社区"),
)


@dataclass(frozen=True)
class Worker:
    """A persona with an account: user name in pinyin, one post."""

    name: str
    username: str
    role: Role
    unit: str
    place: str
    title: str


WORKERS = (
    Worker("陈静", "chenjing", Role.STEWARD, "柳荫社区居委会", "柳荫第一网格", "服务管家"),
    Worker("刘洋", "liuyang", Role.STEWARD, "柳荫社区居委会", "柳荫社区", "服务管家"),
    Worker("彭飞", "pengfei", Role.STEWARD, "杏坛社区居委会", "杏坛社区", "服务管家"),
    Worker("周敏", "zhoumin", Role.CLERK, "柳荫社区居委会", "柳荫社区", "社区专干"),
    Worker("赵磊", "zhaolei", Role.DISPATCHER, "指挥调度中心", "青禾区", "派单员"),
    Worker("孙浩", "sunhao", Role.HANDLER, "城市管理局", "青禾区", "承办人"),
    Worker("吴娟", "wujuan", Role.LEAD_OFFICE, "营商环境服务中心", "青禾区", "营商专员"),
    Worker("韩雪", "hanxue", Role.ARBITER, "指挥调度中心", "青禾区", "裁定人"),
    Worker("郑强", "zhengqiang", Role.SUPERVISOR, "督查室", "青禾区", "督查专员"),
    Worker("何平", "heping", Role.DISCIPLINE, "纪检监察组", "青禾区", "纪检干部"),
    Worker("马骏", "majun", Role.LEADER, "青禾区人民政府", "青禾区", "分管副区长"),
    Worker("高翔", "gaoxiang", Role.ADMINISTRATOR, "数据中心", "青禾区", "系统管理员"),
    Worker("林涛", "lintao", Role.SECURITY_ADMINISTRATOR, "数据中心", "青禾区", "安全管理员"),
    Worker("邓婷", "dengting", Role.AUDITOR, "审计室", "青禾区", "审计员"),
)

#: building, unit, room, courtyard
HOUSEHOLDS = (
    ("3", "2", "501", "柳荫家园"),
    ("3", "2", "502", "柳荫家园"),
    ("1", "1", "101", "机床厂家属院"),
    ("5", "1", "302", "槐香苑"),
    ("2", "3", "604", "杏林里"),
    ("8", "1", "201", "书院小区"),
)
#: name, first 17 of the credit code, courtyard, contact, phone
BUSINESSES = (
    ("建国五金店", "92110000MA0000001", "柳荫家园", "王建国", "13900000002"),
    ("槐香面馆", "92110000MA0000002", "槐香苑", "田野", "13900000003"),
    ("书院印刷有限公司", "91110000MA0000003", "书院小区", "方圆", "13900000004"),
)


@dataclass
class District:
    """What was made, by name. `at` gives a moment to act at unless a test has its own."""

    places: dict[str, Place] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    at: datetime = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

    def account(self, name: str) -> Account:
        return self.accounts[name]

    def actor(self, name: str, at: datetime | None = None, *, strong: bool = True) -> Actor:
        """An officer at the moment, or one of the residents as an asker."""
        if name in self.contacts:
            return Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({self.contacts[name].pk}))
        return actor_for(self.accounts[name], at or self.at, strong=strong)

    def holder_of(self, role: Role) -> str:
        """The first persona with the role."""
        return next(worker.name for worker in WORKERS if worker.role is role)


def make_district() -> District:
    district = District()
    _places(district)
    _units(district)
    _officers(district)
    _businesses(district)
    _residents(district)
    # As in any district that was made by actions: what a process remembers stays until somebody changes it.
    stamps.bump(stamps.PLACES)
    stamps.bump(stamps.ORGANISATION)
    return district


def client_of(who: Account | Contact, *, strong: bool = False) -> Client:
    """A browser in which this account is signed in (with a second factor if `strong`), or this contact was proven."""
    client = Client()
    if isinstance(who, Account):
        client.force_login(who, "django.contrib.auth.backends.ModelBackend")
        if strong:
            _keep(
                client,
                account_authentication_methods=[{"method": "mfa", "at": 0, "type": "totp"}],
                account_authentication_methods_user=str(who.pk),
            )
    else:
        _keep(client, **{SESSION_KEY: [who.pk]})
    return client


def _keep(client: Client, **values: Any) -> None:
    session = client.session
    session.update(values)
    session.save()


def square(x: float, y: float, width: float, height: float) -> dict[str, Any]:
    west, south = WEST + x * SIDE, SOUTH + y * SIDE
    east, north = west + width * SIDE, south + height * SIDE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [[[round(lon, 6), round(lat, 6)] for lon, lat in ring]]}


def _place(name: str, kind: str, parent: Place | None, box: tuple[float, ...]) -> Place:
    boundary = square(*box)
    (west, south), _, (east, north), *_ = boundary["coordinates"][0]
    return Place(
        name=name,
        kind=kind,
        parent=parent,
        valid_from=FOUNDED,
        boundary=boundary,
        min_lon=west,
        min_lat=south,
        max_lon=east,
        max_lat=north,
        centre_lon=round((west + east) / 2, 6),
        centre_lat=round((south + north) / 2, 6),
    )


def _places(district: District) -> None:
    for level in rules.LEVELS:
        rows = [
            _place(name, kind, district.places.get(parent), box) for name, kind, parent, box in PLACES if kind == level
        ]
        for place in Place.objects.bulk_create(rows):
            place.path = rules.child_path(place.parent.path if place.parent else "", place.pk)
            district.places[place.name] = place
    places = district.places.values()
    Place.objects.bulk_update(places, ["path"])
    PlacePeriod.objects.bulk_create(
        PlacePeriod(
            place=place,
            name=place.name,
            parent=place.parent,
            boundary=place.boundary,
            valid_from=FOUNDED,
        )
        for place in places
    )


def _units(district: District) -> None:
    """Level by level, since a child needs its parent's id."""
    waiting = list(UNITS)
    while waiting:
        ready = [row for row in waiting if row[2] is None or row[2] in district.units]
        rows = [
            Unit(
                name=name,
                kind=kind,
                parent=district.units.get(parent),
                place=district.places[place],
                phone="0000-0000000",
                valid_from=FOUNDED,
            )
            for name, kind, parent, place in ready
        ]
        made = Unit.objects.bulk_create(rows)
        load_unit_cards(made)
        district.units |= {unit.name: unit for unit in made}
        waiting = [row for row in waiting if row not in ready]


def _officers(district: District) -> None:
    officers = Officer.objects.bulk_create(
        Officer(
            name=worker.name,
            staff_number=f"T{number:04d}",
            unit=district.units[worker.unit],
            work_phone=f"0000-800{number:04d}",
        )
        for number, worker in enumerate(WORKERS, start=1)
    )
    posts = Post.objects.bulk_create(
        Post(
            unit=district.units[worker.unit],
            role=worker.role,
            place=district.places[worker.place],
            title=worker.title,
            valid_from=FOUNDED,
        )
        for worker in WORKERS
    )
    PostHolding.objects.bulk_create(
        PostHolding(officer=officer, post=post, valid_from=FOUNDED)
        for officer, post in zip(officers, posts, strict=True)
    )
    accounts = Account.objects.bulk_create(
        Account(username=worker.username, officer=officer, password=_password(), created_at=FOUNDED_AT)
        for worker, officer in zip(WORKERS, officers, strict=True)
    )
    names = [worker.name for worker in WORKERS]
    district.officers = dict(zip(names, officers, strict=True))
    district.posts = dict(zip(names, posts, strict=True))
    district.accounts = dict(zip(names, accounts, strict=True))


@cache
def _password() -> str:
    """Hashed once for all: each hash costs 30 ms by design."""
    return make_password(PASSWORD)


def _subject(district: District, kind: str, name: str, courtyard: str) -> Subject:
    place = district.places[courtyard]
    return Subject(
        kind=kind,
        name=name,
        place=place,
        lon=place.centre_lon,
        lat=place.centre_lat,
        valid_from=FOUNDED,
    )


def _businesses(district: District) -> None:
    subjects = Subject.objects.bulk_create(
        _subject(district, "business", name, courtyard) for name, _, courtyard, _, _ in BUSINESSES
    )
    for subject, (*_, phone) in zip(subjects, BUSINESSES, strict=True):
        subject.phone_index = blind_index(phone, rules.PHONE)
    Subject.objects.bulk_update(subjects, ["phone_index"])
    Business.objects.bulk_create(
        Business(
            subject=subject,
            credit_code=first17 + credit_code_check(first17),
            industry="F5171",
            address=f"{courtyard}1号",
            contact_name=contact,
            contact_phone=phone,
        )
        for subject, (_, first17, courtyard, contact, phone) in zip(subjects, BUSINESSES, strict=True)
    )
    district.subjects |= {subject.name: subject for subject in subjects}


def _residents(district: District) -> None:
    """The households, 李晓燕 who lives in the first of them, and how to reach her and 王建国."""
    labels = [rules.household_label(building, unit, room) for building, unit, room, _ in HOUSEHOLDS]
    doors = Subject.objects.bulk_create(
        _subject(district, "household", label, courtyard)
        for label, (*_, courtyard) in zip(labels, HOUSEHOLDS, strict=True)
    )
    households = Household.objects.bulk_create(
        Household(subject=door, building=building, unit_no=unit, room=room, address=f"{courtyard}{door.name}")
        for door, (building, unit, room, courtyard) in zip(doors, HOUSEHOLDS, strict=True)
    )
    li = Subject.objects.create(kind="person", name="李**", place=doors[0].place, valid_from=FOUNDED)
    Person.objects.create(subject=li, household=households[0], name="李晓燕", phone="13900000001")
    district.subjects |= {door.name: door for door in doors} | {"李晓燕": li}
    for name, phone, subject in (
        ("李晓燕", "13900000001", li),
        ("王建国", "13900000002", district.subjects["建国五金店"]),
    ):
        district.contacts[name] = record_contact(
            contact_with(name=name, phone=phone, subject_id=subject.pk, at=FOUNDED_AT)
        )
