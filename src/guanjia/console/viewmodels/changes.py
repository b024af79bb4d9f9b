"""The record of changes, in words: who did what to which record, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.access import queries as access
from guanjia.access.policy import may_read_changes
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.labels import ROLE_LABELS
from guanjia.registry.queries import history

SIZE = 50
LATEST = 5

VERBS = {
    "absence.ended": gettext_noop("An absence ended"),
    "absence.recorded": gettext_noop("An absence was recorded"),
    "account.created": gettext_noop("Account made"),
    "account.deactivated": gettext_noop("Account shut"),
    "account.password_set": gettext_noop("Password set anew"),
    "answer.record": gettext_noop("A form filled in"),
    "assignment.assign": gettext_noop("Steward assigned"),
    "assignment.end": gettext_noop("Stewards ended with the registration"),
    "assignment.follow": gettext_noop("Stewards followed the change of places"),
    "assignment.share_out": gettext_noop("Caseloads shared out"),
    "assignment.unassign": gettext_noop("Steward taken off"),
    "business.close": gettext_noop("Business closed"),
    "business.reopen": gettext_noop("Business registered again"),
    "business.create": gettext_noop("Business entered"),
    "business.update": gettext_noop("Card of a business corrected"),
    "calendar.load_notice": gettext_noop("Days off of a year loaded"),
    "calendar.seed": gettext_noop("Published days off filled in"),
    "calendar.set_hours": gettext_noop("Office hours set"),
    "card.issue": gettext_noop("Contact card given its code"),
    "card.order": gettext_noop("Contact cards ordered"),
    "caseload.hand_over": gettext_noop("Caseload handed over"),
    "caseload.replace": gettext_noop("Caseload followed the officer"),
    "correction.decide": gettext_noop("Correction of a card decided"),
    "device_password.issued": gettext_noop("Password of a field app given"),
    "device_password.revoked": gettext_noop("Password of a field app taken back"),
    "draft.begin": gettext_noop("Playbook begun"),
    "draft.discard": gettext_noop("Draft of a playbook thrown away"),
    "draft.rehearse": gettext_noop("Playbook rehearsed"),
    "draft.save": gettext_noop("Playbook written on"),
    "duty.give": gettext_noop("Duty given"),
    "household.close": gettext_noop("Household closed"),
    "household.reopen": gettext_noop("Household registered again"),
    "household.create": gettext_noop("Household entered"),
    "household.move": gettext_noop("Household moved"),
    "household.update": gettext_noop("Card of a household corrected"),
    "notices.set_preference": gettext_noop("Way to hear chosen"),
    "officer.appoint": gettext_noop("Appointed to a post"),
    "officer.create": gettext_noop("Officer entered"),
    "officer.relieve": gettext_noop("Relieved of a post"),
    "officer.replace": gettext_noop("Officer replaced"),
    "officer.retire": gettext_noop("Officer left"),
    "officer.update": gettext_noop("Officer changed"),
    "paper.reserve": gettext_noop("Numbers of paper forms reserved"),
    "patrol.record": gettext_noop("Patrol written down"),
    "person.close": gettext_noop("Person closed"),
    "person.reopen": gettext_noop("Person registered again"),
    "person.create": gettext_noop("Person entered"),
    "person.update": gettext_noop("Card of a person corrected"),
    "place.add_alias": gettext_noop("Another name added"),
    "place.close": gettext_noop("Place closed"),
    "place.create": gettext_noop("Place set up"),
    "place.merge": gettext_noop("Places merged"),
    "place.move": gettext_noop("Place moved"),
    "place.recode": gettext_noop("Code given"),
    "place.redraw": gettext_noop("Grid redrawn"),
    "place.rename": gettext_noop("Place renamed"),
    "place.set_boundary": gettext_noop("Outline drawn"),
    "place.split": gettext_noop("Grid split"),
    "plot.adopt": gettext_noop("Plot adopted"),
    "plot.give_up": gettext_noop("Plot given up"),
    "post.close": gettext_noop("Post closed"),
    "post.create": gettext_noop("Post set up"),
    "programme.adopt": gettext_noop("Playbook adopted"),
    "programme.enrol": gettext_noop("Enrolled in a programme"),
    "programme.leave": gettext_noop("Left a programme"),
    "programme.resume": gettext_noop("Programme goes on again"),
    "programme.stop": gettext_noop("Programme stopped"),
    "sweep.check": gettext_noop("Place of a sweep checked"),
    "sweep.open": gettext_noop("Sweep begun"),
    "task.end": gettext_noop("Task ended"),
    "task.make": gettext_noop("Tasks made"),
    "token.issued": gettext_noop("Token issued"),
    "token.revoked": gettext_noop("Token revoked"),
    "unit.close": gettext_noop("Unit closed"),
    "unit.create": gettext_noop("Unit set up"),
    "unit.update": gettext_noop("Unit changed"),
    "visit.drop": gettext_noop("Planned visit dropped"),
    "visit.plan": gettext_noop("Visit planned"),
    "visit.record": gettext_noop("Visit written down"),
    "work.record": gettext_noop("Work written down"),
}
#: Imports name what they loaded: "import.units".
IMPORTED = gettext_noop("List imported")
_KINDS = {"system": gettext_noop("The system"), "service": gettext_noop("Another system")}
_PAGES = {
    "registry.unit": "console:unit",
    "registry.officer": "console:officer",
    "registry.place": "console:place",
    "registry.subject": "console:subject",
}
#: Which record an id among the data speaks of.
_SPEAKS_OF = {
    "officer": "registry.officer",
    "officer_id": "registry.officer",
    "post": "registry.post",
    "unit": "registry.unit",
    "place": "registry.place",
    "subject_id": "registry.subject",
}


@dataclass(frozen=True, slots=True)
class Change:
    """`seq`: its number in the chain, None for the seconds until it is sealed. `more`: what the data adds, in words."""

    at: datetime
    who: str
    what: str
    record: str
    url: str
    more: Sequence[str]
    seq: int | None
    seal: str


def latest(actor: Actor, of: Mapping[str, Collection[int]]) -> list[Change]:
    """The last few of some records; none for those who may not see them. Four queries at most."""
    return shown(access.changes(actor, of=of, size=LATEST)) if may_read_changes(actor) else []


def shown(page: Page[Any]) -> list[Change]:
    """One query for each type of record that is spoken of."""
    names = history.called(_spoken_of(page.rows))
    return [_change(one, names) for one in page.rows]


Names = Mapping[tuple[str, int], str]


def _spoken_of(entries: Sequence[Any]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.subject_id is not None:
            found[entry.subject_type].add(entry.subject_id)
        if entry.actor.get("officer"):
            found["registry.officer"].add(entry.actor["officer"])
        for key, kind in _SPEAKS_OF.items():
            if isinstance(entry.data.get(key), int):
                found[kind].add(entry.data[key])
    return found


def _change(entry: Any, names: Names) -> Change:
    kind, officer = entry.actor.get("kind", ""), entry.actor.get("officer")
    label = VERBS.get(entry.verb, IMPORTED if entry.verb.startswith("import.") else entry.verb)
    record = (entry.subject_type, entry.subject_id)
    route = _PAGES.get(entry.subject_type)
    return Change(
        at=entry.at,
        who=names.get(("registry.officer", officer), "") if officer else _(_KINDS.get(kind, kind)),
        what=_(label),
        record=names.get(record, ""),
        url=reverse(route, args=[entry.subject_id]) if route and record in names else "",
        more=_more(entry.data, names),
        seq=entry.seq,
        seal=entry.seal,
    )


def _more(data: Mapping[str, Any], names: Names) -> list[str]:
    """What somebody without the tables can read: names, days, codes."""
    said = []
    if isinstance(data.get("old"), str) and isinstance(data.get("new"), str):
        said.append(f"{data['old']} → {data['new']}")
    said += [names[kind, data[key]] for key, kind in _SPEAKS_OF.items() if (kind, data.get(key)) in names]
    if data.get("role") in list(Role):
        said.append(_(ROLE_LABELS[Role(data["role"])]))
    if data.get("edition") and data.get("code"):
        said.append(f"{data['edition']}: {data['code']}")
    if data.get("loaded") is not None:
        said.append(_("%(count)s rows") % {"count": data["loaded"]})
    if isinstance(data.get("on"), str):
        said.append(_("from %(day)s") % {"day": data["on"]})
    return said


def record_asked(text: str) -> dict[str, list[int]] | None:
    """`registry.unit:12`; None for all."""
    kind, _colon, id = text.partition(":")
    number = number_in(id)
    return {kind: [number]} if kind and number is not None else None
