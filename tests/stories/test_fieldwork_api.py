"""Another system writes visits down, once however often it sends them, and reads what is owed."""

from __future__ import annotations

import pytest

from guanjia.cases.models import Case
from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.models import Task, Visit
from tests.programme import KEY, MONDAY


@pytest.fixture
def body(fielded):
    door = fielded.subject("3号楼2单元501")
    return {
        "programme": KEY,
        "subject": door.pk,
        "outcome": "done",
        "people": 2,
        "matters": [{"text": "楼下路灯不亮了", "category": "lighting", "name": "李晓燕", "phone": "13900000001"}],
    }


def test_a_visit_is_written_down_once_with_what_was_asked_for(fielded, system, body):
    clerk = system("周敏", "visits:write", "visits:read")
    first = clerk.post("/visits", body, key="v1")
    assert first.status_code == 201 and first.json()["cases"] == [Case.objects.get().number]
    assert clerk.post("/visits", body, key="v1").json() == first.json()
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)
    assert clerk.post("/visits", {**body, "people": 3}, key="v1").json()["code"] == "api.key_reused"
    rows = clerk.get("/visits", programme=KEY).json()["rows"]
    assert [(one["subject"]["name"], one["people"]) for one in rows] == [("3号楼2单元501", 2)]
    assert Visit.objects.get().recorded_by["kind"] == "service"


def test_tasks_of_the_post_are_read_and_a_visit_ends_them(fielded, system, body):
    make_tasks(fielded.programme.pk, at=MONDAY)
    clerk = system("周敏", "visits:write", "visits:read")
    rows = clerk.get("/tasks", limit=100).json()["rows"]
    assert {one["subject"]["name"] for one in rows if one["subject"]} == {
        "3号楼2单元501",
        "3号楼2单元502",
        "1号楼1单元101",
        "建国五金店",
    }
    survey = next(one for one in rows if one["key"] == "monthly-survey" and one["subject"]["id"] == body["subject"])
    clerk.post("/visits", {**body, "tasks": [survey["id"]]})
    assert Task.objects.get(pk=survey["id"]).end == "done"
    assert len(clerk.get("/tasks", state="closed").json()["rows"]) == 2


def test_a_post_elsewhere_and_a_token_without_the_scope_are_refused(fielded, system, body):
    assert system("彭飞", "visits:write").post("/visits", body).status_code == 403
    assert system("周敏", "visits:read").post("/visits", body).status_code == 403
    assert system("周敏", "visits:write").get("/visits").status_code == 403
    assert system("周敏", "visits:write").post("/visits", {**body, "outcome": "dreamt"}).status_code == 422
    assert system("周敏", "visits:read").get("/visits", programme="no-such").status_code == 404
    assert not Visit.objects.exists()


def test_pages_cost_the_same_however_long_they_are(fielded, system, django_assert_max_num_queries):
    clerk = system("周敏", "visits:read")
    for number in range(6):
        fielded.visit("周敏", fielded.home(number))
    make_tasks(fielded.programme.pk, at=MONDAY)
    clerk.get("/visits")
    for path in ("/visits", "/tasks"):
        with django_assert_max_num_queries(5):
            assert clerk.get(path).json()["rows"]
