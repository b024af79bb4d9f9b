"""Which verbs may be tried in which state, by the rules' own table; and that no verb slips past it."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.kernel.problems import Problem
from guanjia.playbook.labels import RELATION_LABELS
from guanjia.playbook.lifecycle.decide import possible
from guanjia.playbook.lifecycle.states import Status
from guanjia.playbook.lifecycle.verbs import RELATIONS, verbs
from guanjia.playbook.tests.acting import ASKER, BUREAU, WORKS, Play

ALL = tuple(str(status) for status in Status)
OPEN = ("registered", "assigned", "working", "resolved", "shelved")
IN_HAND = ("assigned", "working")
OUTSIDE = ("closed", "handed_over")

#: verb → states in which it may be tried; every other state refuses it.
TABLE = {
    "dispatch": ("registered",),
    "accept": ("assigned",),
    "join": OPEN,
    "merge": ("registered", *IN_HAND),
    "withdraw": OPEN,
    "hand_over": ("registered", *IN_HAND),
    "note": ALL,
    "add": OPEN,
    "ask": ("working",),
    "answer": ("working",),
    "call": ("registered", *IN_HAND),
    "arrive": IN_HAND,
    "first_opinion": IN_HAND,
    "instruct": OPEN,
    "transfer": IN_HAND,
    "reassign": OPEN,
    "escalate": IN_HAND,
    "designate": IN_HAND,
    "add_assistant": IN_HAND,
    "finish_part": IN_HAND,
    "open_child": IN_HAND,
    "child_closed": ALL,
    "propose_correction": OPEN,
    "decide_correction": ALL,
    "return": IN_HAND,
    "rule_return": IN_HAND,
    "request_extension": ("working",),
    "decide_extension": ("working",),
    "request_shelving": ("working",),
    "decide_shelving": ("working",),
    "unshelve": ("shelved",),
    "resolve": ("registered", "working"),
    "follow_up": ("resolved",),
    "strike_off": ("resolved",),
    "contest": ("resolved", "closed"),
    "urge": ("registered", "shelved", *IN_HAND),
    "supervise": ("registered", "shelved", *IN_HAND),
    "answer_order": (*OPEN, "closed"),
    "warn": ALL,
    "expire": ALL,
    "set_due": OPEN,
}
DATA: dict[str, Any] = {
    "text": "已核实。",
    "party": WORKS.to_data(),
    "tier": "steward",
    "limit": "1wd",
    "outcome": "solved",
    "evidence": [],
    "satisfaction": 5,
    "yes_no": True,
    "asker": ASKER,
    "case": 7,
    "unit": 102,
    "fields": {"phone": "13900000000"},
    "child": 8,
    "order": 1,
    "line": "resolve",
    "pending": "",
    "category": "noise",
}


def case_in(status: str) -> Play:
    play = Play()
    match status:
        case "assigned":
            play.dispatched()
        case "working":
            play.working()
        case "resolved":
            play.working().resolved()
        case "closed":
            play.working().resolved().answered(True, 5)
        case "shelved":
            play.working().do("request_shelving", reason="冬季。").do("decide_shelving", granted=True, reason="同意。")
        case "handed_over":
            play.do("hand_over", to=BUREAU.to_data(), reason="移交。")
    assert play.case.status == status
    return play


def data_for(verb: str) -> dict[str, Any]:
    values = {param.name: DATA[param.kind] for param in verbs()[verb].params}
    return {**values, "to": WORKS.to_data()} if verb == "escalate" else values


def test_the_table_names_every_verb() -> None:
    assert set(TABLE) == set(verbs())


@pytest.mark.parametrize("status", ALL)
@pytest.mark.parametrize("verb", sorted(TABLE))
def test_a_verb_is_refused_outside_its_states(verb: str, status: str) -> None:
    play = case_in(status)
    before = play.case
    if status in TABLE[verb]:
        assert status in verbs()[verb].states
        try:
            play.do(verb, officer=13, **data_for(verb))
        except Problem as problem:
            assert problem.code != "case.wrong_state", "the table promises this state"
    else:
        assert play.refused(verb, officer=13, **data_for(verb)) == "case.wrong_state"
    if len(play.events) == before.seq:
        assert play.case == before


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_what_a_verb_asks_for_is_needed(verb: str) -> None:
    required = [param.name for param in verbs()[verb].params if param.required]
    status = TABLE[verb][0]
    for name in required:
        data = {key: value for key, value in data_for(verb).items() if key != name}
        play = case_in(status)
        assert play.refused(verb, officer=13, **data) == "case.needs"


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_only_relations_that_exist_may_do_a_verb(verb: str) -> None:
    allowed = set(verbs()[verb].allowed(Play().playbook))
    assert allowed
    assert allowed <= {*RELATIONS, "dispatcher"}
    assert allowed <= set(RELATION_LABELS)


def test_an_unknown_verb_is_refused() -> None:
    assert Play().refused("explode") == "case.unknown_verb"


def test_the_first_verb_offered_is_the_one_to_do_next() -> None:
    firsts = {
        "assigned": ("holder", "accept"),
        "working": ("holder", "resolve"),
        "resolved": ("asker", "follow_up"),
        "registered": ("desk", "dispatch"),
        "shelved": ("supervisor", "unshelve"),
    }
    for status, (relation, verb) in firsts.items():
        play = case_in(status)
        offered = [rule.key for rule in possible(play.case, play.playbook, {relation})]
        assert offered[0] == verb, status


def test_nothing_but_a_note_is_offered_on_a_sealed_case() -> None:
    play = case_in("handed_over")
    assert [rule.key for rule in possible(play.case, play.playbook, {"receiver"})] == ["note"]


def test_a_return_is_not_offered_once_it_cannot_be_made() -> None:
    play = case_in("working")

    def offered() -> list[str]:
        return [rule.key for rule in possible(play.case, play.playbook, {"holder"})]

    assert "return" in offered()
    play.do("return", reason="不属我管。")
    assert "return" not in offered()
    play.do("rule_return", granted=False, reason="应由你办。").do("return", reason="仍不属我管。")
    assert play.case.frozen
    assert not {"return", "transfer", "resolve", "accept"} & set(offered())
