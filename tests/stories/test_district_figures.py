"""What the newspaper of a district printed about its stewards, grids and ledgers, counted again by the product's own
queries under the shipped playbooks, from records that were loaded as a district would load them: lists through
`guanjia import`, the rest through its actions. Nothing here is a constant but the records themselves."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner

from guanjia.cases.actions.act import act
from guanjia.cases.actions.duties import give_duty
from guanjia.cases.models import Asker, Case
from guanjia.cases.queries.board import board
from guanjia.cases.queries.lists import Filters, how_many
from guanjia.cli import stats
from guanjia.cli.main import main
from guanjia.fieldwork.actions.works import NewWork, record_work
from guanjia.fieldwork.queries.works import work_figures
from guanjia.kernel.actor import SYSTEM, Actor, ActorKind, HeldPost, Role
from guanjia.kernel.codes import credit_code_check
from guanjia.playbook import loader
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Programme
from guanjia.registry import queries as registry
from guanjia.registry.models import Place, Unit
from guanjia.registry.queries.history import units_at, units_below
from tests.programme import Served

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
LOCAL = ZoneInfo("Asia/Shanghai")
#: When the lists are loaded: after the spring that the pages tell of.
HERE = {"street": "东湖街道", "community": "柳荫社区", "grid": "柳荫第一网格"}
NOW = datetime(2026, 6, 1, 9, tzinfo=LOCAL)
Load = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`load("units", rows)`: every row as `guanjia import` takes it; nothing may be refused."""

    def loaded(kind: str, rows: Sequence[Mapping[str, Any]], constants: str = "") -> dict[str, Any]:
        file, mapping = tmp_path / f"{kind}.csv", tmp_path / "map.toml"
        with file.open("w", encoding="utf-8", newline="") as out:
            lines = csv.DictWriter(out, fieldnames=list(rows[0]))
            lines.writeheader()
            lines.writerows(rows)
        mapping.write_text(f"[constants]\n{constants}", "utf-8")
        done = CliRunner().invoke(main, ["import", kind, str(file), "--map", str(mapping), "--json"])
        assert done.exit_code == 0, done.output
        report: dict[str, Any] = json.loads(done.stdout)
        assert (report["refused"], report["rows"]) == ([], len(rows))
        return report

    return loaded


def printed(title: str, **figures: Any) -> None:
    """Shown by `pytest -s`."""
    sys.stdout.write(f"{title}: " + ", ".join(f"{name} {value}" for name, value in figures.items()) + "\n")


def adopted(key: str) -> Programme:
    return actions.adopt(SYSTEM, loader.shipped()[key], at=NOW).programme


def somebody(role: Role, unit: Unit, place: Place) -> Actor:
    return Actor(kind=ActorKind.OFFICER, label=unit.name, posts=(HeldPost(0, role, unit.pk, place.path),))


def grids_of(served: Served, count: int) -> list[dict[str, str]]:
    """So many in all, shared among the communities of the tiny district; those that it has are among them."""
    grids = [place for place in served.district.places.values() if place.kind == "grid"]
    communities = [place for place in served.district.places.values() if place.kind == "community"]
    rows = []
    for number in range(count - len(grids)):
        community = communities[number % len(communities)]
        street = registry.ancestors(community)[-2]
        rows.append({"street": street.name, "community": community.name, "grid": f"第{number + 1}微网格"})
    return rows


