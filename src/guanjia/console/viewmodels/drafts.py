"""A playbook that is being written, as its page shows it: lines and what is wrong in them, what it comes to, how its
stories end, what a rehearsal found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_default_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.cases.queries.rehearsed import Findings, findings_of
from guanjia.console.viewmodels.choices import Option
from guanjia.console.viewmodels.rows import said
from guanjia.playbook import drafts, explain, loader
from guanjia.playbook.explain import Table
from guanjia.playbook.faults import Fault
from guanjia.playbook.schema import Playbook, Text
from guanjia.programmes import queries as programmes

SIZE = 20


@dataclass(frozen=True, slots=True)
class Wrong:
    """`here`: it is in the file that is shown; else `url` leads to the other one."""

    file: str
    line: int
    message: str
    advice: str
    here: bool
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    wrong: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """`lines`: of the file shown."""

    file: str
    lines: Sequence[Line]
    wrong: Sequence[Wrong]


@dataclass(frozen=True, slots=True)
class Played:
    name: str
    url: str
    wrong: Sequence[Wrong]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`counted` of `cases`; the findings once it is finished."""

    counted: int
    cases: int
    at: Any
    found: Findings | None
    programme: str
    revision: int

    @property
    def waits(self) -> bool:
        return self.found is None

    @property
    def figures(self) -> Sequence[tuple[str, int, int]]:
        """(what, before, after)."""
        if self.found is None:
            return []
        tally = self.found.tally
        return [
            (_("Late cases"), tally.late_before, tally.late_after),
            (_("Climbed by themselves"), tally.climbs_before.total(), tally.climbs_after.total()),
            (_("Stewards above the limit"), self.found.over_before, self.found.over_after),
        ]

    @property
    def clocks(self) -> Sequence[tuple[str, str, Any]]:
        """(tier, limit, `Moved`) of those that changed."""
        found = self.found.clocks if self.found is not None else ()
        rows = [(row, row.moved) for row in found]
        changed = [
            (row, moved)
            for row, moved in rows
            if moved.earlier or moved.later or moved.missed_before != moved.missed_after or moved.before != moved.after
        ]
        return [(_tier(row.tier), _(row.kind), moved) for row, moved in changed]

    @property
    def refused(self) -> Sequence[tuple[str, str, int]]:
        """(act, why, how often)."""
        found = self.found.refused if self.found is not None else ()
        return [(_(row.verb), row.why.in_general(_), row.count) for row in found]


@dataclass(frozen=True, slots=True)
class Editor:
    draft: Any
    name: str
    file: str
    text: str
    files: Sequence[Mapping[str, Any]]
    checked: Checked
    table: Table | None
    drawing: SafeString
    played: Sequence[Played]
    programmes: Sequence[Option]
    rehearsal: Rehearsal | None
    #: The programme that adopting it would go on with; "" where it would begin one.
    goes_on: str

    @property
    def ready(self) -> bool:
        return self.table is not None and not self.checked.wrong

    @property
    def stories_hold(self) -> bool:
        return not any(one.wrong for one in self.played)


def origins(chosen: str) -> list[Option]:
    """What a draft may begin as: a programme of the district, a playbook that is shipped, or from scratch."""
    running = [(one.key, programmes.current_playbook(one.pk)) for one in programmes.running()]
    found = [("", _("From scratch: the smallest playbook that works"))]
    found += [
        (f"programme:{key}", _("Copy of the programme %(name)s") % {"name": said(book.playbook.name)})
        for key, book in running
    ]
    found += [
        (f"shipped:{key}", _("Copy of the shipped playbook %(name)s") % {"name": said(name)})
        for key, name in _shipped_names()
    ]
    return [Option(value, label, value == chosen) for value, label in found]


@cache
def _shipped_names() -> list[tuple[str, Text]]:
    """Reading them all takes as long as ten pages, and they are part of what is installed."""
    return [(key, loader.load(folder).playbook.name) for key, folder in loader.shipped().items()]


