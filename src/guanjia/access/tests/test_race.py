"""Two clerks record at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from guanjia.access import actions
from guanjia.access.models import Absence
from guanjia.kernel.problems import Problem
from tests.people import make_district

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time"),
]


def record(district, officer, stand_in, first, start):
    try:
        start.wait()
        actions.record_absence(
            district.actor("高翔"),
            district.officers[officer],
            stand_in=district.officers[stand_in],
            first_day=date(2026, 11, first),
            last_day=date(2026, 11, 30),
            reason="leave",
            at=district.at,
        )
    except Problem as refusal:
        return refusal.code
    finally:
        connection.close()
    return "recorded"


@pytest.mark.parametrize(
    "entries",
    [
        [("陈静", "刘洋", 20), ("陈静", "周敏", 21)],
        [("陈静", "刘洋", 20), ("刘洋", "陈静", 21)],
    ],
    ids=["of one officer", "each for the other"],
)
def test_only_one_of_two_absences_that_exclude_each_other_is_recorded(entries):
    district = make_district()
    start = Barrier(2)
    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            told = sorted(pool.map(lambda entry: record(district, *entry, start), entries))
        assert told[1] == "recorded" and told[0].startswith("access.")
        assert Absence.objects.count() == 1
        Absence.objects.all().delete()
