"""A programme: explained, covered down to the names, shared out after a trial, handed over."""

from __future__ import annotations

import pytest
from time_machine import travel

from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from guanjia.programmes.models import Assignment
from tests.people import client_of
from tests.programme import MONDAY, Served

URL = "/desk/programmes/service-steward/"


@pytest.fixture(autouse=True)
def later(served: Served):
    with travel(Served.at(24), tick=False):
        yield


@pytest.fixture
def administrator(served: Served):
    return client_of(served.district.account("高翔"))


def open_rows() -> int:
    return Assignment.objects.filter(until__isnull=True).count()


def test_every_gap_leads_to_the_places_and_names_behind_it(served, administrator):
    page = administrator.get(URL).content.decode()
    assert "gaps/?kind=household&amp;gap=no_steward" in page
    names = administrator.get(f"{URL}gaps/?kind=household&gap=no_steward").content.decode()
    assert "槐树第一网格" in names and "柳荫第一网格" not in names
    assert administrator.get(f"{URL}gaps/?kind=household&gap=none").status_code == 404


def test_a_programme_with_an_empty_list_is_not_taken_for_one_without_stewards(served, administrator):
    adopt(SYSTEM, loader.shipped()["four-hundreds"], at=MONDAY)
    page = administrator.get("/desk/programmes/four-hundreds/").content.decode()
    assert "专项名单上还没有服务对象" in page and "不设管家" not in page


def test_a_trial_changes_nothing_and_the_real_one_fills_the_gaps(served, administrator):
    before = open_rows()
    tried = administrator.post(f"{URL}share-out/", {"try": "1"})
    assert tried.status_code == 200 and "确认分配" in tried.content.decode()
    assert open_rows() == before
    assert administrator.post(f"{URL}share-out/", {"apply": "1"}).status_code == 302
    assert open_rows() > before
    assert "gaps/?kind=household&amp;gap=no_steward" not in administrator.get(URL).content.decode()


def test_what_each_level_has_taken_on_stands_below_the_coverage(served, administrator):
    """三级联动: district departments, street offices and community workers take the businesses on together."""
    page = administrator.get(URL).content.decode()
    assert "各层级分包情况" in page and "社区" in page.partition("各层级分包情况")[2]


def test_a_sharing_out_keeps_to_fewer_for_one_kind_of_unit(served, administrator):
    form = administrator.get(f"{URL}share-out/").content.decode()
    assert 'name="limit-community_committee"' in form
    tried = administrator.post(f"{URL}share-out/", {"try": "1", "limit-community_committee": "0"})
    page = tried.content.decode()
    assert tried.status_code == 200 and "合适人员均已达上限" in page and 'value="0"' in page
    refused = administrator.post(f"{URL}share-out/", {"try": "1", "limit-community_committee": "many"})
    assert refused.status_code == 422 and "每名管家的上限" in refused.content.decode()


def test_a_caseload_goes_over_with_the_open_cases(served, administrator):
    case = served.ask()
    old, new = served.district.officers["陈静"], served.district.officers["彭飞"]
    url = f"{URL}hand-over/{old.pk}/"
    given = {"to": new.staff_number, "reason": "分工调整", "with_cases": "on"}
    assert administrator.post(url, given).status_code == 302
    case.refresh_from_db()
    assert case.holder_officer_id == new.pk
    again = administrator.post(url, given)
    assert again.status_code >= 400, "there is nothing left to hand over"


def test_a_clerk_shares_out_only_within_the_own_places(served):
    clerk = client_of(served.district.account("周敏"))
    before = open_rows()
    assert clerk.post(f"{URL}share-out/", {"apply": "1"}).status_code == 403
    assert open_rows() == before
    steward = client_of(served.district.account("陈静"))
    assert steward.get(f"{URL}share-out/").status_code == 403


def test_the_playbook_is_explained_as_table_and_drawing(served, administrator):
    page = administrator.get(f"{URL}?part=playbook").content.decode()
    assert '<svg class="flow"' in page and "style=" not in page.split('<svg class="flow"')[1].split("</svg>")[0]
    assert administrator.get("/desk/programmes/nothing/").status_code == 404


def test_loads_cost_the_same_however_many_stewards(served, administrator, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as few:
        page = administrator.get(f"{URL}?part=loads").content.decode()
    cost = len(few)
    assert "陈静" in page and "彭飞" in page
    administrator.post(f"{URL}share-out/", {"apply": "1"})
    with django_assert_max_num_queries(cost + 1):
        administrator.get(f"{URL}?part=loads")
