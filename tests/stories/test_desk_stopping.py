"""A programme is stopped: nothing new begins, what is open is worked to its end; then the archive, or it goes on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from time_machine import travel

from guanjia.cases.actions.parts import split_off
from guanjia.cases.models import Case
from guanjia.cases.queries.queues import duties
from guanjia.fieldwork import jobs as fieldwork
from guanjia.fieldwork.actions.patrols import NewPatrol, record_patrol
from guanjia.fieldwork.actions.sweeps import open_sweep
from guanjia.fieldwork.actions.visits import plan_visit
from guanjia.fieldwork.actions.works import NewWork, adopt_plot, record_work
from guanjia.fieldwork.models import Task, Visit
from guanjia.fieldwork.queries.forms import forms_on_devices
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.playbook import loader
from guanjia.programmes import actions, jobs, queries
from guanjia.programmes.models import CardCode, Gap, Programme
from guanjia.programmes.queries.adopted import parsed
from tests.forms import Formed
from tests.people import client_of
from tests.programme import KEY, MONDAY, Served

LIST = "/desk/programmes/"
URL = f"{LIST}{KEY}/"


@pytest.fixture(autouse=True)
def later(served: Served):
    with travel(Served.at(24), tick=False):
        yield


@pytest.fixture
def administrator(served: Served):
    return client_of(served.district.account("高翔"))


@pytest.fixture
def second(served: Served) -> Programme:
    """Another programme, which takes requests from the public pages too."""
    return actions.adopt(SYSTEM, loader.shipped()["needs-register"], at=MONDAY).programme


def stopped(served: Served, hours: float = 24) -> None:
    actions.stop(SYSTEM, served.programme.pk, at=Served.at(hours))


def test_stopping_leaves_what_is_open_and_its_dates(served, administrator):
    case = served.ask()
    before = Case.objects.values("due_at", "status", "version_id", "holder_officer_id").get(pk=case.pk)
    page = administrator.get(URL).content.decode()
    assert f"{URL}stop/" in page
    said = administrator.get(f"{URL}stop/").content.decode()
    assert "1 件未办结的事项" in said and "btn--danger" in said
    assert administrator.post(f"{URL}stop/").status_code == 302
    assert Case.objects.values(*before).get(pk=case.pk) == before
    served.act("陈静", case, "accept", hours=24)
    assert served.state(case).status == "working"
    page = administrator.get(URL).content.decode()
    assert f"{URL}resume/" in page and f"{URL}stop/" not in page and "3月3日停用" in page.replace(" ", "")
    for address in ("cards/", "papers/", "share-out/"):
        assert f"{URL}{address}" not in page
    assert AuditEntry.objects.filter(verb="programme.stop").count() == 1
    again = administrator.post(f"{URL}stop/")
    assert again.status_code == 409 and "已经停用" in again.content.decode()


def test_only_the_administrator_stops(served):
    for name in ("吴娟", "周敏"):
        other = client_of(served.district.account(name))
        assert other.post(f"{URL}stop/").status_code == 403
        assert f"{URL}stop/" not in other.get(URL).content.decode()
    assert Programme.objects.get().stopped_at is None


def test_residents_are_led_to_whoever_takes_requests_now(served, administrator, client, second):
    actions.issue_cards(SYSTEM, served.programme.pk, at=MONDAY)
    said = administrator.get(f"{URL}stop/").content.decode()
    if "web" in queries.current_playbook(second.pk).channels:
        assert "网上提出的诉求改由" in said
    code = CardCode.objects.get(place__name="柳荫第一网格").code
    assert "陈静" in client.get(f"/s/{code}").content.decode()
    administrator.post(f"{URL}stop/")
    assert "陈静" not in client.get(f"/s/{code}").content.decode()
    with pytest.raises(Problem, match=r"case\.no_programme"):
        served.ask(hours=25)


def test_where_nobody_else_takes_requests_the_dialog_says_so_and_the_portal_too(served, administrator, client):
    assert "群众将不能在网上提出诉求" in administrator.get(f"{URL}stop/").content.decode()
    assert client.get("/ask/").status_code == 200
    administrator.post(f"{URL}stop/")
    closed = client.get("/ask/")
    assert closed.status_code == 409 and "目前没有专项受理" in closed.content.decode()


def test_an_open_case_can_still_be_split_and_ruled_on(served):
    case = served.ask()
    served.act("陈静", case, "accept", hours=1)
    arbiter = served.actor("郑强", case)
    assert duties(arbiter).rulings
    stopped(served)
    assert duties(arbiter).rulings, "somebody may still have to decide"
    part = split_off(served.actor("陈静", case), case.pk, text="二楼的灯也坏了", category="lighting", at=Served.at(25))
    assert part.version_id == case.version_id
    Case.objects.update(closed_at=Served.at(26))
    assert not duties(arbiter).rulings


def test_in_the_field_nothing_new_begins(fielded):
    served = fielded.served
    place = served.district.places["柳荫社区"].pk
    shop = served.district.subjects["建国五金店"].pk
    chen, zhou = fielded.actor("陈静"), fielded.actor("周敏")
    stopped(served, 1)
    grid = served.district.places["柳荫第一网格"].pk
    tomorrow = fielded.at(24)
    trip = NewPatrol(programme=KEY, kind="streets", place_id=grid, crew=2)
    work = NewWork(programme=KEY, kind="trees", quantity=Decimal(2), place_id=grid)
    for begin in (
        lambda: open_sweep(zhou, KEY, "yards", place_id=place, at=tomorrow),
        lambda: plan_visit(chen, KEY, shop, on=(tomorrow + timedelta(days=1)).date(), at=tomorrow),
        lambda: record_patrol(chen, trip, at=tomorrow),
        lambda: record_work(chen, work, at=tomorrow),
        lambda: adopt_plot(chen, KEY, place_id=grid, name="花坛", keeper_ids=[shop], at=tomorrow),
        lambda: fielded.visit("陈静", served.district.subjects["建国五金店"], hours=24),
        lambda: actions.issue_cards(SYSTEM, served.programme.pk, at=tomorrow),
        lambda: actions.reserve_numbers(
            SYSTEM, served.programme.pk, sheets=5, key="k", at=tomorrow, place=served.district.places["柳荫社区"]
        ),
    ):
        with pytest.raises(Problem, match=r"programme\.stopped"):
            begin()
    before = NewPatrol(programme=KEY, kind="streets", place_id=grid, crew=2, started_at=MONDAY)
    assert record_patrol(chen, before, at=tomorrow).pk, "it was made while it still ran"


def test_tasks_are_made_no_more_and_those_there_are_can_be_done(fielded):
    served = fielded.served
    with travel(MONDAY, tick=False):
        assert fieldwork.make_due_tasks(MONDAY)
    made = Task.objects.count()
    stopped(served, 1)
    assert not fieldwork.make_due_tasks(fielded.at(24 * 40))
    assert Task.objects.count() == made
    shop = served.district.subjects["建国五金店"]
    page = client_of(served.district.account("陈静")).get(f"/desk/visits/{shop.pk}/").content.decode()
    assert f'value="{KEY}"' in page, "a visit that is owed can be made"
    fielded.visit("陈静", shop, hours=24)
    assert Visit.objects.get().outcome == "done"
    assert not Task.objects.filter(subject=shop, key=VISIT, closed_at__isnull=True).exists()


def test_forms_are_offered_no_more_but_what_was_begun_is_taken_in(formed: Formed):
    url = f"/desk/fill/{KEY}/household/{formed.home.pk}/"
    chen = client_of(formed.district.account("陈静"))
    assert forms_on_devices(at=MONDAY)
    stopped(formed.served, 1)
    assert chen.get(url).status_code == 409
    assert not forms_on_devices(at=Served.at(24))
    assert url not in chen.get(f"/desk/subjects/{formed.home.pk}/").content.decode()
    assert formed.answer("陈静", hours=0).pk, "it was begun before"
    with pytest.raises(Problem, match=r"programme\.stopped"):
        formed.answer("陈静", hours=30)


def test_the_alarm_is_silent_about_what_was_stopped(served):
    jobs.coverage_alarm(MONDAY)
    assert Gap.objects.filter(until__isnull=True).exists()
    OutboxMessage.objects.all().delete()
    stopped(served)
    jobs.coverage_alarm(Served.at(25))
    assert not Gap.objects.filter(until__isnull=True).exists()
    assert not OutboxMessage.objects.filter(topic="coverage.gap").exists()


def test_it_goes_on_again_under_the_same_version(served, administrator):
    version = queries.programme(KEY).current_id
    refused = administrator.post(f"{URL}resume/")
    assert refused.status_code == 409 and "正在运行" in refused.content.decode()
    stopped(served)
    assert "重新受理" in administrator.get(f"{URL}resume/").content.decode()
    assert administrator.post(f"{URL}resume/").status_code == 302
    found = queries.programme(KEY)
    assert (found.stopped_at, found.current_id) == (None, version)
    assert served.ask(hours=25).version_id == version
    assert AuditEntry.objects.filter(verb="programme.resume").count() == 1
    assert OutboxMessage.objects.filter(topic="programme.changed", payload__verb="programme.resume").count() == 1
    with pytest.raises(Problem, match="not_allowed"):
        actions.resume(served.district.actor("吴娟"), found.pk, at=Served.at(26))


def test_the_archive_holds_what_was_stopped_and_has_nothing_open(served, administrator, second):
    case = served.ask()
    stopped(served)
    page = administrator.get(LIST).content.decode()
    assert "还有 1 件未办结" in page and "已归档" not in page
    Case.objects.filter(pk=case.pk).update(closed_at=Served.at(25))
    page = administrator.get(LIST).content.decode()
    archive = page.split("已归档")[1]
    assert URL in archive and "2025" in archive and 'data-label="办结事项">1<' in archive
    for address in (URL, f"{URL}?part=loads", f"{URL}?part=playbook", f"{URL}handbook/"):
        assert administrator.get(address).status_code == 200
    leader = client_of(served.district.account("马骏"))
    assert case.number in leader.get(f"/desk/ledger/?programme={KEY}").content.decode()
    assert leader.get(f"/desk/field/?programme={KEY}").status_code == 200


def test_the_list_costs_the_same_however_many_programmes(served, administrator, second, django_assert_max_num_queries):
    stopped(served)
    parsed.clear()
    with django_assert_max_num_queries(20) as few:
        administrator.get(LIST)
    cost = len(few)
    for key in ("four-hundreds", "sweeps", "mediation", "red-governance"):
        made = actions.adopt(SYSTEM, loader.shipped()[key], at=MONDAY)
        if key != "sweeps":
            actions.stop(SYSTEM, made.programme_id, at=Served.at(2))
    parsed.clear()
    with django_assert_max_num_queries(cost), translation.override("zh-hans"):
        assert administrator.get(LIST).content.decode().count(LIST) > 6
