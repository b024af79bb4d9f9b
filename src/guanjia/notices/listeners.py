"""What the outbox brings, told to whom it concerns. Each subscriber may see a message twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from guanjia.cases.deadlines import timekeeper
from guanjia.cases.models import Case, Event
from guanjia.kernel.actor import Role
from guanjia.notices.directory import AsAsked
from guanjia.notices.drafting import drafts_of, steps_of
from guanjia.notices.models import Delivery, DeliveryState, Notice
from guanjia.notices.rules.targets import Urgency
from guanjia.notices.rules.wording import GAPS
from guanjia.notices.writing import Draft, store
from guanjia.programmes.queries import playbook_of
from guanjia.registry.models import Officer, Place
from guanjia.registry.rules import path_ids

SEALED = "sealed"


def on_case_changed(payload: Mapping[str, Any], at: datetime) -> None:
    """Tell of the lines `from` … `to` of a case, each as things stood after it."""
    case = Case.objects.select_related("place").filter(pk=payload["case"]).first()
    if case is None:
        return
    playbook = playbook_of(case.version_id)
    lines = [event.line for event in Event.objects.filter(case_id=case.pk, seq__lte=payload["to"]).order_by("seq")]
    steps = steps_of(lines, payload["from"])
    if case.sealed_to_id is not None:
        # Sealed by now, whatever this message is about: only that it was handed over may stand.
        steps = [step for step in steps if step.after.sealed_to is not None]
        _withdraw(case, at)
    if steps:
        drafts = drafts_of(case, steps, playbook, AsAsked(localdate(at)), cache(timekeeper))
        store(drafts, case=case, playbook=playbook, at=at, groups=case.sealed_to_id is None)


def _withdraw(case: Case, at: datetime) -> None:
    """Take back the words of what was said before the seal, and what has not gone out yet."""
    before = Notice.objects.filter(case=case, withdrawn_at__isnull=True).exclude(verb="hand_over")
    Delivery.objects.filter(notice__in=before, next_try_at__isnull=False).update(
        state=DeliveryState.SKIPPED, next_try_at=None, error=SEALED
    )
    before.update(
        text="", params={}, withdrawn_at=at, read_at=Coalesce("read_at", Value(at), output_field=DateTimeField())
    )


def on_absence_recorded(payload: Mapping[str, Any], at: datetime) -> None:
    """The stand-in hears for whom, and how long."""
    params = {
        "officer": _officer_name(payload["officer_id"]),
        "first_day": payload["first_day"],
        "last_day": payload["last_day"],
    }
    _tell("absence.stand_in", payload["absence_id"], [payload["stand_in_id"]], params, at)


def on_caseload_handed_over(payload: Mapping[str, Any], at: datetime) -> None:
    """Whoever answers for more from now on hears from whom it came; once a day for each pair."""
    if payload["moved"]:
        params = {"officer": _officer_name(payload["from"]), "moved": payload["moved"]}
        kind = f"caseload.taken_over:{payload['from']}"
        _tell(kind, localdate(at).toordinal(), [payload["to"]], params, at)


def on_coverage_gap(payload: Mapping[str, Any], at: datetime) -> None:
    """A hole in the one-steward guarantee goes to the clerks of the place and to the lead office; once a day for each
    place and kind of hole."""
    place = Place.objects.filter(pk__in=path_ids(payload["path"])[-1:]).first()
    day = localdate(at)
    directory, path = AsAsked(day), place.path if place is not None else ""
    readers = [*directory.nearest(Role.CLERK, path), *directory.nearest(Role.LEAD_OFFICE, path)]
    params = {
        "place": place.name if place is not None else settings.GUANJIA_DISTRICT_NAME,
        "gap": GAPS[payload["kind"]],
        "count": payload["count"],
    }
    kind = f"coverage.gap:{payload['programme']}.{payload['kind']}.{place.pk if place is not None else ''}"
    _tell(kind, day.toordinal(), readers, params, at, Urgency.PRESSING)


def on_odd_reading(payload: Mapping[str, Any], at: datetime) -> None:
    """Those who watch over people's data hear of a reader once a day."""
    day = date.fromisoformat(payload["day"])
    directory = AsAsked(day)
    readers = [*directory.nearest(Role.SECURITY_ADMINISTRATOR, ""), *directory.nearest(Role.AUDITOR, "")]
    params = {"officer": _officer_name(payload["officer_id"]), "count": payload["count"], "day": payload["day"]}
    kind = f"access.odd_reading:{payload['account_id']}"
    _tell(kind, day.toordinal(), readers, params, at, Urgency.PRESSING)


def _tell(
    kind: str,
    number: int,
    officer_ids: list[int],
    params: Mapping[str, Any],
    at: datetime,
    urgency: Urgency = Urgency.ROUTINE,
) -> None:
    verb = kind.partition(":")[0]
    staff = AsAsked(localdate(at)).present(officer_ids)
    drafts = [Draft(number, verb, kind, urgency, params, officer_id=one) for one in dict.fromkeys(staff.values())]
    # These name officers, so no group hears them.
    store(drafts, case=None, playbook=None, at=at, groups=False)


def _officer_name(officer_id: int) -> str:
    return Officer.objects.filter(pk=officer_id).values_list("name", flat=True).first() or ""
