"""JSON can say anything in the data of an act: each parameter of each verb reads it or refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.cases.actions.act import open_ledger
from guanjia.cases.parameters import Setting, read_parameters
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.verbs import verbs
from tests.programme import Served

pytestmark = pytest.mark.django_db

ODD: list[Any] = [
    2**70,
    -(2**70),
    float("inf"),
    float("nan"),
    1.5,
    True,
    "９",
    "1:2:3",
    "99999999999999999999999",
    "99999999999999999999999:1",
    "\x00",
    "长" * 20_000,
    "2026-99999999999999-9",
    [2**70],
    [[1]],
    ["x"],
    [{}],
    {},
    {"unit": 2**70},
    {"unit": 1, "officer": 2**70},
    {"unit": None, "officer": []},
    {"address": {"deep": [1]}},
    {"\x00": "x"},
]


@pytest.mark.parametrize("given", ODD, ids=lambda value: repr(value)[:24])
def test_an_odd_value_is_read_or_refused(served: Served, given: Any) -> None:
    ledger = open_ledger(SYSTEM, served.ask().pk)
    setting = Setting(SYSTEM, ledger.case, ledger.state, ledger.playbook)
    for rule in verbs().values():
        for param in rule.params:
            try:
                read_parameters(rule, {param.name: given}, setting)
            except Problem as problem:
                assert problem.status < 500
