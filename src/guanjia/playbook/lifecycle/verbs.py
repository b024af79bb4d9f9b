"""The verbs of a case: what each is called, from which states, by whom, and what it asks for.

One table drives the buttons of the case page, the form behind each, the API, the reference page and the
checks: what is not here cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from guanjia.playbook.lifecycle.states import CaseState, Event, Status
from guanjia.playbook.schema import Playbook

#: How an actor can stand to a case. `cases.policy.relations` works them out.
RELATIONS = (
    "asker",
    "holder",
    "assistant",
    "desk",
    "clerk",
    "steward",
    "handler",
    "arbiter",
    "lead_office",
    "supervisor",
    "discipline",
    "leader",
    "administrator",
    "receiver",
    "system",
)

ParamKind = Literal[
    "text",
    "line",
    "party",
    "tier",
    "limit",
    "outcome",
    "evidence",
    "satisfaction",
    "yes_no",
    "asker",
    "case",
    "category",
    "order",
    "unit",
    "fields",
    "pending",
    "child",
]


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    kind: ParamKind
    label: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody wants `verb` done. `officer` is who acts, for the rules that bar one's own follow-up."""

    verb: str
    by: Mapping[str, Any]
    data: Mapping[str, Any]
    at: datetime
    officer: int | None = None


Data = dict[str, Any]
#: A decision is the data of the event, or several (verb, data) where one act causes more than one line.
Decision = Data | list[tuple[str, Data]]
Decide = Callable[[CaseState, Act, Playbook], Decision]
Fold = Callable[[CaseState, Event], CaseState]
#: Relations, or a function of the playbook where the playbook names the post.
Who = tuple[str, ...] | Callable[[Playbook], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Verb:
    key: str
    label: str
    told: str
    states: frozenset[Status]
    who: Who
    params: tuple[Param, ...]
    decide: Decide
    fold: Fold
    #: Buttons come in this order; the first that an actor may use is the main one.
    rank: int
    #: Whether the public timeline shows it.
    public: bool

    def allowed(self, playbook: Playbook) -> tuple[str, ...]:
        return self.who(playbook) if callable(self.who) else self.who


_verbs: dict[str, Verb] = {}


def unchanged(case: CaseState, event: Event) -> CaseState:
    return case


def verb(
    key: str,
    label: str,
    *,
    told: str,
    states: frozenset[Status],
    who: Who,
    fold: Fold = unchanged,
    params: tuple[Param, ...] = (),
    rank: int = 50,
    public: bool = False,
) -> Callable[[Decide], Decide]:
    """Enter a verb in the table, with the function that decides it; `fold` says what its event does to the
    state."""

    def enter(decide: Decide) -> Decide:
        if key in _verbs:
            raise ValueError(f"verb {key} is defined twice")
        _verbs[key] = Verb(key, label, told, states, who, params, decide, fold, rank, public)
        return decide

    return enter


def verbs() -> Mapping[str, Verb]:
    return _verbs
