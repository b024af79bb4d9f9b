"""Visits and dated tasks, as they are sent and answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from guanjia.api.schemas.answers import Named
from guanjia.api.schemas.given import Cursor, Id, Limit, Strict, Word

Count = Annotated[int, Field(ge=0, le=500)]


class TasksIn(Strict):
    state: Literal["open", "late", "closed"] = "open"
    cursor: Cursor = None
    limit: Limit = 50


class VisitsIn(Strict):
    programme: Word = ""
    cursor: Cursor = None
    limit: Limit = 50


class MatterIn(Strict):
    """What they ask for. Without a name and a phone a business asks as its card says."""

    text: str = Field(min_length=1, max_length=10_000, examples=["门口路灯不亮"])
    category: str = Field(max_length=40, examples=["lighting"])
    name: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)


class VisitIn(Strict):
    """A visit as it was made."""

    programme: str = Field(max_length=40, examples=["service-steward"])
    subject: Id = Field(description="Id of the business or household.")
    outcome: Literal["done", "not_home", "refused"]
    reason: Literal["cadence", "called", "follow_up"] = Field(
        "cadence", description="The last two are what the person wants: they may go beyond the programme's cap."
    )
    theme: str = Field("", max_length=40, description="A key of the playbook's themes.")
    on: date | None = Field(None, description="The local day; otherwise today.")
    people: Count = Field(0, description="How many people were met.")
    note: str = Field("", max_length=2000)
    tasks: list[Id] = Field([], max_length=20, description="Ids of dated tasks that the visit fulfilled.")
    matters: list[MatterIn] = Field([], max_length=20)


class TaskOut(BaseModel):
    id: int
    programme: str
    key: str = Field(description="Of the playbook's tasks; `visits.at_least` for a visit that is owed.")
    period: str = Field(examples=["2026-03"])
    subject: Named | None
    unit: Named | None
    starts: date
    due: date
    end: str = Field(description="done, waived, or empty while it is open.")


class TasksPage(BaseModel):
    rows: list[TaskOut]
    next: str | None
    previous: str | None


class VisitOut(BaseModel):
    id: int
    programme: str
    subject: Named
    outcome: str
    reason: str
    theme: str
    on: date
    people: int
    recorded_at: datetime


class VisitReceipt(VisitOut):
    """`cases`: ledger numbers of what was asked for on the visit."""

    cases: list[str]


class VisitsPage(BaseModel):
    rows: list[VisitOut]
    next: str | None
    previous: str | None
