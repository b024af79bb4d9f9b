"""What became of a district: `python -m tests.durability.report`, in a process that has its settings; JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import django

django.setup()

from guanjia.cases import jobs, verification  # noqa: E402
from guanjia.cases.models import Clock, Event  # noqa: E402
from guanjia.kernel import seals  # noqa: E402
from guanjia.kernel.models import AuditEntry, OutboxMessage  # noqa: E402
from guanjia.notices.models import Delivery, Notice  # noqa: E402
from tests.durability.founding import NOW  # noqa: E402

NOTICE = ("officer_id", "contact_id", "case_id", "event_seq", "kind")


def ends() -> dict[str, Any]:
    """What must be the same however often a worker died: the ledger, what everybody was told, and how it went out.
    Without the moments."""
    lines = Event.objects.order_by("case_id", "seq").values_list("case_id", "seq", "verb", "data")
    notices = Notice.objects.values_list(*NOTICE)
    sent = Delivery.objects.values_list(*(f"notice__{name}" for name in NOTICE), "channel", "state", "error")
    return {
        "lines": [
            [case, seq, verb, data.get("key"), data.get("due"), data.get("to")] for case, seq, verb, data in lines
        ],
        "notices": sorted(map(list, notices), key=str),
        "deliveries": sorted(map(list, sent), key=str),
    }


def due(moment: datetime) -> dict[str, str]:
    """When each clock that is due wants to be looked at."""
    clocks = Clock.objects.filter(next_at__lte=moment)
    return {f"{clock.case_id} {clock.key}": clock.next_at.isoformat() for clock in clocks}


def rung() -> list[str]:
    """The clocks in the order in which they rang, in the whole district."""
    lines = Event.objects.filter(verb__in=("warn", "expire")).order_by("id")
    return [f"{case} {data['key']}" for case, data in lines.values_list("case_id", "data")]


def fired() -> dict[str, int]:
    """How often each limit ran out: by its case, its clock and the moment that it was due."""
    lines = Event.objects.filter(verb="expire").values_list("case_id", "data")
    return dict(Counter(f"{case} {data['key']} {data['due']}" for case, data in lines))


def report() -> dict[str, Any]:
    faults = [*verification.verify(), *seals.verify()]
    return {
        "ends": ends(),
        "rung": rung(),
        "due": due(NOW),
        "fired": fired(),
        "warned": dict(Counter(f"{one.case_id} {one.data['key']}" for one in Event.objects.filter(verb="warn"))),
        "warnings_counted": {f"{one.case_id} {one.key}": one.warned for one in Clock.objects.filter(warned__gt=0)},
        "faults": [f"{fault.event}{fault.entry or fault.day or ''} {fault.what}" for fault in faults],
        "not_what_its_events_say": jobs.prove(),
        "unsealed": AuditEntry.objects.filter(seq__isnull=True).count(),
        "outbox_left": OutboxMessage.objects.filter(next_try_at__isnull=False).count(),
        "outbox_failed": list(OutboxMessage.objects.exclude(error="").values_list("error", flat=True)),
        "lost": Delivery.objects.filter(state__in=("waiting", "failed"), next_try_at__isnull=True).count(),
        "sent": [
            f"notice-{pk}" for pk in Delivery.objects.filter(state="sent", channel="sms").values_list("pk", flat=True)
        ],
    }


if __name__ == "__main__":
    json.dump(report(), sys.stdout)
