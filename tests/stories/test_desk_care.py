"""Whom a steward answers for, each with what they asked for last."""

from __future__ import annotations

import re

import pytest
from time_machine import travel

from guanjia.fieldwork.actions.visits import plan_visit
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Subject
from tests.people import FOUNDED, client_of
from tests.programme import KEY, MONDAY, Served

ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)


@pytest.fixture
def steward(served: Served):
    with travel(Served.at(2), tick=False):
        yield client_of(served.district.account("陈静"))


def give(served: Served, subject: Subject, officer: str, role: str = "steward") -> None:
    Assignment.objects.create(
        programme=served.programme,
        subject=subject,
        role=role,
        officer=served.district.officers[officer],
        since=MONDAY,
        reason="by_hand",
    )


def row_of(page: str, name: str) -> str:
    return next(row for row in ROW.findall(page) if f">{name}</a>" in row)


def test_the_newest_case_of_each_stands_beside_its_name(served, steward):
    shop = served.district.subjects["建国五金店"]
    give(served, shop, "陈静")
    served.ask("门口路灯不亮", subject_id=shop.pk)
    served.ask("门前井盖松动", subject_id=shop.pk, hours=1)
    row = row_of(steward.get("/desk/care/").text, "建国五金店")
    assert "门前井盖松动" in row and "门口路灯不亮" not in row
    assert f"?only=open&amp;subject={shop.pk}" in row and ">2</a>" in row


def test_a_whole_grid_comes_before_single_doors(served, steward):
    shop = served.district.subjects["建国五金店"]
    give(served, shop, "陈静")
    served.ask()
    page = steward.get("/desk/care/").text
    assert page.index("柳荫第一网格") < page.index("建国五金店")
    assert "楼下路灯不亮了" in row_of(page, "柳荫第一网格")
    assert "没有您可查看的事项" in row_of(page, "建国五金店")


def test_what_others_hold_is_not_told_here(served, steward):
    shop = served.district.subjects["建国五金店"]
    give(served, shop, "陈静")
    case = served.ask("门口路灯不亮", subject_id=shop.pk)
    served.act("赵磊", case, "transfer", to={"unit": served.unit("城市管理局")}, reason="属市政设施")
    assert "门口路灯不亮" not in steward.get("/desk/care/").text


def test_for_whom_one_stands_in_is_a_list_of_its_own(served, steward):
    assert "柳荫第一网格" not in steward.get("/desk/care/?as=stand_in").text
    other = client_of(served.district.account("刘洋"))
    assert "柳荫第一网格" in other.get("/desk/care/?as=stand_in").text
    assert "还没有分给您的对象" in other.get("/desk/care/").text


def test_a_name_narrows_the_list(served, steward):
    give(served, served.district.subjects["建国五金店"], "陈静")
    page = steward.get("/desk/care/?find=五金").text
    assert "建国五金店" in page and "柳荫第一网格" not in page
    assert "您负责的对象中没有这个名称" in steward.get("/desk/care/?find=面馆").text


def test_it_costs_the_same_however_many_one_answers_for(served, steward, django_assert_max_num_queries):
    give(served, served.district.subjects["建国五金店"], "陈静")
    served.ask("门口路灯不亮", subject_id=served.district.subjects["建国五金店"].pk)
    steward.get("/desk/care/")
    with django_assert_max_num_queries(25) as few:
        steward.get("/desk/care/")
    place = served.district.places["柳荫家园"]
    for number in range(8):
        shop = Subject.objects.create(kind="business", name=f"第{number}家店", place=place, valid_from=FOUNDED)
        give(served, shop, "陈静")
        served.ask(f"第{number}家店门口路灯不亮", subject_id=shop.pk, hours=1)
    with django_assert_max_num_queries(len(few)):
        assert (
            steward.get("/desk/care/").text.count("家店门口路灯不亮") == 8 + 1
        )  # the grid shows the newest of them too


def test_rules_of_conduct_stand_where_a_steward_sets_out(served, steward):
    """到位不越位、帮忙不添乱、参与不干预: on the pages of whom one answers for, of the round, of the door and of the
    programme, and nowhere where the playbook has none."""
    home = served.district.subjects["3号楼2单元501"]
    pages = [
        "/desk/care/",
        "/desk/visits/",
        f"/desk/visits/{home.pk}/",
        "/desk/programmes/service-steward/?part=playbook",
    ]
    assert not [url for url in pages if "行为规范" in steward.get(url).text]
    adopt(SYSTEM, loader.shipped()["service-steward"], at=Served.at(1))
    plan_visit(served.district.actor("陈静"), KEY, home.pk, on=Served.at(2).date(), at=Served.at(2))
    for url in pages:
        page = steward.get(url).text
        assert "行为规范" in page and "帮忙不添乱" in page, url
