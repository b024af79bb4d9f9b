"""The timeline of a case: day by day, newest first, each line in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.cases.queries.page import CasePage, Entry
from guanjia.console.viewmodels.due import limit_said
from guanjia.console.viewmodels.rows import category_name, said
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, OUTCOME_LABELS, ClockKind, Outcome

#: Icon and tone by verb; red and amber stay free for time.
_LOOKS = {
    "register": ("inbox", "blue"),
    "dispatch": ("send", "blue"),
    "accept": ("check", "blue"),
    "return": ("return", "neutral"),
    "rule_return": ("return", "neutral"),
    "transfer": ("transfer", "blue"),
    "escalate": ("escalate", "amber"),
    "designate": ("send", "blue"),
    "resolve": ("check-circle", "green"),
    "follow_up": ("phone", "green"),
    "strike_off": ("check-circle", "green"),
    "contest": ("message", "amber"),
    "expire": ("alert", "red"),
    "warn": ("clock", "amber"),
    "ask": ("question", "blue"),
    "answer": ("message", "blue"),
    "add": ("plus", "neutral"),
    "note": ("edit", "neutral"),
    "urge": ("urge", "amber"),
    "supervise": ("order", "amber"),
    "answer_order": ("order", "neutral"),
    "decide_shelving": ("shelve", "neutral"),
    "request_shelving": ("shelve", "neutral"),
    "unshelve": ("redo", "blue"),
    "request_extension": ("calendar", "neutral"),
    "decide_extension": ("calendar", "neutral"),
    "hand_over": ("hand-over", "neutral"),
    "merge": ("merge", "neutral"),
    "join": ("users", "neutral"),
    "add_assistant": ("users", "blue"),
    "open_child": ("branch", "neutral"),
    "arrive": ("pin", "blue"),
    "call": ("phone", "amber"),
}
_KINDS = {
    "asker": gettext_noop("The asker"),
    "public": gettext_noop("The asker"),
    "system": gettext_noop("The system"),
    "service": gettext_noop("Another system"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`notes`: what the record adds to the sentence; `texts`: what people wrote. `recorded`: when it was keyed in, if
    on another day."""

    seq: int
    title: str
    who: str
    at: datetime
    icon: str
    tone: str
    notes: Sequence[str]
    texts: Sequence[str]
    photos: Sequence[Mapping[str, str]]
    files: Sequence[Mapping[str, Any]]
    public: bool
    hash: str
    recorded: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    lines: Sequence[Line]


def days(page: CasePage, at: datetime) -> list[Day]:
    lines = lines_since(page, 0)
    return [Day(day, list(some)) for day, some in groupby(reversed(lines), key=lambda line: localdate(line.at))]


def lines_since(page: CasePage, seq: int) -> list[Line]:
    """The lines after number `seq`, oldest first."""
    return [_line(page, entry) for entry in page.timeline if entry.seq > seq]


def _line(page: CasePage, entry: Entry) -> Line:
    icon, tone = _LOOKS.get(entry.verb, ("info", "neutral"))
    photos = [document for document in entry.documents if document.kind == "photo"]
    return Line(
        seq=entry.seq,
        title=_title(entry),
        who=entry.who or _who(entry.who_kind),
        at=entry.at,
        icon=icon,
        tone=tone,
        notes=_notes(page, entry),
        texts=entry.texts,
        photos=[_photo(document) for document in photos],
        files=[_file(document) for document in entry.documents if document.kind != "photo"],
        public=entry.public,
        hash=entry.hash,
        recorded=entry.recorded_at if localdate(entry.recorded_at) != localdate(entry.at) else None,
    )


#: The reason that the rules themselves write when a limit has passed.
_AUTOMATIC = "late"


def _who(kind: str) -> str:
    return _(_KINDS[kind]) if kind in _KINDS else ""


def _title(entry: Entry) -> str:
    told = _(entry.told)
    return _("%(told)s → %(to)s") % {"told": told, "to": entry.to} if entry.to else told


def _notes(page: CasePage, entry: Entry) -> list[str]:
    """What the data of a line says besides texts, in words."""
    data = entry.data
    notes = []
    if route := next((one for one in page.playbook.routes if one.key == data.get("route")), None):
        notes.append(_("By the playbook: %(reason)s") % {"reason": said(route.reason)})
    if data.get("tier") and entry.verb in ("dispatch", "escalate"):
        notes.append(_("Tier: %(tier)s") % {"tier": said(page.playbook.tier(data["tier"]).name)})
    if entry.verb == "escalate" and data.get("reason") == _AUTOMATIC:
        notes.append(_("By itself, because the limit had passed."))
    if data.get("outcome"):
        notes.append(_("Outcome: %(outcome)s") % {"outcome": _(OUTCOME_LABELS[Outcome(data["outcome"])])})
    if "granted" in data:
        notes.append(_("Granted.") if data["granted"] else _("Refused."))
    if data.get("suggest"):
        notes.append(_("Suggested: %(unit)s") % {"unit": page.names.units.get(data["suggest"], "")})
    if entry.verb in ("expire", "warn"):
        notes.append(_clock_named(str(data.get("kind") or data.get("key", "")).partition(":")[0]))
    if data.get("limit"):
        notes.append(_("Limit: %(limit)s") % {"limit": limit_said(data["limit"])})
    notes += _heard(data) if entry.verb == "follow_up" else []
    if entry.verb == "contest" and data.get("means") == "told":
        notes.append(_("As whoever asked told it."))
    if entry.verb == "register":
        notes.append(_("Category: %(category)s") % {"category": category_name(page.playbook, data["category"])})
    return [note for note in notes if note]


def _clock_named(kind: str) -> str:
    return _(CLOCK_LABELS[ClockKind(kind)]) if kind in set(ClockKind) else ""


def _heard(data: Mapping[str, Any]) -> list[str]:
    if not data.get("reached", True):
        return [_("Nobody could be reached.")]
    solved = _("Solved: yes") if data.get("solved") else _("Solved: no")
    return [solved, _("Satisfaction: %(level)s of 5") % {"level": data.get("satisfaction")}]


def _photo(document: Any) -> dict[str, str]:
    url = reverse("console:document", args=[document.pk])
    return {"thumb": f"{url}?small=1", "url": url, "alt": document.name, "look_url": f"{url}?look=1"}


def _file(document: Any) -> dict[str, Any]:
    return {"url": reverse("console:document", args=[document.pk]), "name": document.name, "size": document.size}
