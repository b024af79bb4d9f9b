"""Stewards by hand: one shop, one grid; what is refused stands beside its field; taken off, and who answers then."""

from __future__ import annotations

import re

import pytest
from time_machine import travel

from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.models import AuditEntry
from guanjia.playbook import loader
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Assignment
from guanjia.programmes.queries.adopted import parsed
from tests.people import client_of
from tests.programme import KEY, MONDAY, Served

URL = "/desk/programmes/service-steward/"


@pytest.fixture(autouse=True)
def later(served: Served):
    with travel(Served.at(24), tick=False):
        yield


@pytest.fixture
def clerk(served: Served):
    """Of 柳荫社区."""
    return client_of(served.district.account("周敏"))


@pytest.fixture
def administrator(served: Served):
    return client_of(served.district.account("高翔"))


def of(served: Served, name: str) -> str:
    """The form of a shop, a home or a place, by its name."""
    district = served.district
    if name in district.places:
        return f"/desk/places/{district.places[name].pk}/steward/"
    return f"/desk/subjects/{district.subjects[name].pk}/steward/"


def given(served: Served, name: str, role: str = "steward") -> dict[str, str]:
    return {"role": role, "officer": served.district.officers[name].staff_number}


def row_of(served: Served, name: str, role: str = "steward") -> Assignment:
    return Assignment.objects.get(until__isnull=True, role=role, subject=served.district.subjects[name])


def refused_at(page: str, field: str) -> str:
    """The words beside a field."""
    found = re.search(rf'id="id_{field}_error"[^>]*>(.*?)</p>', page, re.S)
    assert found, f"nothing stands beside {field}"
    return found[1]


def test_a_clerk_gives_a_shop_its_steward_and_the_next_request_is_with_them(served, clerk):
    shop = served.district.subjects["建国五金店"]
    card = clerk.get(f"/desk/subjects/{shop.pk}/").content.decode()
    assert f"{of(served, '建国五金店')}?programme={KEY}" in card and "手动指定" in card
    before = served.ask(subject_id=shop.pk, hours=24)
    form = clerk.get(of(served, "建国五金店")).content.decode()
    assert 'name="programme"' not in form, "there is nothing to choose"
    assert "刘洋 · 柳荫社区居委会 · 负责 0 项" in form
    assert clerk.post(of(served, "建国五金店"), given(served, "刘洋")).status_code == 302
    after = served.ask("门口下水道堵了，请帮忙看看", subject_id=shop.pk, hours=24.5)
    before.refresh_from_db()
    assert (before.holder_officer.name, after.holder_officer.name) == ("陈静", "刘洋")
    entry = AuditEntry.objects.get(verb="assignment.assign")
    assert entry.data["former"] is None
    card = clerk.get(f"/desk/subjects/{shop.pk}/").content.decode()
    assert f"/desk/assignments/{row_of(served, '建国五金店').pk}/end/" in card


def test_of_a_grid_whoever_was_it_before_is_it_no_more(served, clerk):
    form = clerk.get(of(served, "柳荫第一网格")).content.decode()
    assert "服务管家 陈静" in form and "顶岗 刘洋" in form
    refused = clerk.post(of(served, "柳荫第一网格"), given(served, "刘洋"))
    assert refused.status_code == 409
    assert "给自己顶岗" in refused_at(refused.content.decode(), "officer")
    assert clerk.post(of(served, "柳荫第一网格"), given(served, "彭飞", "stand_in")).status_code == 302
    assert clerk.post(of(served, "柳荫第一网格"), given(served, "刘洋")).status_code == 302
    case = served.ask(hours=24.5)
    assert case.holder_officer.name == "刘洋"
    rows = Assignment.objects.filter(place=served.district.places["柳荫第一网格"], until__isnull=True)
    assert {(row.role, row.officer.name) for row in rows} == {("steward", "刘洋"), ("stand_in", "彭飞")}


