from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from guanjia.kernel.actor import Actor
from guanjia.programmes import actions
from guanjia.programmes.models import Assignment, AssignmentRole
from guanjia.programmes.tests import sample
from guanjia.registry.models import Officer, Place, Post, PostHolding, Subject
from tests.people import FOUNDED, District


@dataclass
class Scheme:
    """The steward programme of the little district, with short ways to say who answers for what."""

    district: District
    programme_id: int
    administrator: Actor

    @property
    def at(self) -> datetime:
        return self.district.at

    def later(self, hours: int = 1) -> datetime:
        return self.at + timedelta(hours=hours)

    def officer(self, name: str) -> Officer:
        return self.district.officers[name]

    def subject(self, name: str) -> Subject:
        return self.district.subjects[name]

    def place(self, name: str) -> Place:
        return self.district.places[name]

    def give(
        self,
        officer: str,
        target: str,
        role: AssignmentRole = AssignmentRole.STEWARD,
        *,
        by: str | None = None,
        at: datetime | None = None,
    ) -> Assignment:
        what = {"subject_id": self.subject(target).pk} if target in self.district.subjects else {}
        return actions.assign(
            self.district.actor(by) if by else self.administrator,
            self.programme_id,
            officer_id=self.officer(officer).pk,
            role=role,
            at=at or self.at,
            **(what or {"place_id": self.place(target).pk}),
        )

    def stand_in(self, officer: str, target: str) -> Assignment:
        return self.give(officer, target, AssignmentRole.STAND_IN)

    def steward_everybody(self) -> None:
        """Every grid and every business has a steward and a stand-in."""
        first, second, third = "陈静", "刘洋", "彭飞"
        for target in ("柳荫第一网格", "槐树第一网格", "建国五金店", "槐香面馆"):
            self.give(first, target)
            self.stand_in(second, target)
        for target in ("杏坛第一网格", "杏坛第二网格", "书院印刷有限公司"):
            self.give(third, target)
            self.stand_in(second, target)

    def hire(self, name: str, place: str, unit: str) -> Officer:
        """One more steward."""
        officer = Officer.objects.create(name=name, staff_number=f"N-{name}", unit=self.district.units[unit])
        post = Post.objects.create(
            unit=officer.unit, role="steward", place=self.place(place), title="服务管家", valid_from=FOUNDED
        )
        PostHolding.objects.create(officer=officer, post=post, valid_from=FOUNDED)
        self.district.officers[name] = officer
        self.district.posts[name] = post
        return officer


@pytest.fixture
def scheme(district: District) -> Scheme:
    administrator = district.actor("高翔")
    version = actions.adopt(administrator, sample.text(), at=district.at)
    return Scheme(district, version.programme_id, administrator)
