"""Units, posts and officers are set up, changed and ended at the desk; what was done stands in the record."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from time_machine import travel

from guanjia.cases.models import Duty
from guanjia.console.viewmodels.changes import IMPORTED, VERBS
from guanjia.kernel import audit
from guanjia.kernel.actor import SYSTEM, Role
from guanjia.kernel.seals import seal
from guanjia.registry.models import Officer, Place, Post, PostHolding, Unit, UnitHours
from guanjia.registry.queries import work_calendar
from tests.people import client_of
from tests.programme import Served
from tools.sources import PACKAGE

NEXT_DAY = Served.at(24)
TODAY = "2026-03-03"


@pytest.fixture(autouse=True)
def tomorrow(served: Served):
    with travel(NEXT_DAY, tick=False):
        yield


@pytest.fixture
def administrator(served: Served) -> Client:
    return client_of(served.district.account("高翔"))


def done(response: HttpResponse) -> None:
    assert response.status_code == 302, re.findall(r"field__error.*?</p>|callout__title.*?</p>", response.text)


def test_a_new_unit_gets_a_post_and_somebody_who_holds_it(served, administrator):
    above = served.district.units["青禾区人民政府"]
    district = served.district.places["青禾区"]
    given = {"name": "青禾区体育局", "short_name": "体育局", "kind": "department", "parent_id": above.pk}
    done(administrator.post("/desk/units/new/", {**given, "place_id": district.pk, "phone": "0000-7654321"}))
    unit = Unit.objects.get(name="青禾区体育局")
    assert (unit.short_name, unit.parent, unit.place, unit.phone) == ("体育局", above, district, "00007654321")

    person = {"name": "罗一", "staff_number": "T9001", "work_phone": "0000-8009001", "mobile": "139 0000 0090"}
    done(administrator.post(f"/desk/units/{unit.pk}/officers/new/", person))
    post = {"title": "承办人", "role": "handler", "place_id": district.pk}
    done(administrator.post(f"/desk/units/{unit.pk}/posts/new/", post))
    held = Post.objects.get(unit=unit)
    done(administrator.post(f"/desk/posts/{held.pk}/appoint/", {"officer": "罗一", "on": TODAY}))
    holding = PostHolding.objects.get(post=held)
    assert (holding.officer.name, holding.valid_from, holding.valid_to) == ("罗一", date(2026, 3, 3), None)
    page = administrator.get(f"/desk/units/{unit.pk}/").text
    assert "罗一" in page and "承办人" in page and "0000-8009001" not in page.replace("00008009001", "")
    assert "13900000090" not in page


def test_a_unit_goes_by_its_new_name_and_the_record_tells_the_former_one(served, administrator):
    unit = served.district.units["城市管理局"]
    form = administrator.get(f"/desk/units/{unit.pk}/change/").text
    assert 'value="城市管理局"' in form
    given = {"name": "城市管理和综合执法局", "kind": "department", "place_id": unit.place_id, "phone": unit.phone}
    done(administrator.post(f"/desk/units/{unit.pk}/change/", given))
    page = administrator.get(f"/desk/units/{unit.pk}/").text
    assert "城市管理和综合执法局" in page and "城市管理局 → 城市管理和综合执法局" in page and "高翔" in page


def test_a_holder_is_relieved_from_a_day_on_and_followed_by_another(served, administrator):
    post, old = served.district.posts["孙浩"], served.district.officers["孙浩"]
    done(administrator.post(f"/desk/officers/{old.pk}/posts/{post.pk}/relieve/", {"on": TODAY}))
    assert PostHolding.objects.get(post=post).valid_to == date(2026, 3, 3)
    unit = served.district.units["城市管理局"]
    assert "空缺" in administrator.get(f"/desk/units/{unit.pk}/").text
    again = administrator.post(f"/desk/officers/{old.pk}/posts/{post.pk}/relieve/", {})
    assert again.status_code == 409
    new = served.district.officers["吴娟"]
    done(administrator.post(f"/desk/posts/{post.pk}/appoint/", {"officer": new.staff_number}))
    assert "吴娟" in administrator.get(f"/desk/units/{unit.pk}/").text


def test_nothing_is_entered_ahead_of_its_day(served, administrator):
    post = served.district.posts["孙浩"]
    refused = administrator.post(f"/desk/posts/{post.pk}/close/", {"on": "2026-03-09"})
    assert refused.status_code == 422 and 'id="id_on_error"' in refused.text
    assert Post.objects.get(pk=post.pk).valid_to is None


def test_a_unit_that_somebody_waits_for_is_not_closed(served, administrator):
    unit = served.district.units["督查室"]
    refused = administrator.post(f"/desk/units/{unit.pk}/close/", {})
    assert refused.status_code == 409 and "1 个岗位" in refused.text
    done(administrator.post(f"/desk/posts/{served.district.posts['郑强'].pk}/close/", {}))
    done(administrator.post(f"/desk/officers/{served.district.officers['郑强'].pk}/leave/", {}))
    done(administrator.post(f"/desk/units/{unit.pk}/close/", {}))
    assert f'href="/desk/units/{unit.pk}/"' not in administrator.get("/desk/units/").text


def test_somebody_moves_to_another_unit_and_keeps_the_number_that_nobody_is_shown(served, administrator):
    officer, unit = served.district.officers["孙浩"], served.district.units["督查室"]
    before = Officer.objects.get(pk=officer.pk).mobile
    given = {"unit_id": unit.pk, "work_phone": "0000-8008008", "mobile": ""}
    done(administrator.post(f"/desk/officers/{officer.pk}/change/", given))
    changed = Officer.objects.get(pk=officer.pk)
    assert (changed.unit, changed.work_phone, changed.mobile) == (unit, "00008008008", before)


def test_a_unit_has_hours_and_days_of_its_own(served, administrator):
    unit = served.district.units["城市管理局"]
    url = f"/desk/units/{unit.pk}/hours/"
    wrong = administrator.post(url, {"hours": "每天九点到五点"})
    assert wrong.status_code == 422 and 'id="id_hours_error"' in wrong.text and "每天九点到五点" in wrong.text
    gap = administrator.post(url, {"hours": "06-01 09-30 08:30-12:00"})
    assert gap.status_code == 422 and 'id="id_hours_error"' in gap.text
    given = {"hours": "01-01 至 12-31 09:00～12:00，13:00-17:00", "exceptions": "2026-03-09 休 搬迁"}
    done(administrator.post(url, given))
    calendar, hours = work_calendar(unit.pk)
    assert hours.spans_on(date(2026, 3, 4)) == ((time(9), time(12)), (time(13), time(17)))
    moving = date(2026, 3, 9)
    assert (calendar.day(moving).working, work_calendar()[0].day(moving).working) == (False, True)
    form = administrator.get(url).text
    assert "01-01 12-31 09:00-12:00 13:00-17:00" in form and "2026-03-09 休 搬迁" in form
    done(administrator.post(url, {"hours": "", "exceptions": ""}))
    assert UnitHours.objects.get(unit=unit).hours is None


def test_a_place_is_set_up_below_another_and_closed_while_nobody_is_in_it(served, administrator):
    community = served.district.places["柳荫社区"]
    done(administrator.post(f"/desk/places/{community.pk}/new/", {"name": "柳荫第九网格", "on": "2026-03-02"}))
    grid = Place.objects.get(name="柳荫第九网格")
    assert (grid.kind, grid.parent) == ("grid", community)
    refused = administrator.post(f"/desk/places/{served.district.places['柳荫第一网格'].pk}/close/", {})
    assert refused.status_code == 409
    done(administrator.post(f"/desk/places/{grid.pk}/close/", {}))
    assert Place.objects.get(pk=grid.pk).valid_to == date(2026, 3, 3)
    yard = served.district.places["柳荫家园"]
    assert administrator.get(f"/desk/places/{yard.pk}/new/").status_code == 422


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_is_shown_how_to_change_the_organisation(role, served):
    client = client_of(served.district.account(served.district.holder_of(role)))
    unit = served.district.units["城市管理局"]
    page = client.get(f"/desk/units/{unit.pk}/").text
    for word in ("/change/", "/close/", "/posts/new/", "/appoint/", "/relieve/", "/hours/"):
        assert word not in page
    assert client.post(f"/desk/units/{unit.pk}/close/", {}).status_code == 403


def test_the_record_of_changes_tells_who_did_what_and_where_it_stands_in_the_chain(served, administrator):
    unit = served.district.units["城市管理局"]
    given = {"title": "窗口承办人", "role": "handler", "place_id": unit.place_id}
    administrator.post(f"/desk/units/{unit.pk}/posts/new/", given)
    auditor = client_of(served.district.account("邓婷"))
    page = auditor.get("/desk/admin/changes/").text
    assert "设立岗位" in page and "窗口承办人" in page and "城市管理局" in page and "高翔" in page
    assert "即将存证" in page
    seal()
    assert "即将存证" not in auditor.get("/desk/admin/changes/").text
    other = auditor.get(f"/desk/admin/changes/?record=registry.officer:{served.district.officers['陈静'].pk}").text
    assert "窗口承办人" not in other and "没有变更" in other


def test_the_record_costs_the_same_however_long(served, administrator, django_assert_max_num_queries):
    unit = served.district.units["城市管理局"]
    audit.record(SYSTEM, "unit.update", unit, at=NEXT_DAY, old="甲", new="乙")
    with django_assert_max_num_queries(25) as few:
        administrator.get("/desk/admin/changes/")
    for number in range(30):
        audit.record(SYSTEM, "unit.update", unit, at=NEXT_DAY, old="甲", new=f"第{number}个")
    with django_assert_max_num_queries(len(few)):
        assert administrator.get("/desk/admin/changes/").text.count("甲 → 第") == 30


def test_every_kind_of_change_has_a_name():
    written = re.compile(r'(?:record|entry_for|_written)\(\s*\w+,\s*f?"([a-z_]+\.[a-z_]+)"')
    sources = [path for path in Path(PACKAGE).rglob("*.py") if "tests" not in path.parts]
    verbs = {verb for path in sources for verb in written.findall(path.read_text("utf-8"))}
    assert len(verbs) > 40 and IMPORTED
    assert verbs <= set(VERBS), verbs - set(VERBS)


@pytest.mark.parametrize("nonsense", ["²", "9" * 30, "anywhere"])
def test_a_place_that_is_none_gives_nobody_a_duty_of_the_whole_district(served, nonsense):
    administrator = client_of(served.district.account("高翔"))
    duties = Duty.objects.order_by("pk").values_list("pk", "unit_id", "place_id")
    before = list(duties)
    unit = served.district.units["城市管理局"]
    answer = administrator.post("/desk/admin/duties/lighting/", {"unit": unit.pk, "place": nonsense})
    assert answer.status_code == 422 and list(duties.all()) == before
    changed = administrator.post(
        f"/desk/units/{unit.pk}/change/", {"kind": unit.kind, "name": unit.name, "parent_id": nonsense}
    )
    assert changed.status_code == 422
    unit.refresh_from_db()
    assert unit.parent is not None
