"""The turns of a case that are easy to get wrong."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.playbook.lifecycle.states import Outcome, Status
from guanjia.playbook.tests.acting import BUREAU, DESK, STEWARD, WORKS, Play


def test_a_return_asked_for_twice_before_the_ruling_is_one_return() -> None:
    play = Play().working().do("return", reason="不属我管。")
    assert play.refused("return", reason="请尽快。") == "case.already_pending"
    assert play.case.returns == 1
    assert not play.case.frozen


def test_a_frozen_case_waits_with_its_first_receiver() -> None:
    play = Play().working().do("return", reason="不属我管。").do("rule_return", granted=True, reason="同意。")
    play.do("dispatch", to=BUREAU.to_data(), tier="steward").do("return", reason="也不属我管。")
    assert play.case.frozen
    assert play.case.holder == STEWARD
    assert play.refused("accept") == "case.frozen"
    play.do("designate", to=BUREAU.to_data(), reason="按职责。")
    assert (play.case.frozen, play.case.designated, play.case.holder) == (False, True, BUREAU)
    assert play.refused("return", reason="不服。") == "case.designated"


def test_returning_a_case_that_waits_for_the_asker_lets_its_clock_run_again() -> None:
    play = Play().working().do("ask", text="哪个门？").do("return", reason="不属我管。")
    assert play.case.clocks["resolve"].paused
    play.do("rule_return", granted=True, reason="同意。")
    assert not play.case.clocks["resolve"].paused
    assert play.case.status is Status.REGISTERED


def test_a_granted_return_leaves_no_other_ruling_behind() -> None:
    play = Play().working().do("request_extension", limit="1wd", reason="需要时间。").do("return", reason="不属我管。")
    play.do("rule_return", granted=True, reason="同意。")
    assert not play.runs("ruling:extension")
    assert not play.case.pending


def test_a_transfer_keeps_what_the_tier_owes_the_asker() -> None:
    play = Play(emergency=True, call=True).dispatched(BUREAU, "department")
    started = play.case.clocks["first_opinion"].started
    play.do("transfer", to=WORKS.to_data(), reason="同级转办。")
    assert play.runs("first_opinion")
    assert play.case.clocks["first_opinion"].started == started


def test_passing_a_case_about_gains_no_time() -> None:
    play = Play().working()
    resolve = play.case.clocks["resolve"]
    play.do("return", reason="不属我管。").do("rule_return", granted=True, reason="同意。")
    play.dispatched(BUREAU)
    assert play.case.clocks["resolve"] == resolve


def test_a_limit_that_ran_out_at_the_desk_starts_anew_with_the_next_holder() -> None:
    play = Play().working().do("return", reason="不属我管。").do("rule_return", granted=True, reason="同意。")
    play.do("expire", kind="system", key="resolve").dispatched(BUREAU)
    assert play.case.late
    assert not play.case.clocks["resolve"].fired


def test_whoever_has_come_need_not_come_again_on_the_next_tier() -> None:
    play = Play(call=True).dispatched()
    assert play.runs("arrive")
    play.do("arrive").do("escalate", to=BUREAU.to_data(), reason="需部门办理。")
    assert not play.runs("arrive")
    assert not play.case.called


@pytest.mark.parametrize("verb", ["follow_up", "contest"])
def test_what_the_desk_resolved_goes_back_to_the_desk(verb: str) -> None:
    play = Play().do("resolve", officer=21, outcome="explained", text="已答复。")
    data: dict[str, Any] = {"solved": False, "satisfaction": 1} if verb == "follow_up" else {"reason": "没有回答。"}
    play.do(verb, kind="asker", asker=1, **data)
    assert play.case.status is Status.REGISTERED
    assert play.case.holder == DESK
    assert play.runs("dispatch")
    assert play.dispatched().case.status is Status.ASSIGNED


def test_nobody_left_a_name_so_somebody_else_closes_it_unconfirmed() -> None:
    play = Play(askers=()).working().resolved()
    assert play.refused("strike_off", officer=11) == "case.own_follow_up"
    play.do("strike_off", officer=12)
    assert (play.case.status, play.case.outcome, play.case.confirmed) == (Status.CLOSED, Outcome.SOLVED, False)


def test_a_case_is_not_struck_off_before_everybody_was_heard() -> None:
    play = Play(askers=(1, 2)).working().resolved().answered(True, 5)
    assert play.case.status is Status.RESOLVED
    assert play.refused("strike_off", officer=12) == "case.not_followed_up"
    assert play.answered(True, 4, asker=2).case.status is Status.CLOSED


def test_one_dissatisfied_asker_is_enough_to_do_it_again() -> None:
    play = Play(askers=(1, 2)).working().resolved().answered(True, 5).answered(True, 2, asker=2)
    assert play.case.status is Status.WORKING
    assert play.case.redone == 1


def test_three_tries_reach_nobody() -> None:
    play = Play().working().resolved()
    for _try in range(3):
        play.do("follow_up", officer=12, asker=1, reached=False)
    assert play.case.status is Status.CLOSED
    assert not play.case.confirmed


def test_nobody_follows_up_their_own_work() -> None:
    play = Play().working().resolved(officer=11)
    assert play.refused("follow_up", officer=11, asker=1, solved=True, satisfaction=5) == "case.own_follow_up"


def test_joining_twice_keeps_an_answer_that_was_given() -> None:
    play = Play(askers=(1, 2)).working().resolved().answered(True, 5)
    play.do("join", asker=1)
    assert play.case.askers[1] is not None


@pytest.mark.parametrize("verb", ["merge", "withdraw"])
def test_a_case_that_ended_without_a_result_cannot_be_contested(verb: str) -> None:
    data: dict[str, Any] = {"into": 7, "reason": "重复。"} if verb == "merge" else {"asker": 1}
    play = Play().working().do(verb, **data)
    assert play.refused("contest", kind="asker", asker=1, reason="还没解决。") == "case.nothing_pending"


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("resolve", {"outcome": "solved", "text": "已办。"}),
        ("merge", {"into": 7, "reason": "重复。"}),
        ("withdraw", {"asker": 1}),
        ("hand_over", {"to": WORKS.to_data(), "reason": "移交。"}),
    ],
)
def test_a_parent_does_not_end_before_its_parts(verb: str, data: dict[str, Any]) -> None:
    play = Play().working().do("open_child", child=8)
    assert play.refused(verb, officer=11, **data) == "case.open_children"
    play.do("child_closed", kind="system", child=8).do(verb, officer=11, **data)


def test_the_last_of_several_askers_ends_the_case_by_withdrawing() -> None:
    play = Play(askers=(1, 2)).working().do("withdraw", asker=1)
    assert play.case.status is Status.WORKING
    play.do("withdraw", asker=2)
    assert (play.case.status, play.case.outcome) == (Status.CLOSED, Outcome.WITHDRAWN)


def test_a_tier_asks_for_its_evidence_only_where_it_is_claimed_solved() -> None:
    play = Play().working(BUREAU, "lead-office")
    assert play.refused("resolve", officer=11, outcome="solved", text="已会商。") == "case.needs_evidence"
    assert play.refused("resolve", officer=11, outcome="merged", text="并。") == "case.bad_outcome"
    assert play.resolved("explained").case.status is Status.RESOLVED


def test_a_late_case_climbs_and_the_line_says_by_itself() -> None:
    play = Play().working().do("expire", kind="system", key="resolve", to=BUREAU.to_data())
    assert play.told[-2:] == ["expire", "escalate"]
    assert play.events[-1].data["automatic"]
    assert (play.case.tier, play.case.holder, play.case.late) == ("department", BUREAU, True)


def test_a_late_case_stays_and_says_why_where_nobody_is_above() -> None:
    play = Play().working().do("expire", kind="system", key="resolve", stuck="case.no_owner")
    assert play.told[-1] == "expire"
    assert play.events[-1].data["stuck"] == "case.no_owner"
    assert play.case.tier == "steward"


def test_a_clock_goes_off_once() -> None:
    play = Play().working().do("expire", kind="system", key="resolve")
    assert play.refused("expire", kind="system", key="resolve") == "case.no_clock"


def test_the_last_tier_has_nobody_above() -> None:
    play = Play().working(BUREAU, "leading-group")
    assert play.refused("escalate", to=WORKS.to_data(), reason="请示。") == "case.last_tier"
    play.do("expire", kind="system", key="resolve", to=WORKS.to_data())
    assert (play.case.tier, play.case.late) == ("leading-group", True)


def test_an_extension_is_in_the_unit_of_the_limit_and_granted_once() -> None:
    play = Play().working()
    assert play.refused("request_extension", limit="5wh", reason="需要时间。") == "case.extension_too_long"
    assert play.refused("request_extension", limit="6wd", reason="需要时间。") == "case.extension_too_long"
    play.do("request_extension", limit="5wd", reason="需要时间。")
    play.do("decide_extension", granted=True, reason="同意。")
    assert play.case.clocks["resolve"].limit == "6wd"
    assert play.refused("request_extension", limit="1wd", reason="再要一天。") == "case.too_many_extensions"


def test_each_order_has_a_clock_and_an_answer_of_its_own() -> None:
    play = Play().working().do("urge", text="请抓紧。").do("supervise", text="限期办结。", limit="1wd")
    first, second = sorted(play.case.orders)
    play.do("answer_order", order=second, text="今天办结。")
    assert play.runs(f"answer:{first}")
    assert not play.runs(f"answer:{second}")
    assert play.refused("answer_order", order=second, text="再答。") == "case.no_order"


def test_a_correction_of_the_card_waits_for_whoever_may_grant_it() -> None:
    play = Play().working().do("propose_correction", fields={"phone": "13900000001"})
    assert play.refused("propose_correction", fields={"phone": "13900000002"}) == "case.already_pending"
    play.resolved().do("decide_correction", granted=True)
    assert play.events[-1].data["fields"] == {"phone": "13900000001"}
    assert not play.case.pending
