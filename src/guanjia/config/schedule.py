"""What the worker does and how often: the one printed table (`guanjia worker --jobs`).

Each job may be killed at any point and run by several workers at once: what is done twice is done once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import get_default_timezone_name

from guanjia.cases import classify, uploads
from guanjia.cases import jobs as cases
from guanjia.cases.actions import receiving
from guanjia.demo import live
from guanjia.fieldwork import jobs as fieldwork
from guanjia.kernel import outbox, seals
from guanjia.kernel.text import gettext_noop as _
from guanjia.notices import jobs as notices
from guanjia.programmes import jobs as programmes
from guanjia.programmes import queries as programme_queries
from guanjia.registry.models import Stamp

logger = logging.getLogger(__name__)

#: The stamp by which `guanjia doctor` sees that a worker lives.
HEARTBEAT = "worker"


@dataclass(frozen=True, slots=True)
class Job:
    """`run` gets the present moment and returns what it did (0 or nothing: there was nothing to do). With `at` it
    runs once a day, from that local time on; else `every` so often, and at once again while it finds a full batch."""

    key: str
    does: str
    run: Callable[[datetime], object]
    every: timedelta = timedelta(days=1)
    at: time | None = None
    full: int | None = None

    def after(self, moment: datetime) -> datetime:
        """When it is due next, having run at `moment`."""
        if self.at is None:
            return moment + self.every
        zone = ZoneInfo(get_default_timezone_name())
        local = moment.astimezone(zone)
        today = datetime.combine(local.date(), self.at, zone)
        return today if today > local else today + timedelta(days=1)


def beat(at: datetime) -> None:
    Stamp.objects.update_or_create(name=HEARTBEAT, defaults={"version": at.isoformat(timespec="seconds")})


def seal(at: datetime) -> int:
    return seals.seal()


def learn(at: datetime) -> int:
    return sum(classify.train(programme.key) for programme in programme_queries.running())


def prove(at: datetime) -> int:
    """What changed since the night before last; a difference is an error in the log and on the doctor's list."""
    wrong = cases.prove(since=at - timedelta(hours=49))
    if wrong:
        logger.error("these cases are not what their events say: %s", ", ".join(wrong))
    return len(wrong)


def jobs() -> tuple[Job, ...]:
    return JOBS + ((LIVE,) if settings.GUANJIA_DEMO_LIVE else ())


JOBS = (
    Job("received", _("Register what was received"), receiving.bring_in, timedelta(seconds=1), full=receiving.BATCH),
    Job("outbox", _("Hand news to whoever listens"), outbox.deliver_batch, timedelta(seconds=1), full=200),
    Job("clocks", _("Ring the clocks that are due"), cases.ring_due_clocks, timedelta(seconds=3), full=500),
    Job("messages", _("Send what is due to go out"), notices.deliver_due, timedelta(seconds=2), full=100),
    Job("seals", _("Chain the record of changes"), seal, timedelta(seconds=10), full=seals.BATCH),
    Job("heartbeat", _("Show that the worker lives"), beat, timedelta(seconds=10)),
    Job("morning", _("Make the digests of each officer's morning"), notices.send_digests, timedelta(minutes=5)),
    Job("digests", _("Publish the digest of the day before"), cases.make_digests, timedelta(minutes=10)),
    Job(
        "coverage", _("Sound the alarm for whoever is without a steward"), programmes.coverage_alarm, timedelta(hours=1)
    ),
    Job("cards", _("Make the cards that were ordered"), programmes.print_cards, timedelta(seconds=5), full=1),
    Job("prints", _("Remove printed sheets of last month"), programmes.forget_prints, at=time(3, 40)),
    Job("rehearsals", _("Rehearse changed playbooks on past cases"), cases.rehearse, timedelta(seconds=3), full=1),
    Job("tasks", _("Make the dated duties of each programme"), fieldwork.make_due_tasks, timedelta(hours=1)),
    Job("learning", _("Learn the categories from closed cases"), learn, timedelta(hours=6)),
    Job("leftovers", _("Remove photos of requests that were never sent"), uploads.discard_abandoned, at=time(3, 30)),
    Job("receipts", _("Remove what was received and is registered"), receiving.forget, at=time(3, 20)),
    Job("proof", _("Prove that each case is what its events say"), prove, at=time(2, 30)),
)
LIVE = Job("live", _("Let people of the demo ask and act"), live.step, timedelta(seconds=4))
