"""What the playbooks in force ask of units, and who has taken it on."""

from __future__ import annotations

from dataclasses import dataclass, field

from guanjia.cases.models import Case, Clock, Duty
from guanjia.cases.queries.under import playbooks_at_work
from guanjia.playbook.schema import Text


@dataclass(slots=True)
class Wanted:
    """A duty (`names`: the categories that go by it) or a body; `held`: by whom, the district's first."""

    key: str
    is_body: bool
    names: list[Text] = field(default_factory=list)
    held: list[Duty] = field(default_factory=list)


def named_duties() -> dict[str, Wanted]:
    """Every duty and body that a playbook at work names. One query, and those of the playbooks."""
    wanted: dict[str, Wanted] = {}
    for playbook in playbooks_at_work():
        for category in playbook.categories:
            if category.duty:
                wanted.setdefault(category.duty, Wanted(category.duty, False)).names.append(category.name)
        for tier in playbook.ladder.tiers:
            if tier.owner.body:
                wanted.setdefault(tier.owner.body, Wanted(tier.owner.body, True)).names.append(tier.name)
        for route in playbook.routes:
            if route.hand_over is not None and route.hand_over.body:
                wanted.setdefault(route.hand_over.body, Wanted(route.hand_over.body, True))
    return wanted


def duties() -> list[Wanted]:
    """With the units that have them; first what nobody has. Three queries."""
    wanted = named_duties()
    rows = Duty.objects.filter(key__in=wanted).select_related("unit", "place").defer("place__boundary")
    for row in rows.order_by("key", "place__path", "id"):
        wanted[row.key].held.append(row)
    return sorted(wanted.values(), key=lambda one: (bool(one.held), one.is_body, one.key))


def estimated_dates() -> tuple[int, int]:
    """(open cases with an estimated due moment, running clocks that are estimated): what a notice will recount."""
    cases = Case.objects.filter(closed_at__isnull=True, due_estimated=True).count()
    return cases, Clock.objects.filter(stopped__isnull=True, estimated=True).count()
