"""The dispatch desk: suggestions with their reasons, one key to agree, many at once, each for itself."""

from __future__ import annotations

import pytest

from guanjia.cases.models import Case
from tests.programme import Served
from tests.stories.at_desk import AtDesk

pytestmark = pytest.mark.django_db
URL = "/desk/dispatch/"


def without_steward(served: Served, text: str = "河道旁边没有路灯") -> Case:
    """Nobody is steward of this grid: it waits at the desk."""
    return served.ask(text, place_id=served.district.places["槐香苑"].pk)


def test_a_case_without_steward_waits_with_the_unit_whose_duty_it_is(served: Served) -> None:
    case = without_steward(served)
    page = AtDesk(served, "赵磊").get(URL).text
    assert case.number in page and "城市管理局" in page and "承担此类职责" in page


def test_agreeing_dispatches_that_case_alone(served: Served) -> None:
    case, other = without_steward(served), without_steward(served, "还有一处")
    desk = AtDesk(served, "赵磊")
    sent = suggestion(desk, case, served) | suggestion(desk, other, served)
    assert desk.post(URL, {**sent, "one": case.number, "case": [other.number]}).status_code == 302
    assert (served.state(case).holder.unit, served.state(case).tier) == (served.unit("城市管理局"), "department")
    assert served.state(other).status == "registered"
    page = desk.get(URL).text
    assert "已派给城市管理局" in page and case.number in page
    assert "已派给城市管理局" not in desk.get(URL).text  # told once


def test_in_a_batch_a_refusal_holds_nobody_back(served: Served) -> None:
    first, second, third = (without_steward(served, f"第{number}处路灯") for number in "一二三")
    desk = AtDesk(served, "赵磊")
    sent = {}
    for case in (first, second, third):
        sent |= suggestion(desk, case, served)
    served.act("赵磊", second, "instruct", hours=0.5, text="先问清地点")
    desk.post(URL, {**sent, "case": [first.number, second.number, third.number, "2026-0000999-9"]})
    assert [served.state(case).status for case in (first, second, third)] == ["assigned", "registered", "assigned"]
    page = desk.get(URL).text
    assert page.count("已派给城市管理局") == 2 and "2026-0000999-9" in page


def test_all_that_are_ticked_go_to_one_unit(served: Served) -> None:
    cases = [without_steward(served, f"第{number}处路灯") for number in "一二"]
    desk = AtDesk(served, "赵磊")
    lead = served.unit("营商环境服务中心")
    desk.post(URL, {"case": [case.number for case in cases], "to": f"{lead}:", "tier": "lead"})
    assert {served.state(case).holder.unit for case in cases} == {lead}


def test_what_came_back_shows_why_and_whom_it_was_said_to_belong_to(served: Served) -> None:
    case = served.ask()
    lead = served.unit("营商环境服务中心")
    served.act("陈静", case, "return", hours=0.5, reason="这是商铺的招牌灯", suggest=lead)
    served.act("赵磊", case, "rule_return", hours=0.6, granted=True, reason="同意")
    page = AtDesk(served, "赵磊").get(URL).text
    assert "这是商铺的招牌灯" in page and "营商环境服务中心" in page and "退回单位建议" in page


def test_only_dispatchers_come_in(served: Served) -> None:
    assert AtDesk(served, "陈静").get(URL).status_code == 403


def test_the_desk_costs_the_same_however_much_waits(served: Served) -> None:
    desk = AtDesk(served, "赵磊")
    costs = set()
    for waiting in range(1, 11):
        without_steward(served, f"第{waiting}处路灯不亮")
        if waiting in (2, 10):
            costs.add(desk.cost(URL, shows='name="one"', times=waiting))
    assert len(costs) == 1 and max(costs) <= 18


def suggestion(desk: AtDesk, case: Case, served: Served) -> dict[str, str]:
    """What the page sends along for one row."""
    assert f'name="to:{case.number}"' in desk.get(URL).text
    return {
        f"to:{case.number}": f"{served.unit('城市管理局')}:",
        f"tier:{case.number}": "department",
        f"seen:{case.number}": str(served.state(case).seq),
    }
