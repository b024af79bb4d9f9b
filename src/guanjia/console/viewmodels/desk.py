"""The dispatch desk: what waits, where each might go, and what came of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guanjia.cases.queries import lists
from guanjia.cases.queries.page import Names
from guanjia.cases.queries.queues import Duties, Tally, duties, tallies
from guanjia.cases.queries.suggestions import Suggestion, suggestions
from guanjia.console.viewmodels.batch import MOST_AT_ONCE
from guanjia.console.viewmodels.intake import spoke_for_it
from guanjia.console.viewmodels.rows import Row, category_name, rows, said
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes

SIZE = 20
_WHY = {
    "return": gettext_noop("named by whoever returned it"),
    "duty": gettext_noop("has the duty of this category"),
    "route": gettext_noop("by the playbook"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case at the desk. `to` and `tier` as the form sends them; both empty where nobody was found.

    `otherwise`: the category that the text speaks for, where it is not the one that was given.
    """

    row: Row
    seen: int
    text: str
    unit: str
    person: str
    tier_name: str
    to: str
    tier: str
    why: str
    returned: str
    otherwise: str
    sure: str
    spoke: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Desk:
    waiting: Sequence[Waiting]
    page: Page[Any]
    total: Tally
    rulings: Tally
    have: Duties


def desk(actor: Actor, query: Mapping[str, str], *, at: datetime) -> Desk:
    """A fixed number of queries, whatever stands on the page."""
    have = duties(actor)
    page = lists.to_dispatch(actor, cursor=query.get("cursor"), size=SIZE)
    counted = tallies(actor, ("dispatch", "rulings"), at=at, rulings=have.rulings)
    found, names = suggestions(page.rows, at)
    shown = [
        _waiting(case, row, found[case.pk], names) for case, row in zip(page.rows, rows(page.rows, at), strict=True)
    ]
    return Desk(shown, page, counted["dispatch"], counted["rulings"], have)


def _waiting(case: Any, row: Row, found: Suggestion, names: Names) -> Waiting:
    party = found.party
    best = found.categories[0] if found.categories else None
    other = best is not None and best.category != case.category
    to = f"{party.unit}:{party.officer or ''}" if party is not None else ""
    act = reverse("console:act", args=[case.number, "dispatch"])
    return Waiting(
        row=row,
        seen=case.seq,
        text=case.text,
        unit=names.units.get(party.unit, "") if party is not None else "",
        person=names.officers.get(party.officer or 0, "") if party is not None else "",
        tier_name=said(found.tier.name),
        to=to,
        tier=found.tier.key,
        why=_why(found),
        returned=found.returned,
        otherwise=category_name(programmes.playbook_of(case.version_id), best.category) if best and other else "",
        sure=f"{best.confidence:.0%}" if best is not None else "",
        spoke=spoke_for_it(best) if best is not None else "",
        change_url=f"{act}?{urlencode({'to': to, 'tier': found.tier.key})}" if to else act,
    )


def _why(found: Suggestion) -> str:
    if found.why == "route":
        return said(found.route.reason)
    return _(_WHY[found.why]) if found.why else ""


@dataclass(frozen=True, slots=True)
class Order:
    """One case of a batch, as it is to be dispatched."""

    number: str
    to: str
    tier: str
    seen: int | None


def orders(sent: QueryDict) -> list[Order]:
    """Those ticked, or the one whose own button was pressed; each as suggested, or all to whom the bar names."""
    numbers = [str(sent["one"])] if sent.get("one") else sent.getlist("case")
    to, tier = sent.get("to", "").strip(), sent.get("tier", "")
    everybody = bool(to) and not sent.get("one")
    return [
        Order(
            number=number,
            to=to if everybody else sent.get(f"to:{number}", ""),
            tier=tier if everybody and tier else sent.get(f"tier:{number}", ""),
            seen=number_in(sent.get(f"seen:{number}", "")),
        )
        for number in dict.fromkeys(numbers)
    ][:MOST_AT_ONCE]
