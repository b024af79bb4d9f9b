"""Units and officers to choose from: those that suggest themselves, and those that a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.cases.owners import matter_of, owner_of
from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.playbook.lifecycle.states import Party
from guanjia.registry import queries as registry

#: A search shows so many of each kind.
FOUND = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` as `cases.parameters` reads a party ("unit:officer") or a unit ("unit")."""

    value: str
    unit: str
    person: str = ""
    why: str = ""


def suggested(page: CasePage, kind: str, *, at: datetime) -> list[Choice]:
    """For a party: the owner of each tier by the playbook's rule, whoever a return named, whoever had it before."""
    parties = list(_by_tier(page, at)) if kind == "party" else []
    returned = page.state.pending.get("return", {}).get("suggest") or _last_suggested(page)
    if returned:
        parties.insert(0, (Party(int(returned)), _("named by whoever returned it")))
    if kind == "unit":
        parties += [(Party(tier.unit), why) for tier, why in _by_tier(page, at)]
    chosen: dict[str, Choice] = {}
    names = _Named(page.names.units, page.names.officers)
    for party, why in parties:
        if party == page.state.holder or (kind == "unit" and party.unit == page.state.holder.unit):
            continue
        choice = Choice(_value(party, kind), names.unit(party.unit), names.officer(party, kind, at), why)
        chosen.setdefault(choice.value, choice)
    return list(chosen.values())


def _by_tier(page: CasePage, at: datetime) -> Iterable[tuple[Party, str]]:
    matter = matter_of(page.case)
    for tier in page.playbook.ladder.tiers:
        party = owner_of(tier.owner, matter, page.playbook, at)
        if party is not None:
            yield party, _("%(tier)s by the playbook") % {"tier": said(tier.name)}


def _last_suggested(page: CasePage) -> Any:
    return next((one.data.get("suggest") for one in reversed(page.timeline) if one.verb == "return"), None)


@dataclass(frozen=True, slots=True)
class _Named:
    units: Mapping[int, str]
    officers: Mapping[int, str]

    def unit(self, unit_id: int) -> str:
        return self.units.get(unit_id) or registry.unit(unit_id).name

    def officer(self, party: Party, kind: str, at: datetime) -> str:
        if party.officer is None or kind == "unit":
            return ""
        known = self.officers.get(party.officer)
        if known:
            return known
        held = registry.holders(localdate(at), unit_id=party.unit)
        return next((one.officer.name for one in held if one.officer_id == party.officer), "")


def _value(party: Party, kind: str) -> str:
    return str(party.unit) if kind == "unit" else f"{party.unit}:{party.officer or ''}"


def search(actor: Actor, text: str, kind: str) -> Sequence[Choice]:
    """Units and, for a party, officers by part of the name. Two queries; nothing for an empty text."""
    text = text.strip()
    if not text:
        return []
    units = registry.search_units(text, most=FOUND)
    found = [Choice(_value(Party(unit.pk), kind), unit.name) for unit in units]
    if kind == "party":
        people = registry.officers(actor, text=text, size=FOUND).rows
        found += [Choice(f"{one.unit_id}:{one.pk}", one.unit.name, one.name) for one in people]
    return found


def named(value: str, kind: str, *, at: datetime) -> Choice | None:
    """The choice that a form was sent with, so that it comes back chosen. None where it is none."""
    unit_text, _colon, officer_text = value.partition(":")
    unit_id = number_in(unit_text)
    if unit_id is None:
        return None
    party = Party(unit_id, number_in(officer_text))
    names = _Named({}, {})
    return Choice(value, names.unit(party.unit), names.officer(party, kind, at))
