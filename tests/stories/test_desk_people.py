"""Units, officers and whom they serve: who stands in, who follows, who may open what."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import travel

from guanjia.access.models import Absence, ReadLog
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Officer, PostHolding, Subject, Unit
from tests.people import client_of
from tests.programme import Served

NEXT_DAY = Served.at(24)


@pytest.fixture(autouse=True)
def tomorrow(served: Served):
    with travel(NEXT_DAY, tick=False):
        yield


@pytest.fixture
def administrator(served: Served):
    return client_of(served.district.account("高翔"))


def household(served: Served) -> Subject:
    return Subject.objects.filter(kind="household", place=served.district.places["柳荫家园"]).order_by("pk")[0]


def test_whoever_follows_takes_posts_caseload_and_open_cases(served, administrator):
    case = served.ask()
    old, new = served.district.officers["陈静"], served.district.officers["彭飞"]
    assert case.holder_officer_id == old.pk
    given = {"new": new.staff_number, "reason": "调离", "leaves": "on"}
    assert administrator.post(f"/desk/officers/{old.pk}/replace/", given).status_code == 302
    case.refresh_from_db()
    assert case.holder_officer_id == new.pk
    assert not Assignment.objects.filter(officer=old, until__isnull=True).exists()
    assert Assignment.objects.filter(officer=new, place__name="柳荫第一网格", role="steward").exists()
    assert not PostHolding.objects.filter(officer=old, valid_to__isnull=True).exists()
    assert "reassign" in set(case.events.values_list("verb", flat=True))
    assert "已离职" in administrator.get(f"/desk/officers/{old.pk}/").content.decode()


def test_nothing_goes_over_without_a_reason(served, administrator):
    case = served.ask()
    old, new = served.district.officers["陈静"], served.district.officers["彭飞"]
    refused = administrator.post(f"/desk/officers/{old.pk}/replace/", {"new": new.staff_number, "reason": " "})
    assert refused.status_code == 422 and 'id="id_reason_error"' in refused.content.decode()
    case.refresh_from_db()
    assert case.holder_officer_id == old.pk
    assert Officer.objects.get(pk=old.pk).active


def test_an_absence_names_who_stands_in_and_ends_when_the_officer_is_back(served):
    officer = served.district.officers["陈静"]
    steward = client_of(served.district.account("陈静"))
    given = {"stand_in": "刘洋", "first_day": "2026-03-03", "last_day": "", "reason": "leave"}
    assert steward.post(f"/desk/officers/{officer.pk}/absence/", given).status_code == 302
    absence = Absence.objects.get(officer=officer)
    assert (absence.stand_in.name, absence.first_day, absence.last_day) == ("刘洋", date(2026, 3, 3), None)
    assert "刘洋" in steward.get(f"/desk/officers/{officer.pk}/").content.decode()
    place = served.district.places["柳荫第一网格"]
    assert "新事项由刘洋办理" in steward.get(f"/desk/places/{place.pk}/").content.decode()
    steward.post(f"/desk/officers/{officer.pk}/back/", {"absence": absence.pk})
    assert not Absence.objects.filter(officer=officer).exists()


def test_a_wrong_stand_in_is_refused_beside_the_field(served):
    officer = served.district.officers["陈静"]
    steward = client_of(served.district.account("陈静"))
    for who in ("没有这个人", "陈静", ""):
        given = {"stand_in": who, "first_day": "2026-03-03", "reason": "leave"}
        refused = steward.post(f"/desk/officers/{officer.pk}/absence/", given)
        assert refused.status_code in (404, 422) and 'id="id_stand_in_error"' in refused.content.decode()
    other = served.district.officers["孙浩"]
    given = {"stand_in": "刘洋", "first_day": "2026-03-03", "reason": "leave"}
    assert steward.post(f"/desk/officers/{other.pk}/absence/", given).status_code == 403


def test_a_card_is_masked_until_it_is_opened_for_a_purpose_and_that_is_logged(served):
    home = household(served)
    clear = home.household.address
    clerk = client_of(served.district.account("周敏"))
    assert clear not in clerk.get(f"/desk/subjects/{home.pk}/").content.decode()
    url = f"/desk/subjects/{home.pk}/open/address/"
    assert clear not in clerk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert clerk.post(url, {"purpose": ""}, headers={"HX-Request": "true"}).status_code == 422
    assert not ReadLog.objects.exists()
    assert clear in clerk.post(url, {"purpose": "visit"}, headers={"HX-Request": "true"}).content.decode()
    read = ReadLog.objects.get()
    assert (read.officer.name, read.field, read.record_id) == ("周敏", "address", home.pk)
    auditor = client_of(served.district.account("邓婷"))
    assert "周敏" in auditor.get(f"/desk/admin/reads/?record=registry.household:{home.pk}").content.decode()
    assert "周敏" not in auditor.get("/desk/admin/reads/?record=registry.household:1000000").content.decode()


def test_nobody_reads_homes_outside_their_places(served):
    away = Subject.objects.filter(kind="household", place=served.district.places["书院小区"])[0]
    clerk = client_of(served.district.account("周敏"))
    assert clerk.get(f"/desk/subjects/{away.pk}/").status_code == 404
    assert away.name not in clerk.get("/desk/subjects/?kind=household").content.decode()
    assert client_of(served.district.account("邓婷")).get(f"/desk/subjects/{away.pk}/").status_code == 403


def test_a_household_moves_and_keeps_its_history(served, administrator):
    home, new = household(served), served.district.places["槐香苑"]
    former = home.name
    given = {"place": new.pk, "building": "9", "unit_no": "1", "room": "101"}
    assert administrator.post(f"/desk/subjects/{home.pk}/move/", given).status_code == 302
    home.refresh_from_db()
    assert home.place_id == new.pk
    assert former in administrator.get(f"/desk/subjects/{home.pk}/").content.decode()


def test_an_import_is_tried_before_it_is_loaded(served, administrator):
    table = "单位名称,单位类型\n青禾区图书馆,不存在的类型\n"

    def sent(text: str, **button: str):
        file = SimpleUploadedFile("units.csv", text.encode(), "text/csv")
        return administrator.post("/desk/import/", {"kind": "units", "file": file, **button})

    page = administrator.get("/desk/import/?kind=units").content.decode()
    headings = [part for part in ("单位名称", "单位类型", "名称", "类型") if part in page]
    assert headings, "the page says which headings it reads"
    before = Unit.objects.count()
    assert sent(table, load="1").status_code in (200, 422)
    assert Unit.objects.count() == before, "nothing is half-loaded"
    missing = administrator.post("/desk/import/", {"kind": "units", "try": "1"})
    assert missing.status_code == 422
    empty = administrator.post("/desk/import/", {"kind": "units", "file": io.BytesIO(b"\0\1"), "try": "1"})
    assert empty.status_code == 422


@pytest.mark.parametrize("url", ["/desk/units/", "/desk/subjects/?kind=household", "/desk/units/?find=社区"])
def test_lists_cost_the_same_however_long(url, served, administrator, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as few:
        administrator.get(url)
    Unit.objects.bulk_create(
        Unit(kind="community_committee", name=f"第{n}社区居委会", valid_from=date(2025, 1, 1)) for n in range(10)
    )
    place = served.district.places["柳荫家园"]
    Subject.objects.bulk_create(
        Subject(kind="household", name=f"{n}号楼", place=place, valid_from=date(2025, 1, 1)) for n in range(90, 95)
    )
    with django_assert_max_num_queries(len(few)):
        administrator.get(url)
