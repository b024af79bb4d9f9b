"""A request comes in, and leaves the ledger when the asker agrees; each brake and each way out on the real tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanjia.access.models import Absence
from guanjia.cases import jobs, verification
from guanjia.cases.actions.act import act
from guanjia.cases.actions.intake import NewContact
from guanjia.cases.actions.parts import split_off
from guanjia.cases.models import Asker, Case, Clock, Event
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.states import Outcome, Status
from tests.programme import MONDAY, Served

pytestmark = pytest.mark.django_db


def refusal(code: str) -> pytest.RaisesContext[Problem]:
    return pytest.raises(Problem, match=f"^{code}:")


@pytest.fixture(autouse=True)
def ledger_is_whole(request: pytest.FixtureRequest) -> None:
    """After every story: the chains hold, and each row is the fold of its events."""

    def check() -> None:
        assert list(verification.verify()) == []
        assert jobs.prove() == []

    served = request.getfixturevalue("served")
    assert served
    request.addfinalizer(check)


def at_department(served: Served) -> Case:
    """A case that the city management office works on, a little after Monday noon."""
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.act("陈静", case, "escalate", hours=0.4, reason="需更换灯杆")
    served.act("孙浩", case, "accept", hours=1)
    return case


def first_asker(served: Served, case: Case) -> int:
    return next(iter(served.state(case).askers))


def resolve(served: Served, case: Case, hours: float, who: str = "孙浩") -> None:
    photo = served.photo(case)
    served.act(who, case, "resolve", hours=hours, outcome="solved", text="已更换灯泡", evidence=[photo])


def test_a_request_goes_to_the_grids_steward_at_once(served: Served) -> None:
    case = served.ask()
    assert (case.status, case.tier) == ("assigned", "steward")
    assert case.holder_officer == served.district.officers["陈静"]
    assert case.due_kind == "accept"
    assert case.number.startswith("2026-")


def test_solved_confirmed_struck_off(served: Served) -> None:
    case = at_department(served)
    resolve(served, case, 3)
    state = served.act("asker", case, "follow_up", hours=5, solved=True, satisfaction=5)
    assert (state.status, state.outcome, state.confirmed) == (Status.CLOSED, Outcome.SOLVED, True)
    case.refresh_from_db()
    assert case.satisfaction == 5
    assert not Clock.objects.filter(case=case, stopped__isnull=True).exists()


def test_a_department_needs_a_photo_to_claim_solved_but_only_words_to_explain(served: Served) -> None:
    case = at_department(served)
    with refusal("case.needs_evidence"):
        served.act("孙浩", case, "resolve", hours=2, outcome="solved", text="修好了")
    state = served.act("孙浩", case, "resolve", hours=2, outcome="explained", text="需列入明年计划")
    assert state.claimed is Outcome.EXPLAINED


def test_late_cases_climb_tier_by_tier_to_the_leading_group(served: Served) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.run_clocks(24 * 40, step=8)
    case.refresh_from_db()
    assert (case.tier, case.holder_unit.name) == ("leading-group", "优化营商环境领导小组")
    assert case.late
    assert case.escalations == 3


def test_a_warning_comes_before_the_end_and_each_only_once(served: Served) -> None:
    case = served.ask()
    served.act("陈静", case, "accept", hours=0.2)
    served.run_clocks(34)
    served.run_clocks(34)
    verbs = list(Event.objects.filter(case=case).order_by("seq").values_list("verb", flat=True))
    assert verbs.count("warn") == 1
    assert verbs.count("expire") == 1
    assert verbs.index("warn") < verbs.index("expire")


def test_the_second_return_freezes_the_case_until_the_arbiter_designates(served: Served) -> None:
    case = at_department(served)
    served.act("孙浩", case, "return", hours=2, reason="不属于我局职责")
    state = served.act("赵磊", case, "rule_return", hours=3, granted=True, reason="同意改派")
    assert (state.status, state.holder) == (Status.REGISTERED, state.desk)
    to = f"{served.unit('城市管理局')}:"
    served.act("赵磊", case, "dispatch", hours=3.5, to=to, tier="department")
    served.act("孙浩", case, "accept", hours=4)
    state = served.act("孙浩", case, "return", hours=4.5, reason="仍不属于我局")
    assert state.frozen
    assert state.holder.officer == served.district.officers["陈静"].pk
    with refusal("case.frozen"):
        served.act("陈静", case, "return", hours=5, reason="也不是我的")
    state = served.act("韩雪", case, "designate", hours=6, to=to, reason="指定城管局办理")
    assert state.designated and not state.frozen
    served.act("孙浩", case, "accept", hours=6.5)
    with refusal("case.designated"):
        served.act("孙浩", case, "return", hours=7, reason="还是不办")


def test_a_returned_case_keeps_the_clock_of_its_tier(served: Served) -> None:
    case = at_department(served)
    started = Clock.objects.get(case=case, key="resolve").started
    served.act("孙浩", case, "return", hours=2, reason="不属于我局职责")
    served.act("赵磊", case, "rule_return", hours=20, granted=True, reason="改派")
    served.act("赵磊", case, "dispatch", hours=21, to=f"{served.unit('城市管理局')}:", tier="department")
    assert Clock.objects.get(case=case, key="resolve").started == started


def test_dissatisfied_means_redo_and_the_handler_may_not_follow_up_himself(served: Served) -> None:
    case = at_department(served)
    resolve(served, case, 2)
    with refusal("not_allowed"):
        served.act("孙浩", case, "follow_up", hours=3, asker=first_asker(served, case), solved=True, satisfaction=5)
    state = served.act("asker", case, "follow_up", hours=4, solved=False, satisfaction=1, comment="还是不亮")
    assert (state.status, state.redone) == (Status.WORKING, 1)
    resolve(served, case, 8)
    state = served.act("asker", case, "follow_up", hours=9, solved=True, satisfaction=4)
    assert state.status is Status.CLOSED


def test_the_asker_contests_a_closed_case_within_the_window_only(served: Served) -> None:
    case = at_department(served)
    resolve(served, case, 2)
    served.act("asker", case, "follow_up", hours=4, solved=True, satisfaction=4)
    state = served.act("asker", case, "contest", hours=48, reason="又坏了")
    assert (state.status, state.contested) == (Status.WORKING, 1)
    resolve(served, case, 50)
    served.act("asker", case, "follow_up", hours=51, solved=True, satisfaction=4)
    with refusal("case.too_late_to_contest"):
        served.act("asker", case, "contest", hours=51 + 24 * 60, reason="又坏了")


def test_an_unreached_asker_is_tried_three_times_and_the_case_struck_off_unconfirmed(served: Served) -> None:
    case = at_department(served)
    resolve(served, case, 2)
    with refusal("case.not_followed_up"):
        served.act("周敏", case, "strike_off", hours=3)
    for hour in (4, 5, 6):
        state = served.act("周敏", case, "follow_up", hours=hour, asker=first_asker(served, case), reached=False)
    assert (state.status, state.confirmed) == (Status.CLOSED, False)


def test_extension_is_granted_once_and_moves_the_date(served: Served) -> None:
    case = at_department(served)
    before = Clock.objects.get(case=case, key="resolve").due
    served.act("孙浩", case, "request_extension", hours=2, limit="5wd", reason="等待配件")
    with refusal("not_allowed"):
        served.act("孙浩", case, "decide_extension", hours=2.5, granted=True, reason="同意")
    served.act("吴娟", case, "decide_extension", hours=3, granted=True, reason="同意")
    after = Clock.objects.get(case=case, key="resolve")
    assert after.limit == "8wd"
    assert after.due > before
    with refusal("case.too_many_extensions"):
        served.act("孙浩", case, "request_extension", hours=4, limit="1wd", reason="再等等")


def test_a_shelved_case_stands_still_and_comes_back_at_its_review(served: Served) -> None:
    case = at_department(served)
    served.act("孙浩", case, "request_shelving", hours=2, reason="待专项资金")
    served.act("郑强", case, "decide_shelving", hours=3, granted=True, reason="同意挂账")
    assert Clock.objects.get(case=case, key="resolve").due is None
    case.refresh_from_db()
    assert (case.status, case.due_kind) == ("shelved", "review")
    served.run_clocks(24 * 29, step=12)
    case.refresh_from_db()
    assert case.status == "working"
    assert Clock.objects.get(case=case, key="resolve").due is not None


def test_a_question_to_the_asker_stops_the_clock_until_the_answer(served: Served) -> None:
    case = at_department(served)
    served.act("孙浩", case, "ask", hours=2, text="具体是哪一盏灯？")
    assert Clock.objects.get(case=case, key="resolve").due is None
    served.act("asker", case, "answer", hours=30, text="三号楼门前")
    assert Clock.objects.get(case=case, key="resolve").due is not None


def test_a_sealed_case_is_seen_by_its_receiver_alone(served: Served) -> None:
    case = served.ask("反映某窗口人员态度恶劣", category="work-style")
    assert case.status == "handed_over"
    served.act("何平", case, "note", hours=1, text="已受理")
    for other in ("赵磊", "马骏", "陈静", "郑强", "高翔", "邓婷", "asker"):
        with refusal("not_found"):
            served.act(other, case, "note", hours=1, text="看看")


def test_merging_brings_the_askers_along(served: Served) -> None:
    first = served.ask()
    second = served.ask("路灯坏了", hours=1, asker=NewContact(name="田野", phone="13900000003"))
    state = served.act("赵磊", second, "merge", hours=2, into=first.number, reason="同一盏灯")
    assert (state.status, state.outcome) == (Status.CLOSED, Outcome.MERGED)
    assert len(served.state(first).askers) == 2
    assert Asker.objects.filter(case=first).count() == 2
    with refusal("case.closed_target"):
        served.act("赵磊", first, "merge", hours=3, into=second.number, reason="反过来")


def test_a_case_cannot_be_resolved_before_its_parts(served: Served) -> None:
    case = at_department(served)
    part = split_off(
        served.district.actor("孙浩", MONDAY), case.pk, text="另需修剪树枝", category="lighting", at=served.at(2)
    )
    assert part.parent_id == case.pk
    with refusal("case.open_children"):
        served.act("孙浩", case, "resolve", hours=3, outcome="explained", text="办完")
    served.act("陈静", part, "accept", hours=3)
    served.act("陈静", part, "resolve", hours=4, outcome="solved", text="已修剪")
    served.act("asker", part, "follow_up", hours=5, solved=True, satisfaction=5)
    assert served.state(case).children == {part.pk: True}
    resolve(served, case, 6)


def test_an_assisting_unit_must_finish_first(served: Served) -> None:
    case = at_department(served)
    served.act("孙浩", case, "add_assistant", hours=2, unit=served.unit("营商环境服务中心"), text="协调电源")
    with refusal("case.open_assistants"):
        served.act("孙浩", case, "resolve", hours=3, outcome="explained", text="办完")
    served.act("吴娟", case, "finish_part", hours=4)
    resolve(served, case, 5)


def test_a_call_to_come_runs_day_and_night(served: Served) -> None:
    case = served.ask(hours=12.5, call=True)  # 21:30
    clock = Clock.objects.get(case=case, key="arrive")
    assert clock.due == served.at(13.5)
    served.act("陈静", case, "arrive", hours=13)
    assert Clock.objects.get(case=case, key="arrive").stopped == served.at(13)


def test_an_emergency_goes_to_the_lead_office_with_two_hours_for_a_first_opinion(served: Served) -> None:
    case = served.ask("全区停水", hours=14, emergency=True)
    assert case.tier == "lead"
    assert Clock.objects.get(case=case, key="first_opinion").due == served.at(16)


def test_an_urge_is_a_record_with_an_answer_and_a_clock(served: Served) -> None:
    case = at_department(served)
    state = served.act("asker", case, "urge", hours=2, text="请尽快")
    (order,) = state.orders
    assert Clock.objects.get(case=case, key=f"answer:{order}").due is not None
    state = served.act("孙浩", case, "answer_order", hours=3, text="明天就修")
    assert not state.orders
    served.act("郑强", case, "supervise", hours=4, text="限期办结")
    assert served.state(case).orders


def test_an_approved_correction_reaches_the_card(served: Served) -> None:
    shop = served.district.subjects["建国五金店"]
    case = served.ask(subject_id=shop.pk)
    served.act("陈静", case, "accept", hours=0.2)
    served.act("陈静", case, "propose_correction", hours=1, fields={"address": "柳荫家园9号"})
    served.act("周敏", case, "decide_correction", hours=2, granted=True)
    shop.business.refresh_from_db()
    assert shop.business.address == "柳荫家园9号"


def test_withdrawing_leaves_the_other_askers_their_case(served: Served) -> None:
    case = served.ask()
    state = served.act("asker", case, "withdraw", hours=1)
    assert (state.status, state.outcome) == (Status.CLOSED, Outcome.WITHDRAWN)


def test_two_who_act_on_one_page_get_one_act_and_one_refusal(served: Served) -> None:
    case = served.ask()
    seen = case.seq
    actor = served.district.actor("陈静", MONDAY)
    act(actor, case.pk, "accept", {}, at=served.at(1), seen=seen)
    with refusal("stale"):
        act(actor, case.pk, "note", {"text": "晚了一步"}, at=served.at(1), seen=seen)


def test_an_act_sent_twice_is_done_once(served: Served) -> None:
    case = served.ask()
    actor = served.district.actor("陈静", MONDAY)
    for _ in range(2):
        act(actor, case.pk, "note", {"text": "已电话联系"}, at=served.at(1), key="form-1")
    assert Event.objects.filter(case=case, verb="note").count() == 1


def test_a_request_sent_twice_is_one_case(served: Served) -> None:
    first, again = served.ask(key="form-7"), served.ask(key="form-7")
    assert first.pk == again.pk
    assert Case.objects.count() == 1


def test_without_a_steward_the_request_waits_at_the_desk(served: Served) -> None:
    case = served.ask(place_id=served.district.places["槐香苑"].pk)
    assert (case.status, case.holder_unit.name) == ("registered", "指挥调度中心")


def test_while_the_steward_is_away_the_stand_in_gets_new_work(served: Served) -> None:
    Absence.objects.create(
        officer=served.district.officers["陈静"],
        stand_in=served.district.officers["刘洋"],
        first_day=MONDAY.date() - timedelta(days=1),
        reason="leave",
        recorded_at=MONDAY,
    )
    assert served.ask().holder_officer == served.district.officers["刘洋"]


@pytest.mark.parametrize(("verb", "data"), [("join", {"asker": 999}), ("open_child", {"child": 1})])
def test_a_line_of_a_larger_act_cannot_be_acted_alone(served: Served, verb: str, data: dict[str, int]) -> None:
    case = served.ask()
    with refusal("case.unknown_verb"):
        served.act("赵磊", case, verb, hours=1, **data)
