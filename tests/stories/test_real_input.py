"""What nobody here wrote: official code lists of three editions, and 4,326 messages of citizens, loaded, dispatched,
worked to their end and exported. The files stay where they are; without them these stories are skipped."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import time_machine
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from guanjia.cases import jobs, verification
from guanjia.cases.models import Case, Duty, Event
from guanjia.cli.main import main
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions import adopt
from guanjia.registry import queries as registry
from guanjia.registry.rules import normal_name
from tests.people import District
from tests.programme import KEY, MONDAY, Served
from tests.stories.scripted import ByLink, BySystem, ByTheDesk, Persona
from tests.systems import System, system_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MAPPING = Path(__file__).resolve().parents[1] / "data/messages.toml"
NUMBER = re.compile(r"\d{4}-\d{7,}-\d")
#: Of the one invented telephone of all who wrote to the message board.
LAST4 = "0088"
#: So many messages have two hundred among them that fit the stories.
SOME = 1200


def guanjia(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def said(*words: str | Path) -> Any:
    """The JSON that a command prints."""
    result = guanjia(*words, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return json.loads(result.stdout)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """For what whoever runs the story wants to read."""

    def line(text: str) -> None:
        with capsys.disabled():
            click.echo(f"\n  {text}", nl=False)

    return line


# The official code lists


def test_three_editions_of_codes_are_one_history(
    district: District, shared_data: Callable[[str], Path], tell: Callable[[str], None]
) -> None:
    lists = shared_data("weidu_411002_communities_extract.csv")
    report = said("import", "codes", lists)
    assert (report["stored"], report["refused_rows"]) == (True, 0)
    rows = list(csv.DictReader(lists.open(encoding="utf-8-sig")))
    tell(f"codes: {report['rows']} rows, {report['loaded']}")
    for row in rows:
        then = date(int(row["edition"]), 1, 1)
        place = registry.code_as_of(row["community_code12"], row["edition"])
        assert registry.place_as_of(place.pk, then).names[-1] == normal_name(row["community"])
    reader = system_of(district, "赵磊", district.at, "registry:read")
    with time_machine.travel(district.at, tick=False):
        reused = [code for code in _reused(rows) if _answers(reader, code)]
    tell(f"codes given to another community between 2019 and 2020: {len(reused)}")
    assert reused


def _reused(rows: Sequence[dict[str, str]]) -> list[str]:
    by = {(row["edition"], row["community_code12"]): row["community"] for row in rows}
    return [
        code
        for edition, code in by
        if edition == "2019" and by.get(("2020", code), by["2019", code]) != by["2019", code]
    ]


def _answers(reader: System, code: str) -> bool:
    """Which community was this code in 2019, and which is it in 2020? True where two places had it."""
    found = {one["edition"]: one["place"]["id"] for one in reader.get(f"/places/codes/{code}").json()}
    return found["2019"] != found["2020"]


# The messages


@dataclass
class Town:
    """The tiny district under the playbook that comes with guanjia, with the messages loaded."""

    served: Served
    file: Path
    report: dict[str, Any]
    systems: dict[str, System] = field(default_factory=dict)
    desks: dict[str, ByTheDesk] = field(default_factory=dict)

    def system(self, who: str) -> System:
        """A token is issued when it is first needed."""
        if who not in self.systems:
            self.systems[who] = system_of(self.served.district, who, MONDAY)
        return self.systems[who]

    def persona(self, who: str, position: int) -> Persona:
        """Of two cases officers work on one in the browser and on one by a system of theirs; of four askers three
        answer on the public pages and one by the hotline's system."""
        if who == "asker":
            return ByLink(LAST4) if position % 4 else BySystem(self.system("赵磊"), LAST4)
        if position % 2 == 0:
            return self.desks.setdefault(who, ByTheDesk(who))
        return BySystem(self.system(who))


def adopt_shipped(served: Served) -> None:
    """City management has taken on every duty; discipline inspection is a body of its own."""
    version = adopt(SYSTEM, loader.shipped()[KEY], at=MONDAY)
    duties = {one.duty for one in programmes.playbook_of(version.pk).categories if one.duty}
    city = served.district.units["城市管理局"]
    Duty.objects.bulk_create(Duty(key=key, unit=city) for key in sorted(duties - {"city"}))
    Duty.objects.create(key="discipline-inspection", unit=served.district.units["纪检监察组"])


@pytest.fixture
def town(served: Served, shared_data: Callable[[str], Path]) -> Iterator[Town]:
    with loaded(served, shared_data("appeals_hotspots.csv")) as town:
        yield town


