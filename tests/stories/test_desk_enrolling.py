"""A programme for those on its list: a table brings it in, the desk takes in and out, and its rounds follow."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import travel

from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.actions.visits import plan_visit
from guanjia.fieldwork.models import Answer, Outcome, Task, Visit
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Assignment, AssignmentRole, Enrolment
from tests.people import client_of
from tests.programme import Served

KEY = "enterprise-help"
LIST = f"/desk/programmes/{KEY}/list/"
TAKE_IN = f"{LIST}take-in/"


@pytest.fixture(autouse=True)
def later(served: Served):
    with travel(Served.at(24), tick=False):
        yield


@pytest.fixture
def programme(served: Served):
    return actions.adopt(SYSTEM, loader.shipped()[KEY], at=Served.at(2)).programme


@pytest.fixture
def administrator(served: Served, programme):
    return client_of(served.district.account("高翔"))


def shop(served: Served, name: str = "建国五金店"):
    return served.district.subjects[name]


def members(programme) -> set[str]:
    found = queries.enrolled(programme.pk, queries.current_playbook(programme.pk))
    return set(found.values_list("name", flat=True))


def text_of(client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200, url
    return page.content.decode()


def test_who_is_found_and_ticked_is_in_and_has_no_steward_yet(served, administrator, programme):
    empty = text_of(administrator, LIST)
    assert "请把服务对象逐个纳入" in empty and "建国五金店" not in empty
    offered = text_of(administrator, f"{TAKE_IN}?find=五金")
    assert "建国五金店" in offered and "槐香面馆" not in offered
    done = administrator.post(TAKE_IN, {"subject": [shop(served).pk]}, follow=True)
    page = done.content.decode()
    assert "已纳入 1 个服务对象" in page and "建国五金店" in page
    assert members(programme) == {"建国五金店"}
    assert "建国五金店" not in text_of(administrator, f"{TAKE_IN}?find=五金")
    assert "100%" not in text_of(administrator, f"/desk/programmes/{KEY}/")


def test_nobody_ticked_and_nobody_there_are_said_so(served, administrator, programme):
    refused = administrator.post(TAKE_IN, {})
    assert refused.status_code == 422 and "没有勾选任何对象" in refused.content.decode()
    gone = administrator.post(TAKE_IN, {"subject": ["999999999"]})
    assert gone.status_code == 404 and members(programme) == set()
    home = administrator.post(TAKE_IN, {"subject": [served.district.subjects["李晓燕"].pk]})
    assert home.status_code == 422 and "不是专项" in home.content.decode()


def test_a_clerk_takes_in_within_the_community_alone(served, programme):
    clerk = client_of(served.district.account("周敏"))
    offered = text_of(clerk, TAKE_IN)
    assert "建国五金店" in offered and "书院印刷有限公司" not in offered
    assert clerk.post(TAKE_IN, {"subject": [shop(served, "书院印刷有限公司").pk]}).status_code == 403
    assert clerk.post(TAKE_IN, {"subject": [shop(served).pk]}).status_code == 302
    assert members(programme) == {"建国五金店"}


def test_who_is_taken_out_is_owed_nothing_and_visited_no_more(served, administrator, programme):
    pk = shop(served).pk
    actions.enrol(SYSTEM, programme.pk, pk, at=Served.at(3))
    stewards = queries.current_playbook(programme.pk).stewards
    officer = next(iter(queries.pool(stewards, Served.at(3).date()).values()))
    actions.assign(
        SYSTEM, programme.pk, officer_id=officer.officer_id, role=AssignmentRole.STEWARD, subject_id=pk, at=Served.at(3)
    )
    make_tasks(programme.pk, at=Served.at(3))
    day = (Served.at(3) + timedelta(days=3)).date()
    plan_visit(served.district.actor(officer.name), KEY, pk, on=day, at=Served.at(3))
    owed = Task.objects.filter(programme=programme, subject_id=pk, closed_at__isnull=True)
    planned = Visit.objects.filter(programme=programme, subject_id=pk, outcome=Outcome.PLANNED)
    assert owed.exists() and planned.exists()
    asked = text_of(administrator, f"{LIST}{pk}/take-out/")
    assert "在办事项继续办理" in asked
    done = administrator.post(f"{LIST}{pk}/take-out/", {}, follow=True)
    assert "已退出本专项" in done.content.decode()
    assert members(programme) == set() and not owed.exists() and not planned.exists()
    assert not Assignment.objects.filter(programme=programme, subject_id=pk, until=None).exists()
    assert administrator.post(f"{LIST}{pk}/take-out/", {}).status_code == 409


def test_a_card_shows_and_sets_the_programmes_of_a_shop(served, administrator, programme):
    pk = shop(served).pk
    url = f"/desk/subjects/{pk}/programmes/"
    assert url in text_of(administrator, f"/desk/subjects/{pk}/")
    form = text_of(administrator, url)
    assert "万人助企" in form and "服务管家" in form
    assert administrator.post(url, {"programme": [programme.pk]}).status_code == 302
    assert members(programme) == {"建国五金店"}
    left_out = Enrolment.objects.get(excluded=True)
    assert (left_out.subject_id, left_out.programme.key) == (pk, "service-steward")
    administrator.post(url, {"programme": [programme.pk, served.programme.pk]})
    assert members(served.programme) >= {"建国五金店"} and members(programme) == {"建国五金店"}


def test_a_table_brings_in_the_list_with_its_stewards(served, administrator, programme):
    page = text_of(administrator, "/desk/import/?kind=enrolments")
    assert "专项" in page and "统一社会信用代码" in page
    steward = next(iter(queries.pool(queries.current_playbook(programme.pk).stewards, Served.at(3).date()).values()))
    table = f"专项,企业名称,管家\n万人助企,建国五金店,{steward.name}\n万人助企,槐香面馆,\n"
    sent = {"kind": "enrolments", "file": SimpleUploadedFile("名单.csv", table.encode()), "try": "1"}
    tried = administrator.post("/desk/import/", sent).content.decode()
    assert "纳入专项 2" in tried and "确定管家 1" in tried and members(programme) == set()
    sent = {"kind": "enrolments", "file": SimpleUploadedFile("名单.csv", table.encode()), "load": "1"}
    administrator.post("/desk/import/", sent)
    assert members(programme) == {"建国五金店", "槐香面馆"}
    listed = text_of(administrator, LIST)
    assert steward.name in listed and "槐香面馆" in listed


def test_a_stopped_programme_takes_nobody_in(served, administrator, programme):
    actions.stop(SYSTEM, programme.pk, at=Served.at(5))
    assert "take-in" not in text_of(administrator, LIST)
    assert administrator.post(TAKE_IN, {"subject": [shop(served).pk]}).status_code == 409


def test_the_list_costs_the_same_for_one_and_for_many(served, administrator, programme, django_assert_max_num_queries):
    text_of(administrator, LIST)
    with django_assert_max_num_queries(14) as few:
        text_of(administrator, LIST)
    actions.enrol_many(
        SYSTEM, programme.pk, [shop(served, name).pk for name in ("建国五金店", "槐香面馆")], at=Served.at(3)
    )
    with django_assert_max_num_queries(len(few) + 4):
        text_of(administrator, LIST)
    with django_assert_max_num_queries(14):
        text_of(administrator, TAKE_IN)


def test_a_group_of_inspection_writes_down_what_it_did_at_a_unit(served, administrator):
    rounds = actions.adopt(SYSTEM, loader.shipped()["inspection-rounds"], at=Served.at(2)).programme
    unit = served.district.units["城市管理局"]
    assert f"/desk/subjects/{unit.subject.pk}/programmes/" in text_of(administrator, f"/desk/units/{unit.pk}/")
    member, card = client_of(served.district.account("孙浩")), f"/desk/subjects/{unit.subject.pk}/"
    assert "现场了解记录表" not in text_of(member, card)
    administrator.post(f"{card}programmes/", {"programme": [rounds.pk]})
    page = text_of(member, card)
    fill = f"/desk/fill/inspection-rounds/record/{unit.subject.pk}/"
    assert "现场了解记录表" in page and fill in page
    assert "了解方式" in text_of(member, fill)
    given = {"instance": "uuid:21111111-2222-3333-4444-555555555555", "begun": "2026-03-03T08:50:00+08:00"}
    given |= {"how": ["talks", "papers"], "talks": "12", "papers": "30", "matters": ["none"], "earlier": "mended"}
    assert member.post(fill, given | {"talks": ""}).status_code == 422
    assert member.post(fill, given).status_code == 302
    answer = Answer.objects.get()
    assert (answer.subject, json.loads(answer.answers)["talks"]) == (unit.subject, "12")


def test_a_visit_and_a_form_are_offered_for_whom_the_programme_serves(served, administrator, programme):
    steward, pk = client_of(served.district.account("陈静")), shop(served).pk
    assert "万人助企" not in text_of(steward, f"/desk/visits/{pk}/")
    assert "助企走访表" not in text_of(steward, f"/desk/subjects/{pk}/")
    actions.enrol(SYSTEM, programme.pk, pk, at=Served.at(3))
    assert "万人助企" in text_of(steward, f"/desk/visits/{pk}/")
    assert "助企走访表" in text_of(steward, f"/desk/subjects/{pk}/")
