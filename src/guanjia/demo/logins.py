"""Ready sign-ins: one account for each role, of whoever has the most interesting work waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import Count
from django.utils.timezone import localdate

from guanjia.access.actions import record_absence
from guanjia.access.models import AbsenceReason, Account
from guanjia.access.rules import DEMO_STORY, RESIDENT, STAND_IN
from guanjia.cases.models import Asker, Case
from guanjia.demo.inboxes import DAYS
from guanjia.kernel.actor import SYSTEM, Role
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Officer, PostHolding

#: Written in the folder's README; a demo holds nobody's data.
PASSWORD = "guanjia-demo"


@dataclass(frozen=True, slots=True)
class Login:
    role: str
    username: str
    name: str
    unit: str


def make_logins(at: datetime) -> list[Login]:
    """Thirteen and the resident; in the order in which they are shown."""
    password = make_password(PASSWORD)
    taken: set[int] = set()
    made = [_resident(password, at)]
    steward = _busiest_steward(taken)
    taken.add(steward.pk)
    stand_in = _stand_in(taken, at)
    taken.add(stand_in.pk)
    chosen = [(str(Role.STEWARD), steward), (STAND_IN, stand_in), *_by_role(taken)]
    return made + [_officer(role, officer, password) for role, officer in chosen]


def _officer(role: str, officer: Officer, password: str) -> Login:
    username = role.replace("_", "-")
    Account.objects.filter(officer=officer).update(username=username, password=password, demo_role=role)
    return Login(role, username, officer.name, officer.unit.name)


def _resident(password: str, at: datetime) -> Login:
    Account.objects.create(
        username=RESIDENT, password=password, contact_id=resident_contact(at), created_at=at, demo_role=RESIDENT
    )
    return Login(RESIDENT, RESIDENT, "", "")


def resident_contact(at: datetime) -> int:
    """Who has asked most, with something to answer now; in a small town where nobody has, who asked lately."""
    asked = Asker.objects.filter(case__sealed_to__isnull=True, contact__subject__kind="household")
    waiting = asked.filter(case__status="resolved")
    lately = asked.filter(case__registered_at__gte=at - timedelta(days=DAYS))
    whom = next(found for found in (waiting, lately, asked) if found.exists())
    often = asked.filter(contact_id__in=whom.values("contact_id")).values_list("contact_id").annotate(cases=Count("id"))
    return int(often.order_by("-cases", "contact_id")[0][0])


def _holding_open() -> list[int]:
    """Officers by how many open cases they hold, the most first."""
    held = Case.objects.filter(closed_at__isnull=True, holder_officer__isnull=False)
    counted = held.values_list("holder_officer_id").annotate(cases=Count("id"))
    return [officer for officer, _ in counted.order_by("-cases", "holder_officer_id")]


def _only_steward(officer_ids: list[int]) -> Iterator[int]:
    posts: dict[int, set[str]] = {}
    for officer, role in PostHolding.objects.values_list("officer_id", "post__role"):
        posts.setdefault(officer, set()).add(role)
    return (officer for officer in officer_ids if posts.get(officer) == {Role.STEWARD})


def _stewards() -> Iterator[int]:
    """Those with most waiting first, those with nothing last."""
    stewards = Assignment.objects.order_by("officer_id").values_list("officer_id", flat=True).distinct()
    return _only_steward([*_holding_open(), *stewards])


def _busiest_steward(taken: set[int]) -> Officer:
    return Officer.objects.get(pk=next(one for one in _stewards() if one not in taken))


def _stand_in(taken: set[int], at: datetime) -> Officer:
    """Somebody who stands in today for a steward with work waiting."""
    for officer_id in _stewards():
        if officer_id in taken:
            continue
        partner = _partner(officer_id, taken)
        if partner is not None:
            today = localdate(at)
            record_absence(
                SYSTEM,
                Officer.objects.get(pk=officer_id),
                stand_in=partner,
                first_day=today,
                last_day=today + timedelta(days=6),
                reason=AbsenceReason.TRAINING,
                at=at,
            )
            return partner
    return _busiest_steward(taken)


def _partner(officer_id: int, taken: set[int]) -> Officer | None:
    """Who is stand-in for the most of this steward's subjects."""
    own = Assignment.objects.filter(officer_id=officer_id, role="steward", until__isnull=True)
    beside = Assignment.objects.filter(subject_id__in=own.values("subject_id"), role="stand_in", until__isnull=True)
    counted = beside.exclude(officer_id__in=taken).values_list("officer_id").annotate(count=Count("id"))
    ids = [officer for officer, _ in counted.order_by("-count", "officer_id")]
    found = next(_only_steward(ids), None)
    return Officer.objects.get(pk=found) if found is not None else None


#: Of these roles, whose unit or place holds most open cases is chosen.
ROLES = tuple(role for role in DEMO_STORY if isinstance(role, Role) and role is not Role.STEWARD)


def _by_role(taken: set[int]) -> Iterator[tuple[str, Officer]]:
    open_cases = Case.objects.filter(closed_at__isnull=True)
    by_unit = dict(open_cases.values_list("holder_unit_id").annotate(Count("id")).order_by())
    by_community = dict(open_cases.values_list("community_id").annotate(Count("id")).order_by())
    for role in ROLES:
        held = PostHolding.objects.filter(post__role=role, valid_to__isnull=True, post__unit__kind__in=_KINDS[role])
        if role is Role.HANDLER:  # of a department that things are passed on to, not of the office that passes them on
            held = held.exclude(post__unit__posts__role=Role.LEAD_OFFICE)
        rows = held.exclude(officer_id__in=taken).values_list("officer_id", "post__unit_id", "post__place_id")
        counts = by_community if role is Role.CLERK else by_unit
        best = max(rows, key=lambda row: (counts.get(row[2 if role is Role.CLERK else 1], 0), -row[0]), default=None)
        if best is not None:
            taken.add(best[0])
            yield str(role), Officer.objects.select_related("unit").get(pk=best[0])


_DISTRICT_KINDS = ("department", "leadership")
_KINDS = dict.fromkeys(ROLES, _DISTRICT_KINDS) | {Role.CLERK: ("community_committee",)}
