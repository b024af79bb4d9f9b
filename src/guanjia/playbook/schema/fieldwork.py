"""What is done without being asked: visits and their forms, dated tasks, meetings, patrols, sweeps, works."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import ConfigDict, Field

from guanjia.kernel.actor import Role
from guanjia.playbook.facts import FactKey
from guanjia.playbook.schema.parts import Key, LimitField, Named, Owner, Period, Strict, SubjectKind, Text

UnitKind = Literal["leadership", "department", "street_office", "community_committee", "team", "company", "service"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
#: What is counted; `labels.MEASURE_LABELS` says how people call it.
Measure = Literal[
    "m", "m2", "m3", "t", "tree", "plant", "pot", "plot", "spot", "building", "piece", "copy", "person-time", "meeting",
    "yuan",
]  # fmt: skip


class Bound(Strict):
    """Enter once: an item of a form that asks what the registry knows. It is filled in beforehand; another answer is
    a proposed correction of the card."""

    item: str = Field(min_length=1)
    fact: FactKey


class FormUse(Strict):
    """A form of this playbook: an XLSForm, kept as rows in a .toml or as a .xlsx (`forms.read`).

    `about`: what one answer is about. `minutes`: how long filling it in takes, for the burden meter. `exception`: why
    it may force a photo, a track or a scan, which the State Council's rule of 2026 on government apps bars otherwise.
    """

    key: Key
    name: Text
    file: str = Field(min_length=1)
    about: SubjectKind
    minutes: int = Field(gt=0, le=240)
    exception: Text | None = None
    bound: tuple[Bound, ...] = ()


class Visits(Strict):
    """How often a steward looks in: at least, and (无事不扰) at most; what about, and with which form. `refusable`:
    whoever refuses is not visited again before they ask."""

    at_least: LimitField | None = None
    at_most_per_month: int | None = Field(default=None, gt=0)
    form: Key | None = None
    themes: tuple[Named, ...] = ()
    refusable: bool = True


class Task(Strict):
    """A dated duty that is made ahead of time. `due` counts from the end of the period; 0d is its last day."""

    key: Key
    name: Text
    every: Period
    due: LimitField
    who: Owner
    per: Literal["subject", "steward", "unit", "programme"]
    form: Key | None = None


class Items(Strict):
    """How many items a meeting takes up each time."""

    least: int = Field(default=1, ge=1)
    most: int = Field(ge=1)


class Body(Strict):
    """A joint meeting, council or leading group: an owner of cases that meets at fixed times."""

    key: Key
    name: Text
    chair: Role
    members: tuple[UnitKind, ...] = ()
    meets: Period
    weekday: Weekday | None = None
    items: Items | None = None


class Shift(Strict):
    """From one time of day to another; past midnight where `to` is the earlier one."""

    model_config = ConfigDict(populate_by_name=True)

    key: Key
    name: Text
    from_: time = Field(alias="from")
    to: time


class Help(Strict):
    """A way in which a patrol helps, or a thing that it gives: counted, never by name."""

    key: Key
    name: Text
    unit: Measure = "person-time"


class Patrols(Strict):
    kinds: tuple[Named, ...] = Field(min_length=1)
    shifts: tuple[Shift, ...] = ()
    help: tuple[Help, ...] = ()


class Ledger(Named):
    """Cases of the programme that are listed apart. One without tiers and categories is a list of something else."""

    tiers: tuple[Key, ...] = ()
    categories: tuple[Key, ...] = ()


class Sweep(Strict):
    """Every place or subject of a kind once, no gap, within a time; what is found becomes a case."""

    key: Key
    name: Text
    over: Literal["courtyard", "grid", "household", "business", "place"]
    within: LimitField
    form: Key | None = None
    finding: Key


class Work(Strict):
    """A kind of work done, counted in one unit."""

    key: Key
    name: Text
    unit: Measure


class Page(Strict):
    """A text for everybody who works under the playbook. `file` names the Chinese one, such as texts/handbook.zh.md;
    beside it lies the English one, texts/handbook.en.md."""

    key: Key
    title: Text
    file: str = Field(min_length=1)

    def file_in(self, language: str) -> str:
        return self.file if language.startswith("zh") else self.file.replace(".zh.", ".en.")


class Handbook(Strict):
    pages: tuple[Page, ...] = Field(min_length=1)
