"""What somebody at the desk writes down for those who asked: what they say of the result, that they do not agree, that
somebody shall come at once, that another wants the same."""

from __future__ import annotations

from guanjia.cases.models import Asker, Case, Event
from tests.programme import Served
from tests.stories.at_desk import AtDesk, act_url, case_url

DAY = 24.0


def resolved(served: Served) -> Case:
    """By the steward, two hours after it was asked for."""
    case = served.ask()
    served.act("陈静", case, "accept", hours=1)
    served.act("陈静", case, "resolve", hours=2, outcome="solved", text="换了灯泡，已亮。")
    return case


def closed(served: Served) -> Case:
    """Because who asked said that it is solved."""
    case = resolved(served)
    served.act("asker", case, "follow_up", hours=3, solved=True, satisfaction=5)
    assert served.state(case).status == "closed"
    return case


def offers(desk: AtDesk, case: Case, verb: str, *, hours: float = 4) -> bool:
    shown = act_url(case, verb) in desk.get(case_url(case), hours=hours).text
    assert (desk.get(act_url(case, verb), hours=hours).status_code == 200) is shown, "the page offers what it opens"
    return shown


def test_a_clerk_writes_down_that_who_asked_does_not_agree(served: Served) -> None:
    case, clerk = closed(served), AtDesk(served, "周敏")
    form = clerk.get(act_url(case, "contest"), hours=4).text
    assert "李" in form and "13900000001" not in form, "who says so stands above the form, masked"
    assert clerk.act(case, "contest", hours=4, asker="", reason="夜里又不亮了").status_code == 302
    again = served.state(case)
    assert (again.status, again.contested, again.redone) == ("working", 1, 1)
    page = clerk.get(case_url(case), hours=5).text
    assert "由诉求人口述，工作人员代为登记。" in page and "夜里又不亮了" in page


def test_nobody_contests_for_another_once_the_time_for_it_has_passed(served: Served) -> None:
    case, clerk = closed(served), AtDesk(served, "周敏")
    assert offers(clerk, case, "contest", hours=14 * DAY)
    assert not offers(clerk, case, "contest", hours=30 * DAY)


def test_before_they_were_heard_what_they_say_is_the_follow_up(served: Served) -> None:
    case, clerk = resolved(served), AtDesk(served, "周敏")
    assert offers(clerk, case, "follow_up") and not offers(clerk, case, "contest")


def test_what_was_withdrawn_is_contested_by_nobody(served: Served) -> None:
    case = served.ask()
    served.act("asker", case, "withdraw", hours=1)
    assert not offers(AtDesk(served, "周敏"), case, "contest")


def test_a_case_is_not_offered_to_be_struck_off_before_who_asked_was_heard(served: Served) -> None:
    assert not offers(AtDesk(served, "周敏"), resolved(served), "strike_off")


def test_who_could_not_be_reached_is_asked_nothing_more(served: Served) -> None:
    case, clerk = resolved(served), AtDesk(served, "周敏")
    assert clerk.act(case, "follow_up", hours=4, reached="no").status_code == 302
    assert (served.state(case).status, served.state(case).unreached) == ("resolved", 1)
    refused = clerk.act(case, "follow_up", hours=5, reached="yes")
    assert refused.status_code == 422 and 'id="id_solved_error"' in refused.text


def test_whoever_handled_it_does_not_ring_about_it(served: Served) -> None:
    assert not offers(AtDesk(served, "陈静"), resolved(served), "follow_up")


def test_somebody_is_called_to_come_once_and_the_limit_to_be_there_begins(served: Served) -> None:
    case, steward = served.ask(), AtDesk(served, "陈静")
    assert offers(steward, case, "call", hours=1)
    assert steward.act(case, "call", hours=1).status_code == 302
    assert "arrive" in served.state(case).clocks
    assert not offers(steward, case, "call", hours=1)


def test_another_who_asks_for_the_same_is_added_by_phone_and_heard_too(served: Served) -> None:
    case, clerk = served.ask(), AtDesk(served, "周敏")
    assert clerk.act(case, "join", phone="", name="王先生").status_code == 422
    sent = {"phone": "13900000009", "name": "王先生", "text": "我家楼下也不亮"}
    assert clerk.act(case, "join", **sent).status_code == 302
    assert clerk.act(case, "join", **sent).status_code == 302, "twice is once"
    assert Asker.objects.filter(case=case).count() == 2
    assert list(served.state(case).askers.values()) == [None, None]
    assert Event.objects.filter(case=case, verb="join").count() == 1
    assert "我家楼下也不亮" in clerk.get(case_url(case), hours=2).text


def test_nobody_is_added_to_what_its_asker_kept_from_others(served: Served) -> None:
    case = served.ask(public=False)
    assert not offers(AtDesk(served, "周敏"), case, "join", hours=1)
