"""A living district in an empty database, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import get_default_timezone_name

from guanjia.cases.deadlines import timekeeper
from guanjia.cases.jobs import make_digests
from guanjia.cases.models import Case, Document
from guanjia.demo import inboxes, organisation, outdoors, pictures, roster, rows
from guanjia.demo.briefs import MOST_EVIDENCE, Brief, World
from guanjia.demo.database import apart, hurry, next_id, settle
from guanjia.demo.logins import Login, make_logins
from guanjia.demo.office_time import OfficeTime
from guanjia.demo.organisation import Staff
from guanjia.demo.places import Plan, plan_places
from guanjia.demo.requests import Planner, Town, plan_moments
from guanjia.demo.scale import HISTORY_DAYS, Size, chance, size
from guanjia.demo.simulation import Telling
from guanjia.demo.subjects import household_rows, plan_businesses, plan_doors
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.pour import plain, pour, reserve_ids
from guanjia.kernel.text import gettext_noop as _
from guanjia.notices.bulk import store as store_notices
from guanjia.playbook.loader import shipped
from guanjia.playbook.schema import Playbook
from guanjia.programmes import actions as programmes
from guanjia.programmes import queries as programme_queries
from guanjia.programmes.models import ProgrammeVersion
from guanjia.registry.actions import seed_calendar
from guanjia.registry.bulk import load_businesses, load_households, load_places
from guanjia.registry.models import Contact, Place, Stamp, Subject

PLAYBOOK = "service-steward"
#: The stamp that says that a demo is whole.
WHOLE = "demo"
DISTURBED = "somebody else has written into the district that is being built"


class Progress(Protocol):
    """`stage(name, total)` begins a stage (a message id and how many there will be); `done(n)` says how many there are
    so far."""

    def stage(self, name: str, total: int) -> None: ...

    def done(self, count: int) -> None: ...


class Silent:
    def stage(self, name: str, total: int) -> None:
        pass

    def done(self, count: int) -> None:
        pass


@dataclass(slots=True)
class Making:
    """What has been made so far."""

    seed: int
    size: Size
    at: datetime
    district: str
    progress: Progress
    founded: date
    plan: Plan = field(default_factory=lambda: Plan([], []))
    places: dict[str, Place] = field(default_factory=dict)
    staff: Staff = field(default_factory=Staff)
    version: ProgrammeVersion | None = None
    playbook: Playbook | None = None

    @property
    def founded_at(self) -> datetime:
        return datetime.combine(self.founded, time(9), ZoneInfo(get_default_timezone_name())).astimezone(UTC)


def build(
    *,
    seed: int,
    scale: float,
    at: datetime,
    district: str,
    progress: Progress | None = None,
    processes: int | None = None,
) -> list[Login]:
    """Fill an empty, migrated database; the ready sign-ins. `at`: the present moment, up to which the history goes."""
    at = at.astimezone(UTC).replace(microsecond=0)
    founded = (at - timedelta(days=HISTORY_DAYS + 60)).date()
    making = Making(seed, size(scale), at, district, progress or Silent(), founded)
    hurry()
    with transaction.atomic():
        _found(making)
    with transaction.atomic():
        town = _businesses(making)
        _share_out(making)
    with transaction.atomic():
        world, contacts = _requests(making, town)
    telling = Telling(world)
    with apart():
        telling.start(processes)
    with transaction.atomic():
        _households(making, town)
        _contacts(making, contacts)
    _histories(making, telling)
    with transaction.atomic():
        logins = _finish(making)
    settle()
    return logins


def is_whole() -> bool:
    return Stamp.objects.filter(pk=WHOLE).exists()


def _found(making: Making) -> None:
    making.progress.stage(_("Places and people"), 2)
    seed_calendar(SYSTEM, at=making.founded_at)
    making.plan = plan_places(chance(making.seed, "land"), making.size, making.district, str(making.founded.year))
    making.places = load_places(making.plan.rows, on=making.founded)
    making.progress.done(1)
    making.staff = organisation.found(making.seed, making.size, making.places, making.district, making.founded)
    organisation.open_accounts(making.staff, making.founded_at)
    making.progress.done(2)


def _businesses(making: Making) -> Town:
    making.progress.stage(_("Businesses"), making.size.businesses)
    firms, where = plan_businesses(making.seed, making.size.businesses, making.plan.spots, making.places)
    ids = load_businesses(firms, on=making.founded, progress=making.progress.done)
    doors = plan_doors(making.seed, making.size.households, making.plan.spots)
    spots = making.plan.spots
    return Town(spots, making.places, firms, where, ids[0], doors, next_id(Subject))


def _share_out(making: Making) -> None:
    """The playbook adopted, its duties taken on, and a steward and a stand-in for everybody."""
    making.progress.stage(_("Stewards"), 1)
    making.version = programmes.adopt(SYSTEM, shipped()[PLAYBOOK], at=making.founded_at)
    making.playbook = programme_queries.playbook_of(making.version.pk)
    organisation.take_on_duties(making.staff, making.playbook)
    programmes.share_out(SYSTEM, making.version.programme_id, at=making.founded_at)
    making.progress.done(1)


def _requests(making: Making, town: Town) -> tuple[World, list[Contact]]:
    """What will be asked, and by whom: contacts are stored after the households that they belong to."""
    assert making.version is not None and making.playbook is not None
    keeper = timekeeper(None)
    moments = plan_moments(making.seed, making.size.cases, making.at, keeper.calendar, keeper.zone)
    planner = Planner(making.seed, town, making.playbook, reserve_ids(Case, len(moments))[0])
    briefs = planner.plan(moments)
    ids = reserve_ids(Contact, len(planner.contacts))
    for pk, contact in zip(ids, planner.contacts, strict=True):
        contact.pk = pk
    world = World(
        seed=making.seed,
        until=making.at,
        playbook=making.playbook,
        roster=roster.read(making.version.programme_id),
        office=_office(making),
        keeper=keeper,
        bank=pictures.make_bank(making.seed, making.at),
        briefs=[_with_contact_ids(brief, ids[0]) for brief in briefs],
        telling=inboxes.telling(planner.contacts, lambda unit: keeper, making.at),
        version_id=making.version.pk,
        first_document=reserve_ids(Document, len(briefs) * MOST_EVIDENCE)[0],
    )
    return world, planner.contacts


def _with_contact_ids(brief: Brief, first: int) -> Brief:
    return replace(brief, contact=first + brief.contact, also=first + brief.also if brief.also is not None else None)


def _contacts(making: Making, contacts: list[Contact]) -> None:
    making.progress.stage(_("Askers"), len(contacts))
    names = [one.attname for one in Contact._meta.local_concrete_fields]
    pour(Contact, names, plain(Contact, names, ([getattr(one, name) for name in names] for one in contacts)))
    making.progress.done(len(contacts))


def _office(making: Making) -> OfficeTime:
    """Long enough for whoever is slow; what lies after the present does not happen."""
    keeper = timekeeper(None)
    last = making.at.date() + timedelta(days=200)
    return OfficeTime(keeper.calendar, keeper.hours, keeper.zone, making.founded, last)


def _households(making: Making, town: Town) -> None:
    making.progress.stage(_("Households"), making.size.households)
    homes = household_rows(making.seed, list(town.doors), making.plan.spots, making.places)
    ids = load_households(homes, on=making.founded, progress=making.progress.done)
    if (ids[0], ids[-1]) != (town.first_household, town.first_household + len(ids) - 1):
        raise RuntimeError(DISTURBED)


def _histories(making: Making, telling: Telling) -> None:
    making.progress.stage(_("Ninety days of requests"), len(telling.world.briefs))
    stored, notices = 0, []
    for batch in telling:
        with transaction.atomic():
            rows.store(batch)
        stored += len(batch.ledger)
        notices.append(batch.notices)
        making.progress.done(stored)
    with transaction.atomic():
        store_notices(notices)


def _finish(making: Making) -> list[Login]:
    making.progress.stage(_("Sign-ins and digests"), 3)
    make_digests(making.at)
    making.progress.done(1)
    logins = make_logins(making.at)
    making.progress.done(2)
    assert making.version is not None
    outdoors.adopt_more(making.staff, making.founded_at)
    outdoors.go_out(making.seed, making.version.programme_id, making.at)
    Stamp.objects.create(name=WHOLE, version=f"{making.seed}/{making.size.cases}")
    making.progress.done(3)
    return logins