def test_270_grids_and_each_business_has_a_steward_of_its_own(served: Served, load: Load) -> None:
    """服务管家: 270 grids, one team each; all businesses taken on by units, streets and communities together."""
    rows = grids_of(served, 270)
    load("places", [{**row, "courtyard": ""} for row in rows])
    load(
        "officers",
        [
            {
                "staff_number": f"G{n:04}",
                "name": "网格长",
                "unit": f"{row['community']}居委会",
                "role": "steward",
                **row,
            }
            for n, row in enumerate(rows)
        ],
    )
    codes = [f"92110000MB{n:07}" for n in range(600)]
    load(
        "businesses",
        [
            {"name": f"第{n}商户", "credit_code": code + credit_code_check(code), **rows[n % len(rows)]}
            for n, code in enumerate(codes)
        ],
    )
    actions.share_out(SYSTEM, served.programme.pk, at=NOW)
    counted, covered = stats.count(NOW), queries.coverage(served.programme.pk, at=NOW)
    teams = {seat.scope for seat in registry.seats(Role.STEWARD, NOW.date())}
    grids = {pk for pk, place in registry.known_places().items() if place.kind == "grid"}
    printed(
        "服务管家", grids=counted["places"]["grid"], businesses=counted["businesses"], gaps=covered.count("no_steward")
    )
    assert (counted["places"]["grid"], counted["businesses"]) == (270, 603)
    assert counted["businesses_without_steward"] == counted["businesses_without_stand_in"] == 0
    assert len(teams & grids) >= len(rows), "one grid, one team"


def test_1063_courtyards_in_270_grids_and_what_was_settled_there(served: Served, load: Load) -> None:
    """红色治理: 1,063 courtyards → 270 grids; 270 branches, 177 owners' committees, 89 property companies; 1,200
    and more matters of six kinds solved."""
    rows = grids_of(served, 270)
    load("places", [{**row, "courtyard": ""} for row in rows])
    had = stats.count(NOW)["places"]["courtyard"]
    load("places", [{**rows[n % len(rows)], "courtyard": f"第{n + 1}庭院"} for n in range(1063 - had)])
    for name, kind in (("区委组织部", "department"), ("物业管理中心", "department")):
        load("units", [{"name": name, "kind": kind}])
    grids = [place for place in registry.known_places().values() if place.kind == "grid"]
    units = [{"name": f"{one.name}{one.pk}党支部", "kind": "team", "parent": "区委组织部"} for one in grids]
    units += [{"name": f"{one.name}{one.pk}业委会", "kind": "team", "parent": "物业管理中心"} for one in grids[:177]]
    units += [{"name": f"第{n}物业公司", "kind": "company", "parent": "物业管理中心"} for n in range(89)]
    load("units", units)
    programme = adopted("red-governance")
    kinds = [one for one in queries.current_playbook(programme.pk).categories if one.duty][:6]
    load(
        "cases",
        [
            {
                "key": n, "text": f"第{n}件：{kinds[n % 6].name.zh}", "category": kinds[n % 6].key,
                "occurred_at": f"2026-03-{n % 28 + 1:02} 09:00", "closed_at": f"2026-04-{n % 28 + 1:02} 17:00",
                "unit": "柳荫社区居委会",
            }
            for n in range(1218)
        ],
        'programme = "red-governance"\nsource = "grid"\nhistory = "yes"\noutcome = "solved"\n',
    )  # fmt: skip
    counted, solved = stats.count(NOW), Filters(ledger="red-governance", outcome="solved", only=("closed",))
    by_kind = {
        one.key: how_many(SYSTEM, Filters(**{**_given(solved), "category": one.key}), at=NOW)
        for one in queries.current_playbook(programme.pk).categories
    }
    branches, committees, companies = (
        [one for one in units_below(_unit(parent).pk) if one.kind == kind]
        for parent, kind in (("区委组织部", "team"), ("物业管理中心", "team"), ("物业管理中心", "company"))
    )
    figures = {
        "courtyards": counted["places"]["courtyard"], "grids": counted["places"]["grid"], "branches": len(branches),
        "committees": len(committees), "companies": len(companies), "solved": how_many(SYSTEM, solved, at=NOW),
    }  # fmt: skip
    printed("红色治理", **figures, kinds=sum(count > 0 for count in by_kind.values()))
    assert tuple(figures.values()) == (1063, 270, 270, 177, 89, 1218)
    assert sorted(by_kind.values())[-6:] == [203] * 6 and sum(by_kind.values()) == 1218


def _given(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in ("ledger", "outcome", "only")}


def _unit(name: str) -> Unit:
    return next(one for one in registry.search_units(name, most=5) if one.name == name)


