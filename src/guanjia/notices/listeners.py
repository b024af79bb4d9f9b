"""What the outbox brings, told to whom it concerns. Each subscriber may see a message twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from guanjia.cases.deadlines import Timekeeper, deadlines, timekeeper
from guanjia.cases.models import Case, Event
from guanjia.cases.projection import next_due
from guanjia.kernel.actor import Role
from guanjia.notices.audience import Audience, Step, askers_of, nearest, present
from guanjia.notices.models import Delivery, DeliveryState, Notice
from guanjia.notices.rules.targets import Telling, Urgency, clocks_of, tellings
from guanjia.notices.rules.wording import GAPS
from guanjia.notices.writing import Draft, store
from guanjia.playbook.lifecycle.decide import apply
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.schema import Playbook
from guanjia.programmes.queries import playbook_of
from guanjia.registry.models import Officer, Place, Unit
from guanjia.registry.rules import path_ids

SEALED = "sealed"


def on_case_changed(payload: Mapping[str, Any], at: datetime) -> None:
    """Tell of the lines `from` … `to` of a case, each as things stood after it."""
    case = Case.objects.select_related("place").filter(pk=payload["case"]).first()
    if case is None:
        return
    playbook = playbook_of(case.version_id)
    steps = _steps(case, payload["from"], payload["to"])
    if case.sealed_to_id is not None:
        # Sealed by now, whatever this message is about: only that it was handed over may stand.
        steps = [step for step in steps if step.after.sealed_to is not None]
        _withdraw(case, at)
    if steps:
        store(_drafts(case, steps, playbook, at), case=case, playbook=playbook, at=at, groups=case.sealed_to_id is None)


def _steps(case: Case, first: int, last: int) -> list[Step]:
    state: CaseState | None = None
    steps = []
    for event in Event.objects.filter(case_id=case.pk, seq__lte=last).order_by("seq"):
        before, state = state, apply(state, event.line)
        if event.seq >= first:
            steps.append(Step(event.line, before, state))
    return steps


def _withdraw(case: Case, at: datetime) -> None:
    """Take back the words of what was said before the seal, and what has not gone out yet."""
    before = Notice.objects.filter(case=case, withdrawn_at__isnull=True).exclude(verb="hand_over")
    Delivery.objects.filter(notice__in=before, next_try_at__isnull=False).update(
        state=DeliveryState.SKIPPED, next_try_at=None, error=SEALED
    )
    before.update(
        text="", params={}, withdrawn_at=at, read_at=Coalesce("read_at", Value(at), output_field=DateTimeField())
    )


def _drafts(case: Case, steps: list[Step], playbook: Playbook, at: datetime) -> list[Draft]:
    audience = Audience(case, playbook, localdate(at))
    final = steps[-1].after
    told: list[tuple[Step, Telling, list[int]]] = []
    for step in steps:
        for telling in tellings(step.line, step.after, final, playbook):
            asking = telling.to == "asker"
            who = askers_of(step) if asking else audience.officers(telling.to, step)
            told.append((step, telling, who))
    staff = present([one for _step, telling, who in told if telling.to != "asker" for one in who], audience.day)
    facts = Facts.of(case, playbook, steps)
    drafts: dict[tuple[int, str, int], Draft] = {}
    for step, telling, who in told:
        kind_of_reader = "contact" if telling.to == "asker" else "officer"
        params = facts.params(step, telling, final)
        for one in who:
            reader = one if kind_of_reader == "contact" else staff[one]
            if kind_of_reader == "officer" and reader == step.line.by.get("officer"):
                continue  # nobody is told what they did themselves
            draft = Draft(
                event_seq=step.line.seq,
                verb=step.line.verb,
                kind=telling.kind,
                urgency=telling.urgency,
                params=params,
                **{f"{kind_of_reader}_id": reader},
            )
            drafts.setdefault((step.line.seq, kind_of_reader, reader), draft)
    return list(drafts.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """What the texts speak of. Names are those of units and public servants, never of those who asked."""

    case: Case
    playbook: Playbook
    units: Mapping[int, str]
    officers: Mapping[int, str]
    _keepers: dict[int, Timekeeper] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, playbook: Playbook, steps: list[Step]) -> Facts:
        holders = [step.holder for step in steps]
        return cls(
            case,
            playbook,
            dict(Unit.objects.filter(pk__in={one.unit for one in holders}).values_list("pk", "name")),
            dict(Officer.objects.filter(pk__in={one.officer for one in holders}).values_list("pk", "name")),
        )

    def params(self, step: Step, telling: Telling, final: CaseState) -> dict[str, Any]:
        if step.after.sealed_to is not None:
            return {"number": self.case.number, "district": settings.GUANJIA_DISTRICT_NAME}
        # What was promised to the asker is told as it stands when the whole act is done.
        state = final if telling.to == "asker" else step.after
        due = self._due(state, clocks_of(step.line, telling.to))
        unit = self.units.get(step.holder.unit, "")
        officer = self.officers.get(step.holder.officer or 0, "")
        return {
            "number": self.case.number,
            "title": self.case.title,
            "due": due.isoformat() if due else None,
            "unit": unit,
            "holder": f"{unit} · {officer}" if officer else unit,
            "district": settings.GUANJIA_DISTRICT_NAME,
        }

    def _due(self, state: CaseState, keys: tuple[str, ...]) -> datetime | None:
        unit = state.holder.unit
        keeper = self._keepers.get(unit) or self._keepers.setdefault(unit, timekeeper(unit))
        if not keys:
            due, kind, _estimated = next_due(state, deadlines(state, keeper, self.playbook))
            return due if kind else None
        clocks = [state.clocks[key] for key in keys if key in state.clocks]
        dues = [keeper.deadline(clock, self.playbook).due for clock in clocks]
        return min((due for due in dues if due is not None), default=None)


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
    readers = [*nearest(Role.CLERK, place, day), *nearest(Role.LEAD_OFFICE, place, day)]
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
    readers = [*nearest(Role.SECURITY_ADMINISTRATOR, None, day), *nearest(Role.AUDITOR, None, day)]
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
    staff = present(officer_ids, localdate(at))
    drafts = [Draft(number, verb, kind, urgency, params, officer_id=one) for one in dict.fromkeys(staff.values())]
    # These name officers, so no group hears them.
    store(drafts, case=None, playbook=None, at=at, groups=False)


def _officer_name(officer_id: int) -> str:
    return Officer.objects.filter(pk=officer_id).values_list("name", flat=True).first() or ""