@pytest.fixture
def small_town(served: Served, shared_data: Callable[[str], Path], tmp_path: Path) -> Iterator[Town]:
    """The same with the first of the messages: the clocks of all would ring ten thousand times."""
    with shared_data("appeals_hotspots.csv").open(encoding="utf-8-sig", newline="") as whole:
        head, *rows = list(csv.reader(whole))[: SOME + 1]
    with (tmp_path / "messages.csv").open("w", encoding="utf-8-sig", newline="") as part:
        csv.writer(part).writerows([head, *rows])
    with loaded(served, tmp_path / "messages.csv") as town:
        yield town


@contextmanager
def loaded(served: Served, file: Path) -> Iterator[Town]:
    with time_machine.travel(MONDAY, tick=False):
        adopt_shipped(served)
        yield Town(served, file, said("import", "cases", file, "--map", MAPPING))


def test_every_message_is_loaded_dispatched_and_found_again(town: Town, tell: Callable[[str], None]) -> None:
    """One story of one load, which takes longer than all that is asked of it."""
    _each_is_there_with_its_true_time_and_dispatched(town, tell)
    _exact_duplicates_are_told_and_kept(town, tell)
    _two_characters_find_what_they_stand_in(town)
    _loading_the_file_again_loads_nothing(town)


def _each_is_there_with_its_true_time_and_dispatched(town: Town, tell: Callable[[str], None]) -> None:
    report = town.report
    tell(f"messages: {report['rows']} rows read, {report['refused_rows']} refused, loaded {report['loaded']}")
    for remark in report["refused"]:
        tell(f"  line {remark['line']}, {remark['column']}: {remark['message']}")
    rows = list(csv.DictReader(town.file.open(encoding="utf-8-sig", newline="")))
    assert report["stored"]
    assert report["loaded"]["case"] + report["refused_rows"] == len(rows) == report["rows"]
    first = Case.objects.get(text__startswith=rows[0]["留言详情"].strip()[:30])
    wall = datetime.strptime(rows[0]["留言时间"], "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007
    assert (first.occurred_at + timedelta(hours=8)).replace(tzinfo=None) == wall
    assert (first.recorded_at, first.channel, first.title) == (MONDAY, "import", rows[0]["留言主题"].strip())
    assert max(len(text) for text in Case.objects.values_list("text", flat=True)) > 6_900
    assert not Case.objects.exclude(status__in=("registered", "assigned", "handed_over")).exists()
    assert Case.objects.filter(status="assigned", tier="department", holder_unit__name="城市管理局").count() > 500
    assert set(Case.objects.filter(status="handed_over").values_list("category", flat=True)) == {"work-style"}
    assert list(verification.verify()) == []


def _exact_duplicates_are_told_and_kept(town: Town, tell: Callable[[str], None]) -> None:
    rows = list(csv.DictReader(town.file.open(encoding="utf-8-sig", newline="")))
    texts = Counter("".join(row["留言详情"].split()) for row in rows)
    expected = sum(number - 1 for text, number in texts.items() if len(text) >= 8)
    told = [remark for remark in town.report["warnings"] if remark["code"] == "case.same_words"]
    tell(f"messages that say word for word what another says: {len(told)}, e.g. {told[0]['message']}")
    assert len(told) == expected > 50
    assert Case.objects.count() == town.report["loaded"]["case"]


def _loading_the_file_again_loads_nothing(town: Town) -> None:
    before = Case.objects.count()
    again = said("import", "cases", town.file, "--map", MAPPING)
    assert (again["loaded"]["already_loaded"], again["loaded"].get("case", 0)) == (before, 0)
    assert Case.objects.count() == before


def _two_characters_find_what_they_stand_in(town: Town) -> None:
    for word in ("噪音", "停车", "学校", "路灯"):
        cases = Case.objects.filter(sealed_to__isnull=True)
        written = {case.number for case in cases if word in re.sub(r"[\W_]+", "", f"{case.title}\n{case.text}"[:4000])}
        assert len(written) > 10
        assert _found(town, word) == written


def _found(town: Town, word: str) -> set[str]:
    """All pages of what the leader's list finds."""
    leader = town.system("马骏")
    found: set[str] = set()
    query: dict[str, Any] = {"text": word, "limit": 100}
    while True:
        page = leader.get("/cases", **query).json()
        found |= {row["number"] for row in page["rows"]}
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    return found


# Two hundred of them, worked to their end


@dataclass(frozen=True, slots=True)
class Step:
    """What one persona does, so many hours after Monday at nine."""

    hour: float
    who: str
    verb: str
    data: dict[str, Any] = field(default_factory=dict)


def done(hour: float, who: str = "孙浩", outcome: str = "solved") -> Step:
    return Step(hour, who, "resolve", {"outcome": outcome, "text": "已到现场核实并处理"})


def heard(hour: float, satisfaction: int, who: str = "asker") -> Step:
    return Step(hour, who, "follow_up", {"solved": satisfaction > 2, "satisfaction": satisfaction})


ACCEPT = Step(1, "孙浩", "accept")
#: Working hours only: 9:00 is 0, Tuesday 9:00 is 24, Friday 9:00 is 96.
STORIES: dict[str, tuple[int, list[Step]]] = {
    "plain": (60, [ACCEPT, Step(2, "孙浩", "note", {"text": "已电话联系"}), done(26), heard(28, 5)]),
    "called back": (10, [ACCEPT, done(26), heard(28, 4, "赵磊")]),
    "explained": (
        20,
        [ACCEPT, Step(3, "孙浩", "first_opinion", {"text": "需列入计划"}), done(26, outcome="explained"), heard(28, 3)],
    ),
    "redone": (25, [ACCEPT, done(26), heard(28, 1), done(50), heard(52, 5)]),
    "contested": (
        20,
        [ACCEPT, done(26), heard(28, 4), Step(50, "asker", "contest", {"reason": "又坏了"}), done(72), heard(74, 4)],
    ),
    "returned": (
        10,
        [
            Step(1, "孙浩", "return", {"reason": "不属于我局职责"}),
            Step(2, "赵磊", "rule_return", {"granted": False, "reason": "属你局职责"}),
            Step(3, "孙浩", "accept"),
            done(26),
            heard(28, 5),
        ],
    ),
    "extended": (
        10,
        [
            ACCEPT,
            Step(2, "孙浩", "request_extension", {"limit": "2wd", "reason": "等待配件"}),
            Step(3, "郑强", "decide_extension", {"granted": True, "reason": "同意"}),
            done(98),
            heard(100, 5),
        ],
    ),
    "late": (20, [ACCEPT, Step(96.5, "吴娟", "accept"), done(98, "吴娟", "explained"), heard(100, 4)]),
    "handed over": (
        15,
        [Step(1, "赵磊", "hand_over", {"reason": "属纪检职责"}), Step(2, "何平", "note", {"text": "已受理"})],
    ),
    "withdrawn": (5, [Step(1, "asker", "withdraw")]),
}


#: What must not be taken, tried while the first of a story is at that point: who, verb, what.
WRONG: dict[str, Step] = {
    "plain": Step(27, "孙浩", "follow_up", {"solved": True, "satisfaction": 5}),
    "redone": Step(25, "孙浩", "resolve", {"outcome": "solved", "text": ""}),
    "contested": Step(25, "吴娟", "accept"),
    "explained": Step(27, "stranger", "follow_up", {"solved": True, "satisfaction": 5}),
    "returned": Step(1.5, "孙浩", "rule_return", {"granted": True, "reason": "同意"}),
}


def test_two_hundred_are_worked_to_their_end_over_http(
    small_town: Town, tell: Callable[[str], None], tmp_path: Path
) -> None:
    town = small_town
    cast = _cast(town)
    assert sum(map(len, cast.values())) == 200
    whole = [number for numbers in cast.values() for number in numbers]
    steps = [(step, number) for name in cast for number in cast[name] for step in _steps(town, name, number)]
    wrong = [(step, cast[name][0]) for name, step in WRONG.items()]
    ways: Counter[str] = Counter()
    for hour in sorted({step.hour for step, _number in (*steps, *wrong)}):
        with time_machine.travel(MONDAY + timedelta(hours=hour), tick=False):
            while jobs.ring_due_clocks(MONDAY + timedelta(hours=hour)):
                pass
            for step, number in steps:
                if step.hour == hour:
                    ways[_take(town, step, number, whole.index(number))] += 1
            for step, number in wrong:
                if step.hour == hour:
                    _refuse(town, step, number, tell)
    tell(f"acts: {dict(ways)}")
    assert min(ways[way] for way in ("ByTheDesk", "ByLink", "BySystem")) > 150
    _check_ends(town, cast, tell)
    with time_machine.travel(MONDAY + timedelta(hours=101), tick=False):
        _check_export(town, tmp_path / "台账.xlsx", set(whole))
    assert list(verification.verify()) == []
    assert guanjia("audit", "verify").exit_code == 0
    assert jobs.prove() == []


def _cast(town: Town) -> dict[str, list[str]]:
    """Which cases play which story: alternately some that the playbook dispatched and some that wait at the desk; and
    five that say the same as another, which are merged."""
    pairs = [NUMBER.findall(remark["message"]) for remark in town.report["warnings"]]
    waiting = [case.number for case in Case.objects.filter(status="registered").order_by("id")]
    sent = [case.number for case in Case.objects.filter(status="assigned", tier="department").order_by("id")]
    merged = [pair[0] for pair in pairs if pair[0] in waiting and pair[1] in waiting][:5]
    others = {number for pair in pairs for number in pair}
    free = [number for two in zip(sent, waiting, strict=False) for number in two if number not in others]
    cast = {"merged": merged}
    for name, (count, _steps) in STORIES.items():
        cast[name], free = free[:count], free[count:]
    return cast


def _steps(town: Town, name: str, number: str) -> list[Step]:
    """What waits at the desk is dispatched first; a pair is merged; who receives is known here only."""
    units = town.served.district.units
    if name == "merged":
        other = next(
            pair[1] for pair in (NUMBER.findall(one["message"]) for one in town.report["warnings"]) if pair[0] == number
        )
        return [Step(1, "赵磊", "merge", {"into": other, "reason": "同一诉求"})]
    steps = [*STORIES[name][1]]
    if name == "handed over":
        steps[0].data["to"] = {"unit": units["纪检监察组"].pk, "officer": None}
    status = town.system("赵磊").get(f"/cases/{number}").json()["status"]
    if status == "registered":
        to = {"unit": units["城市管理局"].pk, "officer": None}
        steps.insert(0, Step(0.5, "赵磊", "dispatch", {"to": to, "tier": "department"}))
    return steps


def _take(town: Town, step: Step, number: str, position: int) -> str:
    """How it was done."""
    persona = town.persona(step.who, position)
    answer = persona.act(number, step.verb, step.data)
    assert answer.taken, (number, step, persona, answer.said)
    return type(persona).__name__


def _refuse(town: Town, step: Step, number: str, tell: Callable[[str], None]) -> None:
    """Whoever tries is told why not, and the ledger has no line of it."""
    before = Event.objects.count()
    persona = ByLink("0000") if step.who == "stranger" else town.persona(step.who, 0)
    answer = persona.act(number, step.verb, step.data)
    tell(f"refused: {step.who} {step.verb}: {answer.said}")
    assert not answer.taken
    assert len(answer.said) > 5
    assert Event.objects.count() == before


def _check_ends(town: Town, cast: dict[str, list[str]], tell: Callable[[str], None]) -> None:
    ends = {
        case.number: case
        for case in Case.objects.filter(
            pk__in=[int(number.split("-")[1]) for numbers in cast.values() for number in numbers]
        )
    }
    for name, numbers in cast.items():
        tell(f"{name}: {Counter(f'{ends[one].status} {ends[one].outcome}'.strip() for one in numbers)}")
    outcome = {name: {(ends[one].status, ends[one].outcome) for one in numbers} for name, numbers in cast.items()}
    assert outcome.pop("handed over") == {("handed_over", "")}
    assert outcome.pop("withdrawn") == {("closed", "withdrawn")}
    assert outcome.pop("merged") == {("closed", "merged")}
    assert outcome.pop("explained") == outcome.pop("late") == {("closed", "explained")}
    assert set.union(*outcome.values()) == {("closed", "solved")}
    assert all(ends[one].confirmed for name in outcome for one in cast[name])
    assert all(ends[one].late and ends[one].tier == "lead-office" for one in cast["late"])
    assert all(ends[one].redone == 1 for one in cast["redone"])
    assert all(ends[one].contested == 1 for one in cast["contested"])
    assert all(ends[one].returns == 1 for one in cast["returned"])


def _check_export(town: Town, file: Path, numbers: set[str]) -> None:
    result = guanjia("export", "ledger", file)
    assert result.exit_code == 0, result.output
    head, *rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    column = {name: index for index, name in enumerate(head)}
    listed = {row[1]: row for row in rows}
    assert len(rows) == len(listed) == Case.objects.count()
    assert numbers <= listed.keys()
    sealed = [case.number for case in Case.objects.filter(sealed_to__isnull=False)]
    assert len(sealed) > 15
    assert {listed[number][8] + listed[number][9] for number in sealed} == {""}, column