def test_21_departments_and_one_commissioner_for_each_enterprise(served: Served, load: Load) -> None:
    """人才服务专员: officers of 21 departments, each enterprise has one."""
    load("units", [{"name": f"第{n}局", "kind": "department"} for n in range(21)])
    load(
        "officers",
        [
            {
                "staff_number": f"C{n:03}",
                "name": "专员",
                "unit": f"第{n // 2}局",
                "role": "handler",
                "title": "人才服务专员",
            }
            for n in range(42)
        ],
    )
    codes = [f"91110000MC{n:07}" for n in range(160)]
    load(
        "businesses",
        [{"name": f"第{n}企业", "credit_code": one + credit_code_check(one), **HERE} for n, one in enumerate(codes)],
    )
    programme = adopted("talent-commissioners")
    load("enrolments", [{"programme": "人才服务专员", "name": f"第{n}企业"} for n in range(160)])
    shared = actions.share_out(SYSTEM, programme.pk, at=NOW)
    loads = [one for one in _all(queries.loads, SYSTEM, programme.pk, at=NOW) if one.steward_count]
    departments = {one.unit.name for one in loads if one.unit.name.startswith("第")}
    printed("人才服务专员", departments=len(departments), enterprises=sum(one.steward_count for one in loads))
    assert (len(departments), sum(one.steward_count for one in loads)) == (21, 160)
    assert (shared.targets, queries.coverage(programme.pk, at=NOW).complete) == (160, True)


def _all(listed: Callable[..., Any], *words: Any, **more: Any) -> list[Any]:
    found, cursor = [], None
    while True:
        page = listed(*words, **more, cursor=cursor, size=100)
        found += page.rows
        if (cursor := page.next) is None:
            return found


def test_36_and_100_on_two_ledgers_34_and_96_struck_off_and_14_meetings(served: Served, load: Load) -> None:
    """四个一百: the city's ledger 36 listed, 34 closed; the district's 100 and 96, 96 %; 14 matchmaking meetings."""
    load("units", [{"name": "金融服务中心", "kind": "department"}, {"name": "四个一百联席会议", "kind": "body"}])
    programme = adopted("four-hundreds")
    finance, meeting = _unit("金融服务中心"), _unit("四个一百联席会议")
    give_duty(SYSTEM, "finance", unit_id=finance.pk, at=NOW)
    give_duty(SYSTEM, "joint-meeting", unit_id=meeting.pk, at=NOW)
    asked = {"category": "finance", "unit": "金融服务中心", "occurred_at": "2026-03-02 09:00"}
    closed = [{"closed_at": "2026-04-20 17:00", "outcome": "solved" if n % 5 else "explained"} for n in range(96)]
    left = [{"closed_at": "", "outcome": ""}] * 4
    load(
        "cases",
        [{"key": n, "text": f"第{n}家企业续贷难", **asked, **end} for n, end in enumerate([*closed, *left])],
        'programme = "four-hundreds"\nsource = "district"\nhistory = "yes"\n',
    )
    load(
        "cases",
        [
            {
                "key": n,
                "text": f"第{n}家企业担保难",
                "category": "finance",
                "asker_name": "王建国",
                "asker_phone": f"139{n:08}",
            }
            for n in range(36)
        ],
        'programme = "four-hundreds"\nsource = "city"\n',
    )
    top = served.district.places["青禾区"]
    office = served.district.units["营商环境服务中心"]
    hands = [(somebody(role, unit, top)) for role, unit in ((Role.HANDLER, finance), (Role.LEAD_OFFICE, office))]
    chair = somebody(Role.HANDLER, meeting, top)
    for number, case in enumerate(Case.objects.filter(text__endswith="担保难")):
        for who in hands:
            act(who, case.pk, "accept", {}, at=NOW)
            act(who, case.pk, "escalate", {"reason": "需市级协调"}, at=NOW)
        act(chair, case.pk, "accept", {}, at=NOW)
        if number < 34:
            strike_off(chair, case, NOW, evidence=[served.photo(case, "document")])
    for number in range(14):
        done = NewWork("four-hundreds", "matchmaking", Decimal(1), top.pk, key=f"m{number}")
        record_work(hands[1], done, at=NOW - timedelta(days=number * 6))
    found = {
        name: [
            how_many(SYSTEM, Filters(ledger=f"four-hundreds/{name}", only=only), at=NOW) for only in ((), ("closed",))
        ]
        for name in ("city", "district")
    }
    (meetings,) = work_figures(programme.pk, since=(NOW - timedelta(days=91)).date(), until=NOW.date())
    printed("四个一百", **found, share=found["district"][1] / found["district"][0], meetings=meetings.quantity)
    assert found == {"city": [36, 34], "district": [100, 96]}
    assert found["district"][1] / found["district"][0] == 0.96
    assert meetings.quantity == 14


