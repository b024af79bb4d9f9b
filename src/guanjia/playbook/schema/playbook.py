"""The whole of a playbook: whom it serves, what it is about, where cases go and what people are told."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field

from guanjia.kernel.actor import Role
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema.fieldwork import Body, FormUse, Handbook, Ledger, Patrols, Sweep, Task, Visits, Work
from guanjia.playbook.schema.ladder import Ladder, Tier
from guanjia.playbook.schema.parts import (
    CaseKind,
    ChannelKey,
    Industry,
    Key,
    LimitField,
    Owner,
    Share,
    Strict,
    SubjectKind,
    Text,
)


class Businesses(Strict):
    """Which of the businesses a programme is for: those for which all of it holds."""

    #: 重点企业
    key_only: bool = False
    #: Letters or codes of GB/T 4754, each with all below it.
    industries: tuple[Industry, ...] = ()
    employees_from: int = Field(default=0, ge=0)


class Serves(Strict):
    """Whom the programme is for and how a subject comes into it: every one in the registry, of the businesses those
    that a rule names, or those on a list."""

    subjects: tuple[SubjectKind, ...] = Field(min_length=1)
    enrol: Literal["all", "list"] = "all"
    businesses: Businesses | None = None


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


class Extends(Strict):
    """Parts taken over from another playbook, by its key; what this one says itself comes before. A part that is taken
    over is written into the playbook when it is adopted, so that a later change of the other one changes nothing."""

    messages: Key | None = None
    categories: Key | None = None


class Playbook(Strict):
    playbook: Head
    extends: Extends | None = None
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
    ledgers: tuple[Ledger, ...] = ()
    forms: tuple[FormUse, ...] = ()
    tasks: tuple[Task, ...] = ()
    bodies: tuple[Body, ...] = ()
    patrols: Patrols | None = None
    sweeps: tuple[Sweep, ...] = ()
    works: tuple[Work, ...] = ()
    handbook: Handbook | None = None

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

    def resolve_limit(self, tier: Tier, category: str) -> Limit | None:
        """How long a case of this category has on this tier."""
        found = self.category(category)
        return tier.resolve_for(found.kind) if found is not None else tier.resolve

    def form(self, key: str) -> FormUse | None:
        return next((form for form in self.forms if form.key == key), None)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names, as paths inside its folder."""
        pages = self.handbook.pages if self.handbook is not None else ()
        in_both = (page.file_in(language) for page in pages for language in ("zh", "en"))
        return tuple(dict.fromkeys((*(form.file for form in self.forms), *in_both)))

    @cached_property
    def _tiers(self) -> dict[str, Tier]:
        return {tier.key: tier for tier in self.ladder.tiers}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.key: category for category in self.categories}
