"""Nothing ends while somebody waits for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guanjia.cases.actions import ending
from guanjia.cases.models import Duty
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.programmes.models import Assignment
from guanjia.registry import actions as registry
from guanjia.registry.models import Officer, Place, Unit
from tests.programme import Served


def refused(code: str) -> Any:
    return pytest.raises(Problem, match=code)


def test_a_unit_ends_once_its_cases_and_duties_are_with_others(served: Served) -> None:
    city = served.district.units["城市管理局"]
    case = served.ask(place_id=served.district.places["槐香苑"].pk)
    served.act("赵磊", case, "dispatch", to={"unit": city.pk}, tier="department")
    registry.close_post(SYSTEM, served.district.posts["孙浩"].pk, at=served.at(1))
    ending.retire_officer(SYSTEM, served.district.officers["孙浩"].pk, at=served.at(1))
    with refused("unit.still_answers"):
        ending.close_unit(SYSTEM, city.pk, at=served.at(2))
    assert Unit.objects.get(pk=city.pk).valid_to is None
    served.act("赵磊", case, "transfer", hours=2, to={"unit": served.unit("营商环境服务中心")}, reason="机构调整")
    with refused("unit.still_answers"):
        ending.close_unit(SYSTEM, city.pk, at=served.at(3))
    Duty.objects.filter(unit=city).delete()
    assert ending.close_unit(SYSTEM, city.pk, at=served.at(3)).valid_to is not None


def test_somebody_with_a_case_or_anybody_in_their_care_does_not_just_leave(served: Served) -> None:
    case, steward = served.ask(), served.district.officers["陈静"]
    registry.close_post(SYSTEM, served.district.posts["陈静"].pk, at=served.at(1))
    with refused("officer.still_answers"):
        ending.retire_officer(SYSTEM, steward.pk, at=served.at(1))
    served.act("asker", case, "withdraw", hours=1)
    with refused("officer.still_answers"):
        ending.retire_officer(SYSTEM, steward.pk, at=served.at(2))
    Assignment.objects.filter(officer=steward).update(until=served.at(2))
    ending.retire_officer(SYSTEM, steward.pk, at=served.at(3))
    assert not Officer.objects.get(pk=steward.pk).active


def test_a_place_with_a_steward_or_an_open_case_stays(served: Served) -> None:
    community = served.district.places["柳荫社区"].pk
    grid = registry.create_place(
        SYSTEM, "grid", name="柳荫临时网格", parent_id=community, at=served.at(0), on=date(2026, 3, 1)
    )
    case = served.ask(place_id=grid.pk)
    with refused("place.needed"):
        ending.close_place(SYSTEM, grid.pk, at=served.at(1))
    assert Place.objects.get(pk=grid.pk).valid_to is None
    served.act("asker", case, "withdraw", hours=1)
    ending.close_place(SYSTEM, grid.pk, at=served.at(2))
    assert Place.objects.get(pk=grid.pk).valid_to is not None
