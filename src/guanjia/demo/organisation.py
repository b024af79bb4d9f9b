"""Units, posts and officers, and which unit has which duty."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guanjia.access.models import Account
from guanjia.cases.models import Duty
from guanjia.cases.owners import DUTIES
from guanjia.demo import people
from guanjia.demo.scale import FULL, Size, chance
from guanjia.demo.words import words
from guanjia.kernel.actor import Role
from guanjia.kernel.secrets import blind_index
from guanjia.playbook.schema import Category, Playbook
from guanjia.registry.bulk import load_unit_cards
from guanjia.registry.models import Officer, Place, Post, PostHolding, Unit
from guanjia.registry.rules import PHONE
from guanjia.registry.stamps import ORGANISATION, bump

TITLES = {
    Role.STEWARD: "服务管家",
    Role.CLERK: "社区专干",
    Role.DISPATCHER: "调度员",
    Role.HANDLER: "承办人",
    Role.LEAD_OFFICE: "营商专员",
    Role.ARBITER: "裁定专员",
    Role.SUPERVISOR: "督查专员",
    Role.DISCIPLINE: "信访专员",
    Role.LEADER: "区领导",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SECURITY_ADMINISTRATOR: "安全管理员",
    Role.AUDITOR: "审计员",
}
#: They take on businesses besides their own work (分包); whoever judges or administers does not.
TAKE_ON = (Role.HANDLER, Role.DISPATCHER, Role.LEAD_OFFICE)
DISTRICT = "d"


@dataclass(frozen=True, slots=True)
class Job:
    """One officer to be: a unit, and the roles held with the key of the place of each."""

    unit: str
    roles: tuple[tuple[Role, str], ...]


@dataclass(slots=True)
class Staff:
    units: dict[str, Unit] = field(default_factory=dict)
    officers: list[Officer] = field(default_factory=list)
    #: Officers by unit key and role, in the order of appointment.
    holding: dict[tuple[str, Role], list[Officer]] = field(default_factory=lambda: defaultdict(list))


def found(seed: int, size: Size, places: Mapping[str, Place], district: str, on: date) -> Staff:
    """Write units, officers, posts and accounts (nobody can sign in yet)."""
    staff = Staff()
    _units(staff, places, district, on)
    jobs = list(_jobs(chance(seed, "jobs"), size, places))
    _appoint(chance(seed, "officers"), staff, jobs, places, on)
    bump(ORGANISATION)
    return staff


def _units(staff: Staff, places: Mapping[str, Place], district: str, on: date) -> None:
    plan = words("units")
    rows = {
        one["key"]: _unit(one["name"].format(district=district), one["short"], one["kind"], places[DISTRICT], on)
        for one in plan["unit"]
    }
    rows |= {
        one["keys"][0]: _unit(one["name"].format(district=district), one["short"], "body", places[DISTRICT], on)
        for one in plan["body"]
    }
    _store(staff, rows)
    seat = staff.units["government"]
    streets = {
        key: _unit(f"{place.name}办事处", place.name, "street_office", place, on, seat)
        for key, place in places.items()
        if place.kind == "street"
    }
    _store(staff, streets)
    _store(
        staff,
        {
            key: _unit(
                f"{place.name}居民委员会", place.name, "community_committee", place, on, staff.units[_above(key)]
            )
            for key, place in places.items()
            if place.kind == "community"
        },
    )


def _unit(name: str, short: str, kind: str, place: Place, on: date, parent: Unit | None = None) -> Unit:
    return Unit(name=name, short_name=short, kind=kind, place=place, parent=parent, valid_from=on)


def _store(staff: Staff, rows: dict[str, Unit]) -> None:
    for row in rows.values():
        row.phone = people.landline(100 + len(staff.units) + list(rows.values()).index(row))
    made = Unit.objects.bulk_create(rows.values())
    load_unit_cards(made)
    staff.units |= zip(rows, made, strict=True)


def _above(key: str) -> str:
    return key.rpartition(".")[0]


def _jobs(luck: random.Random, size: Size, places: Mapping[str, Place]) -> Iterator[Job]:
    streets = [key for key, place in places.items() if place.kind == "street"]
    communities = [key for key, place in places.items() if place.kind == "community"]
    grids = [key for key, place in places.items() if place.kind == "grid"]
    jobs = [*_district_jobs(luck, size, streets), *_street_jobs(size, streets)]
    jobs += [Job(key, ((Role.CLERK, key),)) for key in communities]
    jobs += [Job(_above(grid), ((Role.STEWARD, grid),)) for grid in grids]
    more = max(size.officers - len(jobs), len(communities) // 2)
    jobs += [
        Job(key, ((Role.STEWARD, key),)) for key in (communities[number % len(communities)] for number in range(more))
    ]
    yield from jobs


def _district_jobs(luck: random.Random, size: Size, streets: list[str]) -> Iterator[Job]:
    share = size.officers / FULL.officers
    bodies = {one["staffed_by"]: one["keys"][0] for one in words("units")["body"]}
    for unit in words("units")["unit"]:
        for role, count in unit["roles"].items():
            for number in range(max(1, round(count * share))):
                yield Job(unit["key"], tuple(_roles(Role(role), unit["key"], number, bodies, luck.choice(streets))))


def _roles(role: Role, unit: str, number: int, bodies: Mapping[str, str], street: str) -> Iterator[tuple[Role, str]]:
    yield role, DISTRICT
    if role in TAKE_ON:
        yield Role.STEWARD, street
    if number < 2 and unit in bodies and role in (Role.LEADER, Role.LEAD_OFFICE):
        yield Role.LEADER, bodies[unit]


def _street_jobs(size: Size, streets: list[str]) -> Iterator[Job]:
    stewards = max(1, round(8 * min(1.0, size.officers / FULL.officers * 1.5)))
    for street in streets:
        yield Job(street, ((Role.CLERK, street),))
        yield Job(street, ((Role.HANDLER, street), (Role.STEWARD, street)))
        yield from [Job(street, ((Role.STEWARD, street),))] * stewards


def _appoint(luck: random.Random, staff: Staff, jobs: list[Job], places: Mapping[str, Place], on: date) -> None:
    rows = [_officer(luck, number, staff.units[job.unit]) for number, job in enumerate(jobs, start=1)]
    staff.officers = Officer.objects.bulk_create(rows, batch_size=1000)
    posts: list[Post] = []
    holders: list[Officer] = []
    for officer, job in zip(staff.officers, jobs, strict=True):
        for role, where in job.roles:
            posts.append(_post(staff, job.unit, role, where, places, on))
            holders.append(officer)
            staff.holding[where if where in staff.units and places.get(where) is None else job.unit, role].append(
                officer
            )
    posts = Post.objects.bulk_create(posts, batch_size=1000)
    PostHolding.objects.bulk_create(
        [PostHolding(officer=one, post=post, valid_from=on) for one, post in zip(holders, posts, strict=True)],
        batch_size=1000,
    )


def _officer(luck: random.Random, number: int, unit: Unit) -> Officer:
    mobile = people.mobile(luck)
    return Officer(
        name=people.name(luck),
        staff_number=f"{number:05d}",
        unit=unit,
        work_phone=people.landline(1000 + number),
        mobile=mobile,
        mobile_index=blind_index(mobile, PHONE),
    )


def _post(staff: Staff, unit: str, role: Role, where: str, places: Mapping[str, Place], on: date) -> Post:
    """`where` is a place, or a body in which the officer sits for the whole district."""
    body = where not in places
    return Post(
        unit=staff.units[where if body else unit],
        role=role,
        place=places[DISTRICT if body else where],
        title=f"{staff.units[where].short_name}成员" if body else TITLES[role],
        valid_from=on,
    )


def open_accounts(staff: Staff, at: Any) -> dict[int, int]:
    """An account for each officer, without a password; officer id → account id."""
    rows = [
        Account(username=f"u{officer.staff_number}", password="!", officer=officer, created_at=at)
        for officer in staff.officers
    ]
    made = Account.objects.bulk_create(rows, batch_size=1000)
    return {account.officer_id: account.pk for account in made if account.officer_id is not None}


def take_on_duties(staff: Staff, playbook: Playbook) -> dict[str, Unit]:
    """Every duty and body that the playbook names, with the unit that has it."""
    taken = {category.duty: _fitting(category, staff) for category in playbook.categories if category.duty}
    for body in _bodies(playbook):
        taken[body] = staff.units.get(body) or _listed(body, staff) or staff.units["government"]
    there = set(Duty.objects.values_list("key", flat=True))
    Duty.objects.bulk_create([Duty(key=key, unit=unit) for key, unit in taken.items() if key not in there])
    bump(DUTIES)
    return taken


def _bodies(playbook: Playbook) -> Iterable[str]:
    owners = [tier.owner for tier in playbook.ladder.tiers] + [
        one.hand_over for one in playbook.routes if one.hand_over
    ]
    return sorted({owner.body for owner in owners if owner.body})


def _listed(duty: str, staff: Staff) -> Unit | None:
    return next((staff.units[one["key"]] for one in words("units")["unit"] if duty in one.get("duties", ())), None)


def _fitting(category: Category, staff: Staff) -> Unit:
    """The unit that lists the duty; else the one whose words the category's text has most of."""
    assert category.duty is not None
    text = category.name.zh + " ".join(category.words)
    units = words("units")["unit"]
    best = max(units, key=lambda one: sum(word in text for word in one["words"]))
    return _listed(category.duty, staff) or staff.units[best["key"]]
