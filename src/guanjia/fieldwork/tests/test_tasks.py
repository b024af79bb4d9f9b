"""Duties made by rule: which, for whom, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanjia.fieldwork import jobs
from guanjia.fieldwork.actions import tasks as making
from guanjia.fieldwork.actions.tasks import finish_task, make_tasks
from guanjia.fieldwork.models import Task
from guanjia.fieldwork.owners import Owners
from guanjia.fieldwork.queries.tasks import mine, task_figures, within_reach
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.playbook.schema import Body, Owner
from guanjia.registry.models import Subject
from tests.field import TODAY
from tests.programme import MONDAY
from tests.tables import single_changes

SERVED = 9  # businesses and households of the tiny district


def keys() -> dict[str, int]:
    found: dict[str, int] = {}
    for key in Task.objects.values_list("key", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def test_each_rule_makes_its_duties_for_whom_it_names(fielded):
    assert make_tasks(fielded.programme.pk, at=MONDAY) == Task.objects.count()
    assert keys() == {"monthly-survey": SERVED, "quarter-summary": 2, "unit-review": 2, "appraisal": 1, VISIT: SERVED}
    survey = Task.objects.filter(key="monthly-survey").first()
    assert (survey.period, survey.starts, survey.due) == ("2026-03", date(2026, 3, 1), date(2026, 4, 8))
    assert Task.objects.get(key="appraisal").due > date(2026, 12, 31)
    assert set(Task.objects.filter(key=VISIT).values_list("period", "due")) == {("first", TODAY + timedelta(days=30))}


def test_a_run_again_makes_nothing_and_the_next_month_makes_its_own(fielded):
    make_tasks(fielded.programme.pk, at=MONDAY)
    assert jobs.make_due_tasks(MONDAY) == 0
    assert make_tasks(fielded.programme.pk, at=MONDAY + timedelta(days=31)) == SERVED + 2
    assert keys()["monthly-survey"] == 2 * SERVED


def test_a_run_that_was_killed_is_taken_up_where_it_stopped(fielded, monkeypatch):
    monkeypatch.setattr(making, "BATCH", 2)
    batches = []

    def killed(made: int) -> None:
        batches.append(made)
        if len(batches) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_tasks(fielded.programme.pk, at=MONDAY, progress=killed)
    stored = Task.objects.count()
    assert stored == batches[-1]
    rest = make_tasks(fielded.programme.pk, at=MONDAY)
    assert keys() == {"monthly-survey": SERVED, "quarter-summary": 2, "unit-review": 2, "appraisal": 1, VISIT: SERVED}
    assert stored + rest == Task.objects.count()


def test_two_workers_at_once_make_each_duty_once(fielded, monkeypatch):
    """The second has looked before the first has written."""
    make_tasks(fielded.programme.pk, at=MONDAY)
    before = Task.objects.count()
    row = Task.objects.filter(key="monthly-survey").first()
    again = Task(**{name: getattr(row, name) for name in ("programme_id", "key", "period", "subject_id")})
    again.starts, again.due = row.starts, row.due
    making._Making(
        fielded.programme.pk, making.programmes.current_playbook(fielded.programme.pk), None, TODAY, MONDAY, None
    )._store([again])
    assert Task.objects.count() == before


def test_the_cost_grows_with_batches_not_with_subjects(fielded):
    make_tasks(fielded.programme.pk, at=MONDAY)
    with CaptureQueriesContext(connection) as few:
        make_tasks(fielded.programme.pk, at=MONDAY)
    Subject.objects.bulk_create(
        Subject(kind="household", name=f"{n}号", place=fielded.served.district.places["柳荫家园"], valid_from=TODAY)
        for n in range(200)
    )
    with CaptureQueriesContext(connection) as many:
        assert make_tasks(fielded.programme.pk, at=MONDAY) == 400
    assert len(many) <= len(few) + 16


def test_whoever_owes_a_duty_ends_it_once(fielded):
    make_tasks(fielded.programme.pk, at=MONDAY)
    chen = fielded.actor("陈静")
    own = Task.objects.get(key="quarter-summary", officer__name="陈静")
    assert finish_task(chen, own.pk, at=MONDAY).end == "done"
    finish_task(chen, own.pk, at=MONDAY)
    assert AuditEntry.objects.filter(verb="task.end").count() == 1
    with pytest.raises(Problem, match="not_allowed"):
        finish_task(chen, Task.objects.get(key="quarter-summary", officer__name="彭飞").pk, at=MONDAY)
    with pytest.raises(Problem, match="not_found"):
        finish_task(chen, 10**9, at=MONDAY)
    with pytest.raises(Problem, match="not_allowed"):
        finish_task(chen, Task.objects.get(key="appraisal").pk, at=MONDAY)
    assert finish_task(fielded.actor("吴娟"), Task.objects.get(key="appraisal").pk, at=MONDAY).end == "done"


def test_a_steward_sees_what_is_owed_to_those_in_their_care(fielded, django_assert_num_queries):
    make_tasks(fielded.programme.pk, at=MONDAY)
    chen = fielded.actor("陈静")
    with django_assert_num_queries(2):
        found = mine(chen, on=TODAY).rows
    homes = {one.subject.name for one in found if one.key == VISIT}
    assert homes == {
        "3号楼2单元501",
        "3号楼2单元502",
        "1号楼1单元101",
        "建国五金店",
    }  # nobody else answers for the shop
    assert {one.key for one in found} == {VISIT, "monthly-survey", "quarter-summary"}
    assert not mine(chen, state="late", on=TODAY).rows
    assert mine(chen, state="late", on=TODAY + timedelta(days=60)).rows


def test_an_office_sees_what_the_playbook_gives_it(fielded):
    make_tasks(fielded.programme.pk, at=MONDAY)
    found = mine(fielded.actor("吴娟"), on=TODAY).rows
    assert sorted((one.key, one.unit.name if one.unit else "") for one in found) == [
        ("appraisal", ""),
        ("unit-review", "杏坛社区居委会"),
        ("unit-review", "柳荫社区居委会"),
    ]
    with pytest.raises(Problem, match="not_allowed"):
        finish_task(fielded.actor("陈静"), Task.objects.filter(key="unit-review").first().pk, at=MONDAY)


@pytest.mark.parametrize(
    ("who", "whom", "owes"),
    [
        ({"role": "lead_office"}, "", "营商环境服务中心"),
        ({"role": "clerk"}, "柳荫社区居委会", "柳荫社区居委会"),
        ({"role": "supervisor"}, "柳荫社区居委会", "督查室"),
        ({"unit_kind": "community_committee"}, "柳荫社区居委会", "柳荫社区居委会"),
        ({"unit_kind": "community_committee"}, "", None),
        ({"steward": True}, "柳荫社区居委会", "柳荫社区居委会"),
        ({"steward": True}, "", None),
        ({"body": "joint-meeting"}, "", "营商环境服务中心"),
        ({"body": "joint-meeting"}, "柳荫社区居委会", "营商环境服务中心"),
        ({"body": "nobody"}, "", None),
    ],
)
def test_who_owes_is_looked_up_where_it_is_owed(fielded, who, whom, owes):
    """A body without a duty of its own is whom its chair belongs to."""
    units = fielded.served.district.units
    playbook = making.programmes.current_playbook(fielded.programme.pk)
    body = Body(key="joint-meeting", name={"zh": "联席会", "en": "Joint meeting"}, chair="lead_office", meets="month")
    owners = Owners(Owner(**who), playbook.model_copy(update={"bodies": (body,)}), MONDAY)
    target = units[whom].pk if whom else 0
    found = owners.of("unit_id" if whom else "", [target]).get(target)
    assert found == (units[owes].pk if owes else None)


@pytest.mark.django_db(transaction=True)
def test_duties_of_units_stay_with_their_units():
    """Before there were owners."""
    before, after = [("fieldwork", "0004_task_owners")], [("fieldwork", "0005_units_owed")]
    executor = single_changes()
    executor.migrate(before)
    try:
        apps = executor.loader.project_state([*before, *executor.loader.graph.leaf_nodes("registry")]).apps
        programme = apps.get_model("programmes", "Programme").objects.create(key="p", adopted_at=MONDAY)
        unit = apps.get_model("registry", "Unit").objects.create(kind="bureau", name="某局", valid_from=TODAY)
        tasks = apps.get_model("fieldwork", "Task").objects
        row = {"programme": programme, "key": "k", "starts": TODAY, "due": TODAY}
        ids = [tasks.create(**row, period="1", unit=unit).pk, tasks.create(**row, period="2").pk]
    finally:
        single_changes().migrate(after)
    assert [Task.objects.get(pk=pk).owner_unit_id for pk in ids] == [unit.pk, None]


def test_a_clerk_sees_the_duties_of_the_community(fielded, django_assert_num_queries):
    make_tasks(fielded.programme.pk, at=MONDAY)
    zhou = fielded.actor("周敏")
    with django_assert_num_queries(1):
        found = within_reach(zhou, on=TODAY).rows
    assert {one.subject.place.name for one in found if one.subject} == {"柳荫家园", "机床厂家属院"}


def test_figures_say_how_many_are_done(fielded, django_assert_num_queries):
    make_tasks(fielded.programme.pk, at=MONDAY)
    finish_task(fielded.actor("陈静"), Task.objects.get(key="quarter-summary", officer__name="陈静").pk, at=MONDAY)
    with django_assert_num_queries(1):
        found = {
            one.key: one for one in task_figures(fielded.programme.pk, since=TODAY, until=date(2027, 3, 1), on=TODAY)
        }
    assert (found["quarter-summary"].made, found["quarter-summary"].done) == (2, 1)
    assert found["monthly-survey"].late == 0
