"""What is sent to the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from guanjia.playbook.lifecycle.states import Outcome, Status

#: An id of a place, unit and so on: within what both databases can hold.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
#: The key of something that a playbook names.
Word = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
Cursor = Annotated[str | None, Field(max_length=400, description="From `next` or `previous` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskerIn(Strict):
    """Who asks. All may be left out: a request without a name is still a request, but nobody can be told."""

    name: str = Field("", max_length=40, examples=["李晓燕"])
    phone: str = Field("", max_length=30, examples=["13900000001"])
    email: str = Field("", max_length=254)
    address: str = Field("", max_length=200)
    consent: bool = Field(False, description="Whether they agreed to be sent messages about it.")


class CaseIn(Strict):
    """A request as it comes in."""

    text: str = Field(min_length=1, max_length=10_000, examples=["楼下路灯不亮了，晚上很黑"])
    title: str = Field("", max_length=120, description="Otherwise the first words of the text.")
    programme: str = Field("", max_length=40, description="Key of the programme; otherwise the only one that runs.")
    category: str = Field(
        "", max_length=40, description="Key; otherwise suggested from the text.", examples=["lighting"]
    )
    channel: Literal["api", "hotline", "visit", "gate_book", "meeting", "card", "web"] = "api"
    asker: AskerIn | None = None
    place: Id | None = Field(None, description="Id of the place; otherwise found by point, then by address.")
    lon: float | None = Field(None, ge=-180, le=180, description="WGS-84.")
    lat: float | None = Field(None, ge=-90, le=90)
    address: str = Field("", max_length=200, examples=["柳荫家园3号楼"])
    occurred_at: AwareDatetime | None = Field(None, description="When it happened; otherwise now.")
    emergency: bool = False
    call: bool = Field(False, description="Whether somebody shall come at once.")
    public: bool = Field(True, description="Whether the asker agrees to the anonymous public ledger.")


class ActIn(Strict):
    """One verb done on a case. `GET …/verbs` says which there are now, and what each asks for."""

    verb: str = Field(min_length=1, max_length=32, examples=["accept"])
    data: dict[Annotated[str, Field(max_length=40)], JsonValue] = Field(
        default_factory=dict, max_length=20, examples=[{"outcome": "solved", "text": "已更换灯泡", "evidence": [12]}]
    )
    seen: int | None = Field(
        None, ge=1, le=2**31 - 1, description="`seq` of the case as you saw it: refused where somebody acted since."
    )
    asker_phone: str | None = Field(
        None,
        pattern=r"^[0-9]{4}$",
        description="To pass on the word of who asked: the last four digits of the phone that they asked from.",
    )


class PartIn(Strict):
    """A part of a case that becomes a case of its own."""

    text: str = Field(min_length=1, max_length=10_000)
    title: str = Field("", max_length=120)
    category: str = Field(max_length=40)
    seen: int | None = Field(None, ge=1, le=2**31 - 1)


class PageIn(BaseModel):
    cursor: Cursor = None
    limit: Limit = 50


class CasesIn(PageIn):
    """What narrows a list of cases."""

    text: str = Field("", max_length=200, description="Words of title, text or address, or a ledger number.")
    status: Status | None = None
    outcome: Outcome | None = None
    category: Word = ""
    tier: Word = ""
    channel: Word = ""
    place: Id | None = Field(None, description="A street, community, grid or courtyard.")
    unit: Id | None = Field(None, description="The unit that holds them.")
    subject: Id | None = None
    since: date | None = Field(None, description="Registered on this day or later.")
    until: date | None = Field(None, description="Registered on this day or earlier.")
    only: list[Word] = Field(
        default_factory=list, max_length=8, description="open, closed, late, overdue, due, redone, contested, frozen …"
    )


class TimelineIn(BaseModel):
    after: int = Field(0, ge=0, le=2**31 - 1, description="Only lines after this one.")
    limit: Limit = 50


class PlacesIn(PageIn):
    parent: Id | None = Field(None, description="Otherwise the district.")
    on: date | None = Field(None, description="As things stood on this day.")


class WhereIn(BaseModel):
    """A point, or an address."""

    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    address: str = Field("", max_length=200)


class UnitsIn(PageIn):
    kind: Word = ""


class LedgerIn(PageIn):
    text: str = Field("", max_length=200)
    category: Word = ""
    status: Status | None = None
    place: Id | None = None
    unit: Id | None = None