def strike_off(who: Actor, case: Case, at: datetime, *, evidence: list[int]) -> None:
    """Resolved, and whoever asked agrees."""
    act(who, case.pk, "resolve", {"outcome": "solved", "text": "已解决", "evidence": evidence}, at=at)
    asker = Asker.objects.get(case=case)
    person = Actor(kind=ActorKind.ASKER, label="asker", contact_ids=frozenset({asker.contact_id}))
    rated = {"asker": asker.contact_id, "solved": True, "satisfaction": 5}
    act(person, case.pk, "follow_up", rated, at=at)


def test_called_on_16_april_solved_on_6_may_with_2_8_million_cubic_metres(served: Served, load: Load) -> None:
    """断水: a paper mill without water; several departments and levels; the water is back in twenty days."""
    programme = adopted("emergency-coordination")
    call = {
        "key": 1, "text": "造纸厂断水，生产线停产", "category": "water", "emergency": "是", "outcome": "solved",
        "occurred_at": "2026-04-16 10:00", "closed_at": "2026-05-06 08:00", "unit": "城市管理局",
    }  # fmt: skip
    load("cases", [call], 'programme = "emergency-coordination"\nsource = "call"\nhistory = "yes"\n')
    top = served.district.places["青禾区"]
    office = somebody(Role.LEAD_OFFICE, served.district.units["营商环境服务中心"], top)
    for number, quantity in enumerate((900_000, 1_100_000, 800_000)):
        done = NewWork("emergency-coordination", "water", Decimal(quantity), top.pk, key=f"w{number}")
        record_work(office, done, at=datetime(2026, 4, 20 + 3 * number, 9, tzinfo=LOCAL))
    case = Case.objects.get(version__programme=programme)
    (water,) = work_figures(programme.pk, since=date(2026, 4, 16), until=date(2026, 5, 6))
    called, solved = case.registered_at.astimezone(LOCAL), case.closed_at.astimezone(LOCAL)
    printed("断水", called=called, solved=solved, cubic_metres=water.quantity)
    assert (called.month, called.day) == (4, 16)
    assert (solved.month, solved.day, solved.hour, solved.minute, case.outcome) == (5, 6, 8, 0, "solved")
    assert water.quantity == 2_800_000


def test_a_hazard_in_seven_buildings_is_gone_after_seven_days_and_400_000_yuan(served: Served, load: Load) -> None:
    """外墙隐患: seen on a round, agreed, mended, accepted by those who live there."""
    programme = adopted("hazard-to-remedy")
    category = queries.current_playbook(programme.pk).categories[0].key
    seen = {
        "key": 1, "text": "七栋楼外墙保温层脱落", "category": category, "outcome": "solved", "address": "柳荫家园",
        "occurred_at": "2026-05-11 09:00", "closed_at": "2026-05-18 09:00", "unit": "柳荫社区居委会",
    }  # fmt: skip
    load("cases", [seen], 'programme = "hazard-to-remedy"\nsource = "round"\nhistory = "yes"\n')
    yard = served.district.places["柳荫家园"]
    clerk = served.district.actor("周敏", NOW)
    for number in range(7):
        on = datetime(2026, 5, 12 + number % 6, 17, tzinfo=LOCAL)
        for kind, quantity in (("buildings", 1), ("money", 58_000 if number else 52_000)):
            work = NewWork("hazard-to-remedy", kind, Decimal(quantity), yard.pk, key=f"{kind}{number}")
            record_work(clerk, work, at=on)
    case = Case.objects.get(version__programme=programme)
    done = work_figures(programme.pk, since=date(2026, 5, 1), until=NOW.date())
    found = {one.kind: int(one.quantity) for one in done}
    assert case.closed_at is not None
    printed("隐患整治", **found, days=(case.closed_at - case.registered_at).days)
    assert (found, (case.closed_at - case.registered_at).days) == ({"buildings": 7, "money": 400_000}, 7)


