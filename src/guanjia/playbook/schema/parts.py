"""What several parts of a playbook are made of."""

from __future__ import annotations

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
Industry = Annotated[str, Field(pattern=r"^[A-T][0-9]{0,4}$")]
EvidenceKind = Literal["note", "photo", "document", "signature"]
CaseKind = Literal["consult", "help", "suggest", "complain", "report"]
ChannelKey = Literal["web", "card", "visit", "hotline", "gate_book", "import", "open311", "api", "meeting", "child"]
Period = Literal["week", "fortnight", "month", "quarter", "half-year", "year"]

#: Bodies that every district has, and that a playbook need not set up.
STANDING_BODIES = ("discipline-inspection", "leading-group")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, str_strip_whitespace=True)


class Text(Strict):
    """A text for people, in every language that the screens speak."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Named(Strict):
    """Something that is only told apart and called: a theme of visits, a kind of patrol."""

    key: Key
    name: Text


class Owner(Strict):
    """Who takes a case or a task: exactly one of these.

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
