"""The tiny district with a programme running: stewards assigned, duties taken on. `served` is what stories about
cases start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from guanjia.cases import jobs
from guanjia.cases.actions.act import act, open_ledger
from guanjia.cases.actions.intake import NewCase, NewContact, register
from guanjia.cases.models import Asker, Case, Document, Duty
from guanjia.cases.owners import DUTIES
from guanjia.kernel.actor import PUBLIC, SYSTEM, Actor, ActorKind
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.programmes.models import Assignment, Programme, ProgrammeVersion
from guanjia.programmes.queries.adopted import ADOPTED
from guanjia.registry.actions import seed_calendar
from guanjia.registry.models import Unit
from guanjia.registry.stamps import ORGANISATION, bump
from tests.people import FOUNDED, FOUNDED_AT, District

PLAYBOOK = Path(__file__).parent / "data" / "playbook.toml"
#: Monday, 2 March 2026, 9:00 in Shanghai.
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY = "service-steward"


@dataclass
class Served:
    """A district whose residents are served. Times are hours after MONDAY where a number is given."""

    district: District
    programme: Programme

    def ask(self, text: str = "楼下路灯不亮了，晚上很黑", *, hours: float = 0, **more: Any) -> Case:
        """李晓燕 asks on the web page, from 柳荫家园."""
        new: dict[str, Any] = {
            "programme": KEY,
            "text": text,
            "channel": "web",
            "category": "lighting",
            "place_id": self.district.places["柳荫家园"].pk,
            "asker": NewContact(name="李晓燕", phone="13900000001"),
        }
        return register(PUBLIC, NewCase(**(new | more)), at=self.at(hours))

    def act(self, who: str, case: Case, verb: str, *, hours: float = 0, **data: Any) -> CaseState:
        return act(self.actor(who, case), case.pk, verb, data, at=self.at(hours))

    def actor(self, who: str, case: Case) -> Actor:
        """A persona of tests.people, "asker" (whoever asked first in this case), or "system"."""
        if who == "system":
            return SYSTEM
        if who == "asker":
            contact = Asker.objects.get(case=case, is_first=True).contact_id
            return Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({contact}))
        return self.district.actor(who, MONDAY)

    def run_clocks(self, hours: float, *, step: float = 0.5) -> None:
        """Let the worker run from MONDAY to `hours` later, looking every half hour."""
        moment = 0.0
        while moment <= hours:
            while jobs.ring_due_clocks(self.at(moment)):
                pass
            moment += step

    def photo(self, case: Case, kind: str = "photo") -> int:
        """A photo, or another document, that waits to be named as evidence."""
        document = Document.objects.create(
            case=case,
            kind=kind,
            name="after.jpg",
            content_type="image/webp",
            size=1,
            sha256="0" * 64,
            uploaded_at=MONDAY,
            uploaded_by={},
        )
        return document.pk

    def state(self, case: Case) -> CaseState:
        return open_ledger(SYSTEM, case.pk).state

    def unit(self, name: str) -> int:
        return self.district.units[name].pk

    @staticmethod
    def at(hours: float) -> datetime:
        return MONDAY + timedelta(hours=hours)


def make_served(district: District) -> Served:
    source = PLAYBOOK.read_text("utf-8")
    programme = Programme.objects.create(key=KEY, adopted_at=FOUNDED_AT)
    programme.current = ProgrammeVersion.objects.create(
        programme=programme, version="1", source=source, checksum="0" * 64, adopted_at=FOUNDED_AT, adopted_by={}
    )
    programme.save()
    group = Unit.objects.create(
        kind="body", name="优化营商环境领导小组", place=district.places["青禾区"], valid_from=FOUNDED
    )
    district.units[group.name] = group
    Duty.objects.create(key="city", unit=district.units["城市管理局"])
    Duty.objects.create(key="leading-group", unit=group)
    pairs = (("柳荫第一网格", "陈静", "刘洋"), ("杏坛第一网格", "彭飞", "刘洋"), ("杏坛第二网格", "彭飞", "刘洋"))
    Assignment.objects.bulk_create(
        Assignment(
            programme=programme,
            place=district.places[place],
            role=role,
            officer=district.officers[officer],
            since=FOUNDED_AT,
            reason="by_hand",
        )
        for place, steward, stand_in in pairs
        for role, officer in (("steward", steward), ("stand_in", stand_in))
    )
    seed_calendar(SYSTEM, at=FOUNDED_AT)
    for changed in (ADOPTED, DUTIES, ORGANISATION):
        bump(changed)
    return Served(district, programme)
