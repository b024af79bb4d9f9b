"""What the API answers. Labels and sentences are in the language of the request's Accept-Language."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field


class ProblemOut(BaseModel):
    """A refusal: what is wrong, what to do, and who can help. `each` lists several of them singly."""

    code: str = Field(examples=["case.wrong_state"])
    status: int = Field(examples=[409])
    message: str
    todo: str
    mender: str
    field: str | None = Field(description="The field at fault, if one is.")
    each: list[ProblemOut]


class Named(BaseModel):
    id: int
    name: str


class CaseReceipt(BaseModel):
    """That a request was stored. The same request again gets the same receipt."""

    number: str = Field(examples=["2026-0000123-4"])
    title: str
    category: str
    place: str = Field(description="The place it was put down to; empty where none was found.")
    occurred_at: datetime
    registered_at: datetime


class CaseRow(BaseModel):
    """A case as a list shows it. `seq` goes back as `seen` with an act."""

    number: str = Field(examples=["2026-0000123-4"])
    seq: int
    title: str
    category: str
    channel: str
    status: str
    status_label: str
    outcome: str
    tier: str
    place: Named | None
    community: Named | None
    unit: Named
    officer: str
    emergency: bool
    due_at: datetime | None = Field(description="Null while no limit runs.")
    due_kind: str
    due_estimated: bool = Field(description="The holidays of that year are not published yet.")
    late: bool
    redone: int
    occurred_at: datetime
    registered_at: datetime
    closed_at: datetime | None


class CasePage(BaseModel):
    rows: list[CaseRow]
    next: str | None
    previous: str | None


class AskerOut(BaseModel):
    """Masked."""

    name: str
    phone: str
    channel: str
    solved: bool | None
    satisfaction: int | None


class CaseOut(CaseRow):
    """A case whole; its history is at `…/timeline`, its dates are explained at `…/clocks`."""

    text: str
    address: str
    lon: float | None
    lat: float | None
    confirmed: bool
    satisfaction: int | None
    pending: list[str] = Field(description="Requests that wait for a ruling.")
    askers: list[AskerOut]
    verbs: list[str] = Field(description="What the token's post may do now, the main verb first.")
    parts: list[str] = Field(description="Ledger numbers of the cases split off.")


class DocumentOut(BaseModel):
    id: int
    kind: str = Field(examples=["photo"])
    name: str
    content_type: str
    size: int
    sha256: str


class EntryOut(BaseModel):
    """One line of the ledger."""

    seq: int
    verb: str
    told: str
    at: datetime
    recorded_at: datetime
    who: str = Field(description="Name of the officer; empty for everybody else.")
    who_kind: str
    to: str
    texts: list[str]
    documents: list[DocumentOut]
    hash: str


class Timeline(BaseModel):
    lines: list[EntryOut]
    more: bool


class DayOut(BaseModel):
    day: date
    counted: bool
    amount: int = Field(description="Days for limits in days, else minutes.")
    note: str
    why: str
    label: str
    estimated: bool


class ClockOut(BaseModel):
    """A running limit, with each day that counted and each that was skipped."""

    key: str
    kind: str
    label: str
    tier: str
    limit: str = Field(examples=["3wd"])
    started: datetime
    due: datetime | None = Field(description="Null while it is paused.")
    estimated: bool
    paused: bool
    days: list[DayOut]


class ParamOut(BaseModel):
    name: str
    kind: str
    label: str
    required: bool


class VerbOut(BaseModel):
    key: str
    label: str
    params: list[ParamOut]


class Verbs(BaseModel):
    """What may be done now, the main verb first."""

    seq: int
    verbs: list[VerbOut]


class Done(BaseModel):
    """That an act is written, and how the case stands now."""

    number: str
    verb: str
    seq: int
    status: str
    outcome: str
    tier: str
    holder_unit: int
    holder_officer: int | None


class CategoryOut(BaseModel):
    key: str
    name: str
    kind: str
    public: bool = Field(description="Whether the public ledger may show such cases.")
    asks_for_place: bool


class ProgrammeOut(BaseModel):
    key: str
    name: str
    channels: list[str]


class PlaceOut(BaseModel):
    id: int
    kind: str
    name: str
    parent: int | None
    lon: float | None = Field(description="Of its middle, WGS-84.")
    lat: float | None


class PlacesPage(BaseModel):
    rows: list[PlaceOut]
    next: str | None
    previous: str | None


class CodeOut(BaseModel):
    """A code of a place in one edition of the official list. Codes are used again: one alone names no place."""

    edition: str
    code: str
    place: Named
    called: str = Field(description="What the place was called then, from the district down.")
    valid_from: date
    valid_to: date | None


class PlaceCard(PlaceOut):
    names: list[str] = Field(description="From the district down, itself last.")
    valid_from: date
    valid_to: date | None
    codes: list[CodeOut]


class MatchOut(BaseModel):
    place: PlaceOut
    names: list[str] = Field(description="The words that spoke for it.")


class UnitOut(BaseModel):
    id: int
    kind: str
    name: str
    phone: str
    place: Named | None


class UnitsPage(BaseModel):
    rows: list[UnitOut]
    next: str | None
    previous: str | None


class PublicRow(BaseModel):
    """A case as everybody may see it: nothing of who asked, nor where exactly."""

    number: str
    title: str
    category: str
    status: str
    status_label: str
    outcome: str
    street: str
    community: str
    unit: str
    registered_at: datetime
    closed_at: datetime | None
    late: bool


class PublicPage(BaseModel):
    rows: list[PublicRow]
    next: str | None
    previous: str | None


class RatesOut(BaseModel):
    """Shares of what was closed in the last 90 days; null where that is too little to say anything."""

    unit: Named
    open: int
    overdue: int
    closed: int
    on_time: float | None
    solved: float | None
    satisfaction: float | None
