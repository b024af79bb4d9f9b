"""How a case moves: the rungs, the clocks and the brakes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from guanjia.kernel.actor import Role
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema.parts import CaseKind, EvidenceKind, Key, LimitField, Owner, Share, Strict, Text


class Tier(Strict):
    """One rung of the ladder: who holds a case here, by when, and what must be shown to leave it."""

    key: Key
    name: Text
    owner: Owner
    accept: LimitField | None = None
    arrive: LimitField | None = None
    first_opinion: LimitField | None = None
    resolve: LimitField | None = None
    resolve_by_kind: dict[CaseKind, LimitField] = Field(default_factory=dict)
    redo: LimitField | None = None
    evidence: tuple[EvidenceKind, ...] = ()
    #: How much of a clock's time has gone when its holder is warned, e.g. [0.5, 0.8].
    warn: tuple[Share, ...] = (0.8,)
    when_late: Literal["escalate", "mark"] = "escalate"

    def resolve_for(self, kind: str) -> Limit | None:
        """How long a case of this kind has here."""
        return next((limit for key, limit in self.resolve_by_kind.items() if key == kind), self.resolve)


class Emergency(Strict):
    """The lane for what cannot wait. `call_chain`: who is told, in order."""

    tier: Key
    first_opinion: LimitField
    call_chain: tuple[Role, ...]


class Returns(Strict):
    """The brake on ping-pong: at the `brake`-th return the case stays with its first receiver until the
    arbiter designates."""

    brake: int = Field(default=2, ge=1)
    rule: LimitField
    ruled_by: Role = Role.DISPATCHER
    arbiter: Role = Role.ARBITER


class Extension(Strict):
    most: int = Field(default=1, ge=0)
    longest: LimitField
    approved_by: Role
    rule: LimitField


class Shelving(Strict):
    approved_by: Role
    review: LimitField
    rule: LimitField


class FollowUp(Strict):
    """How the asker is heard. `calls_by`: who rings; never the handler. `attempts`: tries before a case may
    be struck off unconfirmed."""

    within: LimitField
    calls_by: tuple[Role, ...]
    attempts: int = Field(default=3, ge=1)
    redo_at: int = Field(default=2, ge=1, le=5, description="satisfaction at or below which the case is redone")
    contest_within: LimitField


class StrikeOff(Strict):
    """`by = "system"`: as soon as the asker has agreed; otherwise the post with that role strikes off."""

    by: tuple[Role | Literal["system"], ...] = Field(min_length=1)


class Orders(Strict):
    """How long an answer to an urge and to a supervision order may take, and who issues orders."""

    urge_answer: LimitField
    order_answer: LimitField
    issued_by: tuple[Role, ...] = (Role.SUPERVISOR,)


class Ladder(Strict):
    """How a case moves: the tiers from the first to the last, and the brakes."""

    #: How long the desk may take to dispatch what no route decides, and to dispatch again what came back.
    dispatch: LimitField
    tiers: tuple[Tier, ...] = Field(min_length=1)
    returns: Returns
    extension: Extension
    shelving: Shelving
    follow_up: FollowUp
    strike_off: StrikeOff
    orders: Orders
    emergency: Emergency | None = None
    corrections_approved_by: Role = Role.CLERK
    pause_while_asking: bool = True
