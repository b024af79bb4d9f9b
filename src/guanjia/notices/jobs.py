"""What the worker calls: what is due to go out, and the morning's digests."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import get_default_timezone_name, localdate

from guanjia.notices import channels
from guanjia.notices.channels import ChannelError
from guanjia.notices.digest import counts
from guanjia.notices.models import Channel, Delivery, DeliveryState, Mode, Notice, Preference
from guanjia.notices.rules.targets import Urgency
from guanjia.notices.rules.timing import DIGEST_AT, LEASE, next_try
from guanjia.notices.writing import Draft, store
from guanjia.registry.queries import work_calendar

logger = logging.getLogger(__name__)

_NEEDED = ("notice__case", "notice__officer", "notice__contact")


def deliver_due(at: datetime, *, size: int = 100) -> int:
    """Send what is due, oldest first; how many were tried. Several workers may run it at once; one may be killed at
    any point.

    A delivery is taken by moving its next try on (a lease), sent outside any transaction, then noted. A worker that
    dies in between leaves it to be sent once more: a message that comes twice is better than one that never comes.
    """
    waiting = Delivery.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")
    tried = 0
    for delivery in list(waiting.select_related(*_NEEDED)[:size]):
        tried += _deliver(delivery, at)
    return tried


def _deliver(delivery: Delivery, at: datetime) -> bool:
    taken = Delivery.objects.filter(pk=delivery.pk, next_try_at=delivery.next_try_at)
    if not taken.update(next_try_at=at + LEASE, tries=delivery.tries + 1):
        return False  # another worker has it
    delivery.tries += 1
    try:
        channels.send(delivery)
    except ChannelError as error:
        _failed(delivery, str(error), next_try(delivery.tries, at) if error.retry else None)
    except Exception as error:  # a gateway's own fault must not hold back the others
        logger.exception("delivery %s", delivery)
        _failed(delivery, type(error).__name__, next_try(delivery.tries, at))
    else:
        _note(delivery, state=DeliveryState.SENT, next_try_at=None, error="", sent_at=at)
    return True


def _failed(delivery: Delivery, error: str, again: datetime | None) -> None:
    state = DeliveryState.FAILED if again is not None else DeliveryState.GIVEN_UP
    logger.warning("delivery %s: %s, %s", delivery, error, f"again at {again}" if again else "given up")
    _note(delivery, state=state, next_try_at=again, error=error[:300])


def _note(delivery: Delivery, **columns: object) -> None:
    # Not where its case was sealed meanwhile: then it has been skipped.
    Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.SKIPPED).update(**columns)


@transaction.atomic
def send_digests(at: datetime) -> int:
    """Make today's digests once it is half past eight on a working day; how many. They go out with `deliver_due`.

    At most one for each officer and day, none where nothing is due.
    """
    zone = ZoneInfo(get_default_timezone_name())
    calendar, _hours = work_calendar()
    day = localdate(at)
    if at.astimezone(zone).time() < DIGEST_AT or not calendar.day(day).working:
        return 0
    number = day.toordinal()
    had = Notice.objects.filter(case=None, event_seq=number, kind="digest").values("officer_id")
    wanting = Preference.objects.filter(channel=Channel.MAIL, mode=Mode.DIGEST, officer__active=True)
    officers = list(wanting.exclude(officer_id__in=had).values_list("officer_id", flat=True))
    drafts = [
        Draft(number, "digest", "digest", Urgency.ROUTINE, params, officer_id=officer_id)
        for officer_id, params in sorted(counts(officers, at).items())
    ]
    notices = store(drafts, case=None, playbook=None, at=at, groups=False)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(read_at=at)  # the work list says the same
    Delivery.objects.bulk_create(
        [
            Delivery(notice=notice, channel=Channel.MAIL, state=DeliveryState.WAITING, next_try_at=at)
            for notice in notices
        ]
    )
    return len(notices)
