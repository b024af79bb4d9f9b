"""What a playbook may say. The schema is the printed, validated list of everything that a playbook can name:
an unknown word is an error.

A playbook is a folder: `playbook.toml` (this schema), `stories/*.toml` (`stories.py`), and texts. Values are
frozen once loaded.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from guanjia.kernel.actor import Role
from guanjia.playbook.limits import Limit


def _limit(value: Any) -> Any:
    return Limit.parse(value) if isinstance(value, str) else value


LimitField = Annotated[Limit, BeforeValidator(_limit), PlainSerializer(str)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Share = Annotated[float, Field(gt=0, lt=1)]
SubjectKind = Literal["business", "household", "person", "place", "unit"]
EvidenceKind = Literal["note", "photo", "document", "signature"]
CaseKind = Literal["consult", "help", "suggest", "complain", "report"]
ChannelKey = Literal["web", "card", "visit", "hotline", "gate_book", "import", "open311", "api", "meeting", "child"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, str_strip_whitespace=True)


class Text(Strict):
    """A text for people, in every language that the screens speak."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Serves(Strict):
    """Whom the programme is for and how a subject comes into it: every one in the registry, or those on a
    list."""

    subjects: tuple[SubjectKind, ...] = Field(min_length=1)
    enrol: Literal["all", "list"] = "all"


class Stewards(Strict):
    """Who may be steward and how the work is shared out.

    `covers`: per kind of subject, whether each has a steward of its own ("subject") or goes with its place
    ("grid", "courtyard", "community").
    """

    covers: dict[SubjectKind, Literal["subject", "courtyard", "grid", "community", "street"]]
    roles: tuple[Role, ...] = (Role.STEWARD,)
    unit_kinds: tuple[Literal["department", "street_office", "community_committee", "team", "leadership"], ...] = ()
    most_subjects: int = Field(default=60, gt=0)
    nearness: Share = 0.5


class Visits(Strict):
    """How often a steward looks in: at least, and (无事不扰) at most."""

    at_least: LimitField | None = None
    at_most_per_month: int | None = Field(default=None, gt=0)


class Category(Strict):
    """A kind of matter. `duty` names the duty that a unit of the registry has taken on; `words` help the
    classifier before it has learned."""

    key: Key
    name: Text
    kind: CaseKind = "help"
    duty: Key | None = None
    words: tuple[str, ...] = ()
    public: bool = True
    ask_location: bool = True


class Owner(Strict):
    """Who takes a case: exactly one of these.

    `steward`: the subject's or the place's steward (the stand-in while away) · `duty`: the unit whose duty the
    category is · `role`: the post with this role that covers the place · `body`: the meeting or leading group of this
    key · `unit_kind`: the unit of this kind that answers for the place.
    """

    steward: bool = False
    duty: bool = False
    role: Role | None = None
    body: Key | None = None
    unit_kind: Literal["street_office", "community_committee"] | None = None

    def model_post_init(self, context: Any) -> None:
        if sum(map(bool, (self.steward, self.duty, self.role, self.body, self.unit_kind))) != 1:
            raise ValueError("name exactly one of steward, duty, role, body, unit_kind")


class Route(Strict):
    """A dispatch rule: the first whose conditions all hold decides where a new case goes. Empty conditions
    always hold."""

    key: Key
    categories: tuple[Key, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    subjects: tuple[SubjectKind, ...] = ()
    channels: tuple[ChannelKey, ...] = ()
    emergency: bool | None = None
    #: Where the case enters the ladder; with `hand_over`, the body that alone sees it.
    tier: Key | None = None
    hand_over: Owner | None = None
    reason: Text


class Tier(Strict):
    """One rung of the ladder: who holds a case here, by when, and what must be shown to leave it."""

    key: Key
    name: Text
    owner: Owner
    accept: LimitField | None = None
    arrive: LimitField | None = None
    first_opinion: LimitField | None = None
    resolve: LimitField | None = None
    redo: LimitField | None = None
    evidence: tuple[EvidenceKind, ...] = ()
    #: How much of a clock's time has gone when its holder is warned, e.g. [0.5, 0.8].
    warn: tuple[Share, ...] = (0.8,)
    when_late: Literal["escalate", "mark"] = "escalate"


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


class Retention(Strict):
    """How long askers' personal data stay after a case is closed."""

    personal_data: LimitField


class Message(Strict):
    """A text sent to somebody. `{number}`, `{title}`, `{due}`, `{link}`, `{holder}`, `{district}` are filled
    in."""

    #: A verb; `checker` knows which there are.
    on: str
    to: Literal["asker", "holder", "desk", "approver", "supervisor", "receiver"]
    text: Text


class Head(Strict):
    key: Key
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    name: Text
    purpose: Text
    conduct: tuple[Text, ...] = ()
    source: str = ""


class Playbook(Strict):
    playbook: Head
    serves: Serves
    stewards: Stewards | None = None
    visits: Visits = Visits()
    channels: tuple[ChannelKey, ...] = (
        "web",
        "card",
        "visit",
        "hotline",
        "gate_book",
        "import",
        "api",
        "child",
    )
    categories: tuple[Category, ...] = Field(min_length=1)
    routes: tuple[Route, ...] = Field(min_length=1)
    ladder: Ladder
    messages: tuple[Message, ...] = ()
    retention: Retention

    @property
    def key(self) -> str:
        return self.playbook.key

    def tier(self, key: str) -> Tier:
        """Raises KeyError."""
        return self._tiers[key]

    def next_tier(self, key: str) -> Tier | None:
        """The rung above; None on the last."""
        tiers = self.ladder.tiers
        position = next(index for index, tier in enumerate(tiers) if tier.key == key)
        return tiers[position + 1] if position + 1 < len(tiers) else None

    def category(self, key: str) -> Category | None:
        return self._categories.get(key)

    @cached_property
    def _tiers(self) -> dict[str, Tier]:
        return {tier.key: tier for tier in self.ladder.tiers}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.key: category for category in self.categories}