def test_outside_the_own_posts_nothing_is_offered_or_taken(served, clerk):
    elsewhere = served.district.places["杏坛第一网格"]
    assert of(served, "杏坛第一网格") not in clerk.get(f"/desk/places/{elsewhere.pk}/").content.decode()
    for send in (clerk.get, clerk.post):
        assert send(of(served, "杏坛第一网格"), given(served, "彭飞")).status_code == 403
    steward = client_of(served.district.account("陈静"))
    assert steward.get(of(served, "柳荫第一网格")).status_code == 403
    assert of(served, "柳荫第一网格") not in steward.get(f"/desk/places/{elsewhere.pk}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"officer": "没有这个人"}, "officer", "没有这个人"),
        ({"officer": ""}, "officer", "人员"),
        ({"officer": "孙浩"}, "officer", "管家"),
        ({"role": "mayor"}, "role", "请选择"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(served, clerk, wrong, field, words):
    refused = clerk.post(of(served, "柳荫第一网格"), {**given(served, "刘洋"), **wrong})
    assert refused.status_code in (404, 409, 422)
    assert words in refused_at(refused.content.decode(), field)


def test_over_the_limit_and_off_the_list_is_said_beside_the_field(served, administrator):
    version = served.programme.current
    version.source = version.source.replace("[stewards]", "[stewards]\nmost_subjects = 2")
    version.save()
    parsed.pop(version.pk, None)
    refused = administrator.post(of(served, "建国五金店"), given(served, "彭飞"))
    assert refused.status_code == 409 and "2" in refused_at(refused.content.decode(), "officer")
    actions.adopt(SYSTEM, loader.shipped()["four-hundreds"], at=MONDAY)
    only = administrator.get(of(served, "建国五金店")).content.decode()
    assert 'name="programme"' not in only, "the shop is on one list"
    actions.leave(SYSTEM, served.programme.pk, served.district.subjects["建国五金店"].pk, at=Served.at(23))
    form = administrator.get(of(served, "建国五金店")).content.decode()
    assert 'name="programme"' in form
    refused = administrator.post(of(served, "建国五金店"), given(served, "刘洋") | {"programme": KEY})
    assert refused.status_code == 409 and "建国五金店" in refused_at(refused.content.decode(), "programme")
    unknown = administrator.post(of(served, "建国五金店"), given(served, "刘洋") | {"programme": "x"})
    assert unknown.status_code == 422 and refused_at(unknown.content.decode(), "programme")


def test_where_nobody_is_ever_assigned_it_says_so(served, administrator):
    wide = administrator.get(of(served, "东湖街道"))
    assert wide.status_code == 409 and "东湖街道" in wide.content.decode()
    page = administrator.get(f"/desk/places/{served.district.places['东湖街道'].pk}/").content.decode()
    assert of(served, "东湖街道") not in page
    actions.stop(SYSTEM, served.programme.pk, at=Served.at(23))
    assert administrator.post(of(served, "柳荫第一网格"), given(served, "彭飞")).status_code == 409


def test_taken_off_a_shop_goes_by_its_place_and_stands_as_a_gap(served, clerk):
    for name, role in (("刘洋", "steward"), ("陈静", "stand_in")):
        clerk.post(of(served, "建国五金店"), given(served, name, role))
    stand_in = clerk.get(f"/desk/assignments/{row_of(served, '建国五金店', 'stand_in').pk}/end/").content.decode()
    assert "刘洋不在岗时" in stand_in
    url = f"/desk/assignments/{row_of(served, '建国五金店').pk}/end/"
    form = clerk.get(url).content.decode()
    assert "按片区由陈静负责" in form and "柳荫第一网格" in form and "缺口" in form
    assert "btn--danger" in form
    assert clerk.post(url).status_code == 302
    shop = served.district.subjects["建国五金店"]
    assert served.ask(subject_id=shop.pk, hours=24.5).holder_officer.name == "陈静"
    card = clerk.get(f"/desk/subjects/{shop.pk}/").content.decode()
    assert "自己的顶岗人" in card, "its own stand-in counts for nothing, and can be taken off all the same"
    gap = queries.gap_ids(served.programme.pk, at=Served.at(25))
    assert ("no_steward", shop.pk, None) in gap
    again = clerk.post(url)
    assert again.status_code == 409 and "已经结束" in again.content.decode()


def test_taken_off_a_grid_nobody_answers_but_the_stand_in(served, clerk):
    rows = Assignment.objects.filter(place=served.district.places["柳荫第一网格"], until__isnull=True)
    steward = rows.get(role="steward")
    assert "刘洋" in clerk.get(f"/desk/assignments/{steward.pk}/end/").content.decode()
    clerk.post(f"/desk/assignments/{steward.pk}/end/")
    stand_in = rows.get(role="stand_in")
    assert "无人负责" in clerk.get(f"/desk/assignments/{stand_in.pk}/end/").content.decode()
    clerk.post(f"/desk/assignments/{stand_in.pk}/end/")
    assert served.ask(hours=24.5).holder_officer is None
    names = clerk.get(f"{URL}gaps/?kind=household&gap=no_steward").content.decode()
    assert f"{of(served, '柳荫第一网格')}?programme={KEY}&amp;role=steward" in names


def test_nobody_is_taken_off_outside_the_own_posts(served, clerk):
    row = Assignment.objects.filter(place=served.district.places["杏坛第一网格"]).first()
    assert clerk.get(f"/desk/assignments/{row.pk}/end/").status_code == 403
    assert clerk.post(f"/desk/assignments/{row.pk}/end/").status_code == 403
    assert clerk.get("/desk/assignments/999999/end/").status_code == 404


def test_each_gap_leads_to_where_it_is_mended(served, clerk):
    shops = clerk.get(f"{URL}gaps/?kind=business&gap=no_steward").content.decode()
    assert f"{of(served, '建国五金店')}?programme={KEY}&amp;role=steward" in shops
    assert of(served, "书院印刷有限公司") not in shops
    places = client_of(served.district.account("高翔")).get(f"{URL}gaps/?kind=household&gap=no_stand_in")
    assert f"{of(served, '槐树第一网格')}?programme={KEY}&amp;role=stand_in" in places.content.decode()
    others = clerk.get(f"{URL}gaps/?kind=household&gap=no_stand_in").content.decode()
    assert of(served, "槐树第一网格") not in others and "槐树第一网格" in others


def test_the_dialog_comes_as_a_part_and_leads_back(served, clerk):
    seen = f"http://testserver{URL}gaps/?kind=business&gap=no_steward"
    headers = {"HX-Request": "true", "HX-Current-URL": seen}
    part = clerk.get(f"{of(served, '建国五金店')}?role=stand_in", headers=headers).content.decode()
    assert "<html" not in part and re.search(r'value="stand_in"\s+selected', part)
    back = re.search(r'name="next" value="([^"]+)"', part)[1].replace("&amp;", "&")
    done = clerk.post(of(served, "建国五金店"), given(served, "刘洋") | {"next": back}, headers=headers)
    assert done["HX-Redirect"] == f"{URL}gaps/?kind=business&gap=no_steward"


def test_the_form_costs_the_same_however_many_stewards(served, administrator, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as few:
        administrator.get(of(served, "建国五金店"))
    cost = len(few)
    administrator.post(f"{URL}share-out/", {"apply": "1"})
    with django_assert_max_num_queries(cost):
        administrator.get(of(served, "建国五金店"))


def test_the_gaps_cost_the_same_however_many_there_are(served, administrator, django_assert_max_num_queries):
    url = f"{URL}gaps/?kind=household&gap=no_stand_in"
    with django_assert_max_num_queries(30) as few:
        administrator.get(url)
    cost = len(few)
    Assignment.objects.filter(until__isnull=True, role="stand_in").update(until=Served.at(24))
    with django_assert_max_num_queries(cost):
        assert of(served, "杏坛第一网格") in administrator.get(url).content.decode()
