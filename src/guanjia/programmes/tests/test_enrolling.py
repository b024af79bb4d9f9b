from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guanjia.kernel import importing
from guanjia.kernel.actor import PUBLIC
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.imports import ENROLMENTS
from guanjia.programmes.models import Assignment, Enrolment
from guanjia.programmes.tests import sample
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry.actions.subjects import update_business

SHOPS = {"建国五金店", "槐香面馆", "书院印刷有限公司"}


@pytest.fixture
def listed(scheme: Scheme) -> int:
    return actions.adopt(scheme.administrator, sample.text(key="listed", enrol="list"), at=scheme.at).programme_id


def members(programme_id: int) -> set[str]:
    found = queries.enrolled(programme_id, queries.current_playbook(programme_id))
    return set(found.values_list("name", flat=True))


def by_rule(scheme: Scheme, rule: str) -> int:
    text = sample.text(key="ruled").replace('enrol = "all"', f'enrol = "all"\nbusinesses = {{ {rule} }}')
    return actions.adopt(scheme.administrator, text, at=scheme.at).programme_id


@pytest.mark.parametrize(
    ("rule", "taken_in"),
    [
        ("", {"建国五金店", "槐香面馆", "书院印刷有限公司"}),
        ("key_only = true", {"建国五金店"}),
        ('industries = ["F"]', {"建国五金店", "槐香面馆"}),
        ('industries = ["F52", "C"]', {"槐香面馆", "书院印刷有限公司"}),
        ("employees_from = 20", {"书院印刷有限公司"}),
        ('employees_from = 6, industries = ["F"]', {"槐香面馆"}),
    ],
)
def test_a_rule_takes_in_the_businesses_that_it_names_and_every_home(
    scheme: Scheme, rule: str, taken_in: set[str]
) -> None:
    cards = {
        "建国五金店": {"is_key": True, "industry": "F5174", "employees": 5},
        "槐香面馆": {"industry": "F5211", "employees": 6},
        "书院印刷有限公司": {"industry": "C2311", "employees": 20},
    }
    for name, card in cards.items():
        update_business(scheme.administrator, scheme.subject(name).pk, at=scheme.at, **card)
    found = members(by_rule(scheme, rule))
    assert found & SHOPS == taken_in
    assert found - SHOPS == members(scheme.programme_id) - SHOPS != set()


def test_a_rule_has_exceptions_both_ways_and_follows_the_cards(scheme: Scheme) -> None:
    ruled = by_rule(scheme, "key_only = true")
    shop, noodles = scheme.subject("建国五金店").pk, scheme.subject("槐香面馆").pk
    actions.enrol(scheme.administrator, ruled, noodles, at=scheme.later(1))
    assert members(ruled) & SHOPS == {"槐香面馆"}
    update_business(scheme.administrator, shop, at=scheme.at, is_key=True)
    assert members(ruled) & SHOPS == {"槐香面馆", "建国五金店"}
    actions.leave(scheme.administrator, ruled, shop, at=scheme.later(2))
    actions.leave(scheme.administrator, ruled, noodles, at=scheme.later(2))
    assert members(ruled) & SHOPS == set()
    assert list(Enrolment.objects.filter(until=None).values_list("subject_id", "excluded")) == [(shop, True)]
    actions.enrol(scheme.administrator, ruled, shop, at=scheme.later(3))
    assert members(ruled) & SHOPS == {"建国五金店"} and not Enrolment.objects.filter(until=None).exists()


def test_many_are_taken_in_at_once_and_those_inside_stay_as_they_were(scheme: Scheme, listed: int) -> None:
    ids = [scheme.subject(name).pk for name in sorted(SHOPS)]
    actions.enrol(scheme.administrator, listed, ids[0], at=scheme.at)
    taken = actions.enrol_many(scheme.administrator, listed, [*ids, ids[1]], at=scheme.later())
    assert taken == sorted(ids[1:]) and members(listed) == SHOPS
    assert Enrolment.objects.get(subject_id=ids[0]).since == scheme.at
    assert AuditEntry.objects.filter(verb="programme.enrol").count() == 2
    assert actions.enrol_many(scheme.administrator, listed, ids, at=scheme.later(2)) == []


@pytest.mark.parametrize(
    ("who", "whom", "code"),
    [
        ("周敏", "书院印刷有限公司", "not_allowed"),
        ("高翔", "李晓燕", r"programme\.not_served"),
        (None, "建国五金店", "not_allowed"),
    ],
)
def test_where_one_may_not_be_taken_in_nobody_is(
    scheme: Scheme, listed: int, who: str | None, whom: str, code: str
) -> None:
    actor = scheme.district.actor(who) if who else PUBLIC
    with pytest.raises(Problem, match=code):
        actions.enrol_many(actor, listed, [scheme.subject("槐香面馆").pk, scheme.subject(whom).pk], at=scheme.at)
    assert members(listed) == set()


def test_nobody_can_be_taken_in_who_is_not_there(scheme: Scheme, listed: int) -> None:
    with pytest.raises(Problem, match="not_found"):
        actions.enrol_many(scheme.administrator, listed, [10**9], at=scheme.at)


