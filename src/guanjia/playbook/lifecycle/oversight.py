"""Supervision as a record: urges and supervision orders, each with an answer and a clock of its own."""

from __future__ import annotations

from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.lifecycle.clockwork import start
from guanjia.playbook.lifecycle.states import IN_HAND, OPEN, CaseState, ClockKind, Event, Status
from guanjia.playbook.lifecycle.verbs import Act, Decision, Param, verb
from guanjia.playbook.problems import NO_ORDER
from guanjia.playbook.schema import Playbook

ORDERABLE = frozenset({Status.REGISTERED, Status.SHELVED, *IN_HAND})


def _ordered(case: CaseState, event: Event) -> CaseState:
    return case.with_(orders={**case.orders, event.seq: {**event.data, "verb": event.verb}})


@verb(
    "urge",
    _("Urge"),
    told=_("urged the holder"),
    states=ORDERABLE,
    who=lambda playbook: (
        "asker",
        "desk",
        "steward",
        *(str(role) for role in playbook.ladder.orders.issued_by),
    ),
    params=(Param("text", "text", _("What is expected")),),
    fold=_ordered,
    rank=30,
    public=True,
)
def urge(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    limit = playbook.ladder.orders.urge_answer
    return {**act.data, "clocks": [_answer_clock(case, limit)]}


@verb(
    "supervise",
    _("Issue a supervision order"),
    told=_("issued a supervision order"),
    states=ORDERABLE,
    who=lambda playbook: ("leader", *(str(role) for role in playbook.ladder.orders.issued_by)),
    params=(
        Param("text", "text", _("What is ordered")),
        Param("limit", "limit", _("Limit for the answer"), required=False),
    ),
    fold=_ordered,
    rank=32,
)
def supervise(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    limit = act.data.get("limit") or playbook.ladder.orders.order_answer
    return {**act.data, "clocks": [_answer_clock(case, limit)]}


def _answer_clock(case: CaseState, limit: object) -> dict[str, object]:
    """The clock's key is the number of the event that starts it, which is the next one."""
    return start(ClockKind.ANSWER, limit, tier=case.tier, key=f"answer:{case.seq + 1}")


@verb(
    "answer_order",
    _("Answer the order"),
    told=_("answered an urge or a supervision order"),
    states=frozenset({*OPEN, Status.CLOSED}),
    who=("holder", "desk"),
    params=(Param("order", "order", _("Order")), Param("text", "text", _("Answer"))),
    fold=lambda case, event: case.with_(
        orders={seq: order for seq, order in case.orders.items() if seq != event.data["order"]}
    ),
    rank=8,
)
def answer_order(case: CaseState, act: Act, playbook: Playbook) -> Decision:
    if act.data["order"] not in case.orders:
        raise Problem(NO_ORDER, field="order")
    key = f"answer:{act.data['order']}"
    clock = case.clocks.get(key)
    return {**act.data, "clocks": [{"op": "stop", "key": key}] if clock is not None and clock.running else []}
