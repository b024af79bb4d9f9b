"""What a story may say: a calendar of what happens to one case, and what must be true. Stories are how a playbook is
tested by those who write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, NaiveDatetime

from guanjia.kernel.actor import Role
from guanjia.playbook.lifecycle.states import Outcome, Status
from guanjia.playbook.loader import Source, read, read_file
from guanjia.playbook.schema import ChannelKey, Key, Strict, SubjectKind, Text

FOLDER = "stories"


class Exceptions(Strict):
    """Days that are otherwise than the published calendar has them."""

    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()

    def overrides(self) -> dict[date, tuple[bool, str]]:
        """As `WorkCalendar.with_overrides` takes them."""
        return {**dict.fromkeys(self.closed, (False, "")), **dict.fromkeys(self.open, (True, ""))}


class Request(Strict):
    category: Key
    channel: ChannelKey = "web"
    subject: SubjectKind | None = None
    askers: tuple[str, ...] = ()
    emergency: bool = False
    call: bool = False


class Person(Strict):
    name: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)


class Body(Strict):
    name: str = Field(min_length=1)
    duties: tuple[Key, ...] = ()
    kind: Literal["street_office", "community_committee"] | None = None


class Expected(Strict):
    refused: str | None = None
    status: Status | None = None
    tier: str | None = None
    holder: str | None = None
    due: dict[str, NaiveDatetime | Literal["paused", "stopped"]] = Field(default_factory=dict)
    outcome: Outcome | None = None
    confirmed: bool | None = None
    late: bool | None = None
    frozen: bool | None = None
    happened: tuple[str, ...] | None = None


class Step(Strict):
    at: NaiveDatetime
    who: str = ""
    does: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    then: Expected = Expected()


class Story(Strict):
    name: Text
    start: NaiveDatetime
    calendar: Exceptions = Exceptions()
    request: Request
    people: tuple[Person, ...] = Field(min_length=1)
    units: tuple[Body, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)


def stories_of(folder: Path) -> list[Path]:
    """The story files of a playbook's folder."""
    return sorted((folder / FOLDER).glob("*.toml"))


def read_story(path: Path) -> Source[Story]:
    """Raises PlaybookError with every fault of the text."""
    return read_file(path, Story)


def story_of(text: str, name: str) -> Source[Story]:
    """Raises PlaybookError with every fault of the text."""
    return read(text, name, Story)
