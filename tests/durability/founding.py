"""A district for workers to die in: `python -m tests.durability.founding CASES`, in a process that has its settings.

Requests came in over the two weeks before NOW, in an order that is not that of their limits. Some were accepted, some
wait for an answer of the asker. No worker has been there yet: clocks ran out or came to their warning, and all news is
still in the outbox.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from guanjia.cases.actions.intake import NewContact  # noqa: E402
from tests.people import make_district  # noqa: E402
from tests.programme import MONDAY, Served, make_served  # noqa: E402

#: Monday two weeks later, 17:00 in Shanghai: offices are open, nobody sleeps.
NOW = MONDAY + timedelta(days=14, hours=8)
#: Hours before it in which everything came in.
SPAN = 14 * 24
SEED = 20260302


@transaction.atomic
def found(cases: int) -> None:
    served = make_served(make_district())
    order = random.Random(SEED)
    hours = [number * SPAN / cases for number in range(1, cases + 1)]
    order.shuffle(hours)
    for number, hour in enumerate(hours):
        _ask(served, number, hour)
    (settings.MEDIA_ROOT / "photos").mkdir(parents=True)
    (settings.MEDIA_ROOT / "photos/lamp.webp").write_bytes(order.randbytes(20_000))


def _ask(served: Served, number: int, hour: float) -> None:
    asker = NewContact(name="李晓燕", phone=f"1390001{number:04d}")
    case = served.ask(f"第{number}盏路灯不亮了", hours=hour, asker=asker)
    if number % 3:
        served.act("陈静", case, "accept", hours=hour + 0.2)
    if number % 3 == 2:
        served.act("陈静", case, "ask", hours=hour + 0.5, text="具体是哪一盏灯？")


if __name__ == "__main__":
    found(int(sys.argv[1]))
