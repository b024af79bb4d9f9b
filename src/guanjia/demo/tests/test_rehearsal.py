"""A whole district's history under the rules it had: nothing may differ; under others, what they touch."""

from __future__ import annotations

from datetime import date

import pytest

from guanjia.cases import rehearsal
from guanjia.cases.models import Case
from guanjia.cases.rehearsal import Keeping
from guanjia.demo.tests.conftest import Town
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.playbook.rehearse import Past, Rules, rehearse
from guanjia.playbook.stories import Exceptions
from guanjia.playbook.tally import Tally
from guanjia.programmes import queries as programmes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KEY = "service-steward"


def counted(town: Town, source: str, days: Exceptions = rehearsal.NO_OTHER_DAYS) -> Tally:
    until = town.at.date()
    plan = rehearsal.plan(SYSTEM, KEY, source, since=date(2000, 1, 1), until=until, at=town.at, days=days)
    tally = Tally()
    for stretch in plan.stretches:
        tally.merge(Tally.load(rehearsal.count(plan, stretch).dump()))
    assert tally.cases == plan.cases == Case.objects.count() > 100
    return tally


def source() -> str:
    return (loader.shipped()[KEY] / loader.FILE).read_text("utf-8")


def test_unchanged_rules_give_back_every_line_of_the_district(town: Town) -> None:
    playbook, keeping = loader.loads(source()), Keeping(Exceptions())

    def nobody(*asked: object) -> None:
        raise AssertionError(f"unchanged rules ask for no owner: {asked}")

    for pk, lines in rehearsal._histories((1, Case.objects.order_by("-pk").values_list("pk", flat=True)[0])):
        past = Past(lines, programmes.playbook_of(Case.objects.get(pk=pk).version_id))
        again = rehearse(past, keeping, Rules(playbook, keeping), nobody, until=town.at)
        assert again.events == lines, pk
        assert not again.refused


def test_unchanged_rules_change_no_figure(town: Town) -> None:
    tally = counted(town, source())
    assert (tally.changed, tally.newly_late, tally.relieved, tally.refused) == (0, [], [], {})
    assert tally.late_before == tally.late_after > 0
    assert tally.climbs_before == tally.climbs_after
    assert not tally.heaviest(10)
    assert all(one.before == one.after and not (one.earlier or one.later) for one in tally.clocks.values())


def test_shorter_limits_make_more_late_and_the_report_says_who(town: Town) -> None:
    shorter = source().replace('resolve = "3wd"', 'resolve = "1wd"').replace('resolve = "1wd"', 'resolve = "2wh"')
    tally = counted(town, shorter)
    assert tally.late_after > tally.late_before
    assert tally.climbs_after.total() > tally.climbs_before.total()
    assert tally.clocks["resolve", "steward"].earlier > 50
    assert tally.clocks["dispatch", ""].earlier == 0
    assert tally == counted(town, shorter)


def test_a_day_off_moves_dates_later(town: Town) -> None:
    tally = counted(town, source(), Exceptions(closed=(date(2026, 11, 18),)))
    accept = tally.clocks["accept", "steward"]
    assert accept.later > 0 == accept.earlier
    assert sum(one.later for one in tally.clocks.values()) > 10 * sum(one.earlier for one in tally.clocks.values())