def editor(draft: Any, name: str, typed: str | None, found: Any) -> Editor:
    """`typed`: what was sent and could not be saved; `found`: the draft's last rehearsal."""
    name = name if name in draft.files else loader.FILE
    text = typed if typed is not None else draft.files[name]
    files = {**draft.files, name: text}
    reading = drafts.read(files)
    sound = reading.playbook if not reading.faults else None
    running = {one.key for one in programmes.running()}
    return Editor(
        draft=draft,
        name=said(reading.playbook.playbook.name) if reading.playbook is not None else draft.key,
        file=name,
        text=text,
        files=[
            {"label": _label(one), "url": _url(draft.pk, one), "active": one == name}
            for one in sorted(draft.files, key=lambda one: (one != loader.FILE, one))
        ],
        checked=_checked(draft.pk, name, text, _in(reading.faults, files)),
        table=explain.table(sound, _language()) if sound is not None else None,
        # The drawing escapes what the playbook says.
        drawing=mark_safe(explain.flow_svg(sound, _language())) if sound is not None else SafeString(),
        played=_played(draft.pk, name, files, sound) if sound is not None else (),
        programmes=[
            Option(one.key, said(programmes.current_playbook(one.pk).playbook.name), one.key == draft.key)
            for one in programmes.running()
        ],
        rehearsal=rehearsal(found),
        goes_on=draft.key if draft.key in running else "",
    )


def checked(draft: Any, name: str, text: str) -> Checked:
    """Of a text that is being typed. No query."""
    name = name if name in draft.files else loader.FILE
    files = {**draft.files, name: text}
    return _checked(draft.pk, name, text, _in(drafts.read(files).faults, files))


def _in(faults: Sequence[Fault], files: drafts.Files) -> Sequence[Fault]:
    """With those of the stories' own reading, which is asked of each of them."""
    if faults:
        return faults
    playbook = drafts.read(files).playbook
    assert playbook is not None, "what has no faults can be read"
    return [fault for one in drafts.play(files, playbook, _zone()) if one.name is None for fault in one.faults]


def _checked(draft_id: int, name: str, text: str, faults: Sequence[Fault]) -> Checked:
    wrong = [_wrong(draft_id, name, fault) for fault in faults]
    lines = {one.line for one in wrong if one.here}
    return Checked(name, [Line(n, n in lines) for n in range(1, text.count("\n") + 2)], wrong)


def _wrong(draft_id: int, name: str, fault: Fault) -> Wrong:
    here = fault.file == name
    return Wrong(
        # What was taken over from a shipped playbook stands in that one's folder.
        fault.file if fault.file.count("/") < 2 else PurePath(fault.file).parent.name,
        fault.line,
        _say(fault.message) % fault.params,
        _say(fault.hint) % fault.params if fault.hint else "",
        here,
        f"#L{fault.line}" if here else f"{_url(draft_id, fault.file)}#L{fault.line}",
    )


def _say(message: str) -> str:
    return _(message) if message else ""


def _played(draft_id: int, name: str, files: drafts.Files, playbook: Playbook) -> list[Played]:
    return [
        Played(
            said(one.name) if one.name is not None else one.file,
            _url(draft_id, one.file),
            [_wrong(draft_id, name, fault) for fault in one.faults],
        )
        for one in drafts.play(files, playbook, _zone())
    ]


def rehearsal(found: Any) -> Rehearsal | None:
    """Five queries at most once it is finished."""
    if found is None:
        return None
    done = findings_of(found) if found.finished_at is not None else None
    return Rehearsal(found.counted, found.cases, found.asked_at, done, found.plan["programme"], found.revision)


def _tier(tier: Text | str | None) -> str:
    if tier is None:
        return _("Desk")
    return said(tier) if isinstance(tier, Text) else tier


def _label(path: str) -> str:
    return _("Playbook") if path == loader.FILE else path.removesuffix(".toml")


def _url(draft_id: int, path: str) -> str:
    return f"{reverse('console:draft', args=[draft_id])}?file={path}"


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _zone() -> ZoneInfo:
    return ZoneInfo(get_default_timezone_name())