def test_a_page_of_those_inside_and_of_those_who_might_be(
    scheme: Scheme, listed: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    actions.enrol(scheme.administrator, listed, scheme.subject("槐香面馆").pk, at=scheme.at)
    playbook = queries.current_playbook(listed)
    with django_assert_num_queries(1):
        found = queries.enrolled_page(scheme.administrator, listed, playbook).rows
    assert [one.name for one in found] == ["槐香面馆"]
    others = queries.enrolled_page(scheme.administrator, listed, playbook, inside=False, text="店").rows
    assert [one.name for one in others] == ["建国五金店"]
    clerk = scheme.district.actor("周敏")
    names = {one.name for one in queries.enrolled_page(clerk, listed, playbook, inside=False).rows}
    assert "建国五金店" in names and "书院印刷有限公司" not in names


HEADINGS = "专项,统一社会信用代码,企业名称,社区,服务专员,顶岗\n"


def load(scheme: Scheme, tmp_path: Path, rows: str, *, hours: int = 1, **options: bool) -> importing.Report:
    path = tmp_path / "名单.csv"
    path.write_text(HEADINGS + rows, "utf-8")
    return importing.run(ENROLMENTS, path, scheme.administrator, at=scheme.later(hours), **options)


def code_of(scheme: Scheme, name: str) -> str:
    return str(scheme.subject(name).business.credit_code)


def test_a_table_says_who_is_in_and_who_answers(scheme: Scheme, listed: int, tmp_path: Path) -> None:
    number = scheme.officer("陈静").staff_number
    rows = f"listed,{code_of(scheme, '建国五金店')},,,{number},刘洋\nlisted,,槐香面馆,,,\n"
    trial = load(scheme, tmp_path, rows, dry_run=True)
    assert trial.loaded == {"enrolment": 2, "already_enrolled": 0, "steward": 1, "stand_in": 1}
    assert members(listed) == set()
    assert load(scheme, tmp_path, rows).stored
    assert members(listed) == {"建国五金店", "槐香面馆"}
    held = Assignment.objects.filter(programme_id=listed, until=None).values_list("role", "officer__name")
    assert set(held) == {("steward", "陈静"), ("stand_in", "刘洋")}
    again = load(scheme, tmp_path, rows, hours=2)
    assert again.loaded == {"enrolment": 0, "already_enrolled": 2, "steward": 0, "stand_in": 0}
    assert Enrolment.objects.count() == 2 and Assignment.objects.filter(programme_id=listed).count() == 2


def test_a_wrong_row_is_named_with_what_to_do_and_nothing_is_loaded(
    scheme: Scheme, listed: int, tmp_path: Path
) -> None:
    rows = [
        "没有的专项,,槐香面馆,,,",
        "listed,,没有的店,,,",
        "listed,,,,,",
        "listed,91110000MA0000009X,,,,",
        "listed,,书院印刷有限公司,柳荫社区,,",
        "listed,,建国五金店,,查无此人,",
        "listed,,槐香面馆,,周敏,周敏",
        "listed,,李*燕,,,",
        "listed,,槐香面馆,没有的社区,,",
    ]
    report = load(scheme, tmp_path, "\n".join(rows) + "\n")
    codes = [(one.line, one.problem.code) for one in sorted(report.refused, key=lambda one: one.line)]
    assert codes == [
        (2, "import.unknown_programme"),
        (3, "import.unknown_subject"),
        (4, "field.missing"),
        (5, "field.invalid"),
        (6, "import.unknown_subject"),
        (7, "import.unknown_officer"),
        (8, "assignment.not_eligible"),
        (9, "import.unknown_subject"),
        (10, "import.unknown_place"),
    ]
    assert members(listed) == set() and not report.stored
    good = load(scheme, tmp_path, f"listed,{code_of(scheme, '槐香面馆')},,,,\nlisted,,槐香面馆,,,\n", skip_bad=True)
    assert [(one.line, one.problem.code) for one in good.refused] == [(3, "import.repeated")]
    assert members(listed) == {"槐香面馆"}


def test_a_row_whose_steward_is_refused_leaves_nothing_behind(scheme: Scheme, listed: int, tmp_path: Path) -> None:
    rows = "listed,,槐香面馆,,陈静,陈静\nlisted,,建国五金店,,陈静,刘洋\n"
    report = load(scheme, tmp_path, rows, skip_bad=True)
    assert [(one.line, one.problem.code) for one in report.refused] == [(2, "assignment.same_officer")]
    assert report.loaded == {"enrolment": 1, "already_enrolled": 0, "steward": 1, "stand_in": 1}
    assert members(listed) == {"建国五金店"}
    assert not Assignment.objects.filter(programme_id=listed, subject=scheme.subject("槐香面馆")).exists()


def test_of_several_programmes_those_that_serve_a_subject_are_asked_for_at_once(
    scheme: Scheme, listed: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    ruled, shop = by_rule(scheme, "key_only = true"), scheme.subject("建国五金店").pk
    books = {id: queries.current_playbook(id) for id in (scheme.programme_id, listed, ruled)}
    with django_assert_num_queries(1):
        assert queries.enrolled_in(shop, books) == {scheme.programme_id}
    actions.enrol(scheme.administrator, listed, shop, at=scheme.at)
    assert queries.enrolled_in(shop, books) == {scheme.programme_id, listed}
    assert queries.enrolled_in(shop, {}) == set()


def test_a_unit_is_on_the_list_of_a_programme_for_units(scheme: Scheme, tmp_path: Path) -> None:
    text = sample.text(key="rounds", enrol="list").replace('["business", "household"]', '["unit"]')
    text = text.replace('{ business = "subject", household = "grid" }', '{ unit = "subject" }')
    rounds = actions.adopt(scheme.administrator, text, at=scheme.at).programme_id
    assert load(scheme, tmp_path, "rounds,,柳荫社区居委会,,陈静,\n").stored
    assert members(rounds) == {"柳荫社区居委会"}
