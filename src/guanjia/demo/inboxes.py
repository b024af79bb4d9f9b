"""What everybody was told in the last days, and what of it they have read."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone_name, localdate

from guanjia.cases.models import Case
from guanjia.demo.briefs import Told, World
from guanjia.demo.scale import chance
from guanjia.demo.temper import office_minutes
from guanjia.notices.bulk import Rows, Telling, tell
from guanjia.notices.directory import Whole
from guanjia.notices.drafting import Keeper
from guanjia.notices.models import Notice
from guanjia.notices.writing import Readers
from guanjia.registry.models import Contact, Officer

#: Older notices would have been read and forgotten; each day costs a twentieth of a second.
DAYS = 14


def telling(contacts: Sequence[Contact], keeper: Keeper, until: datetime) -> Telling:
    """Four queries; the contacts may have yet to be stored."""
    officers, askers = Officer.objects.in_bulk(), {one.pk: one for one in contacts}
    readers = Readers(officers, askers, {}, ZoneInfo(get_default_timezone_name()))
    return Telling(Whole.read(localdate(until)), readers, keeper, until - timedelta(days=DAYS), until)


def rows_of(world: World, told: Iterable[tuple[Told, Case]]) -> Rows:
    """The cases must have the columns that their lines come to."""
    found = []
    for one, case in told:
        luck = chance(world.seed, "inbox", one.brief.index)
        for notice, deliveries in tell(case, one.lines, world.playbook, world.telling):
            notice.read_at = _read_at(notice, luck, world)
            found.append((notice, deliveries))
    return Rows.of(found)


def _read_at(notice: Notice, luck: random.Random, world: World) -> datetime | None:
    if notice.officer_id is not None:
        read = world.office.after(notice.created_at, office_minutes(luck, 100, 1.1))
    else:
        read = notice.created_at + timedelta(minutes=luck.lognormvariate(4.5, 1.5))
    return read if read <= world.until else None