def test_six_groups_inspect_27_organisations(served: Served, load: Load) -> None:
    """巡察: each organisation inspected has its group, and its findings are its cases."""
    load("units", [{"name": f"第{n}巡察组", "kind": "team"} for n in range(1, 7)])
    load("units", [{"name": f"被巡察单位{n}", "kind": "department"} for n in range(27)])
    load(
        "officers",
        [
            {"staff_number": f"X{n}", "name": "组长", "unit": f"第{n}巡察组", "role": "handler", "title": "组长"}
            for n in range(1, 7)
        ],
    )
    programme = adopted("inspection-rounds")
    inspected = [unit for unit in registry.known_units().values() if unit.name.startswith("被巡察单位")]
    load("enrolments", [{"programme": "巡察整改", "name": unit.name} for unit in inspected])
    actions.share_out(SYSTEM, programme.pk, at=NOW)
    load(
        "cases",
        [
            {
                "key": n, "text": f"{unit.name}须整改", "category": "rules" if n % 3 else "staff", "unit": unit.name,
                "occurred_at": "2026-03-10 09:00", "closed_at": "2026-04-30 17:00",
            }
            for n, unit in enumerate(inspected)
        ],
        'programme = "inspection-rounds"\nsource = "round"\nhistory = "yes"\noutcome = "solved"\n',
    )  # fmt: skip
    groups = {one.unit.name for one in _all(queries.loads, SYSTEM, programme.pk, at=NOW) if one.steward_count}
    found = board(SYSTEM, by="unit", at=NOW, period=timedelta(days=90))
    mended = [row for row in found.rows if row.name.startswith("被巡察单位") and row.closed]
    covered = queries.coverage(programme.pk, at=NOW)
    routine, special = (
        how_many(SYSTEM, Filters(ledger=f"inspection-rounds/{name}"), at=NOW) for name in ("routine", "special")
    )
    printed("巡察", groups=len(groups), organisations=covered.enrolled, with_findings_mended=len(mended))
    assert (routine, special) == (18, 9)
    assert (len(groups), covered.enrolled, covered.count("no_steward"), len(mended)) == (6, 27, 0, 27)


def test_the_books_of_25_courtyards_of_which_17_have_nobody_to_manage_them(served: Served, load: Load) -> None:
    """民情登记簿: what the book at the gate says is on the ledger, courtyard by courtyard."""
    rows = [
        {"street": "东湖街道", "community": "柳荫社区", "grid": "柳荫第一网格", "courtyard": f"老院{n}"}
        for n in range(25)
    ]
    load("places", rows)
    load("units", [{"name": f"物业{n}", "kind": "company", **row} for n, row in enumerate(rows[:8])])
    adopted("needs-register")
    load(
        "cases",
        [
            {"key": n, "text": f"路灯不亮，第{n}条", "category": "lighting", "address": f"柳荫社区老院{n % 25}"}
            for n in range(60)
        ],
        'programme = "needs-register"\nsource = "book"\nchannel = "gate_book"\n',
    )
    yards = [one for one in registry.known_places().values() if one.name.startswith("老院")]
    written = [
        one
        for one in yards
        if how_many(SYSTEM, Filters(ledger="needs-register", channel="gate_book", place=one.pk), at=NOW)
    ]
    unmanaged = [one for one in written if not any(unit.kind == "company" for unit in units_at(one.pk))]
    printed("民情登记簿", courtyards=len(written), unmanaged=len(unmanaged))
    assert (len(written), len(unmanaged)) == (25, 17)
