"""Cards of businesses, households and persons: entered at the desk, corrected, ended."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from time_machine import travel

from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.actions.visits import plan_visit
from guanjia.fieldwork.actions.works import adopt_plot
from guanjia.fieldwork.models import Keeper, Task, TaskEnd, Visit
from guanjia.fieldwork.queries.visits import my_round
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.codes import credit_code_check
from guanjia.kernel.models import AuditEntry
from guanjia.programmes.models import Assignment
from guanjia.programmes.queries import coverage
from guanjia.registry.actions import create_household
from guanjia.registry.models import Person, Subject
from tests.people import FOUNDED_AT, client_of
from tests.programme import KEY, MONDAY, Served

NEXT_DAY = Served.at(24)
TODAY = date(2026, 3, 3)
CREDIT_CODE = "92110000MA0000009" + credit_code_check("92110000MA0000009")
ID_NUMBER = "11010519491231002X"  # the worked example of GB 11643


@pytest.fixture(autouse=True)
def tomorrow(served: Served):
    with travel(NEXT_DAY, tick=False):
        yield


@pytest.fixture
def clerk(served: Served) -> Client:
    """Of 柳荫社区."""
    return client_of(served.district.account("周敏"))


@pytest.fixture
def administrator(served: Served) -> Client:
    return client_of(served.district.account("高翔"))


def shop(served: Served, **more: object) -> dict[str, object]:
    place = served.district.places["柳荫家园"]
    return {"name": "迎春面馆", "place_id": place.pk, "contact_name": "郑春", "contact_phone": "139 0000 0077", **more}


def done(response: HttpResponse) -> str:
    """Where it leads."""
    assert response.status_code == 302, re.findall(r"field__error.*?</p>|callout__title.*?</p>", response.text)
    return response["Location"]


def refused(response: HttpResponse, field: str) -> str:
    """What stands beside the field."""
    assert response.status_code in (403, 404, 409, 422), response.status_code
    found = re.search(rf'id="id_{field}_error".*?</p>', response.text, re.DOTALL)
    assert found, re.findall(r'id="id_\w+_error"', response.text)
    return found[0]


def test_a_new_shop_stands_on_the_list_and_is_served(served, clerk):
    assert "登记经营主体" in clerk.get("/desk/subjects/?kind=business").text
    given = shop(served, credit_code=CREDIT_CODE.lower(), industry="H6210", employees="3", is_key="on", on="2026-03-01")
    card = done(clerk.post("/desk/subjects/new/business/", given))
    made = Subject.objects.get(name="迎春面馆")
    assert card == f"/desk/subjects/{made.pk}/"
    assert (made.business.credit_code, made.business.employees, made.business.is_key) == (CREDIT_CODE, 3, True)
    assert made.valid_from == date(2026, 3, 1)
    page = clerk.get(card).text
    assert "迎春面馆" in page and "陈静" in page, "the steward of its grid answers"
    assert "郑春" not in page and "13900000077" not in page and "139****0077" in page
    assert "迎春面馆" in clerk.get("/desk/subjects/?kind=business").text
    assert coverage(served.programme.pk, at=NEXT_DAY).enrolled == 10


def test_a_shop_may_stand_at_a_grid(served, clerk):
    grid = served.district.places["柳荫第一网格"]
    done(clerk.post("/desk/subjects/new/business/", shop(served, place_id=grid.pk)))
    assert Subject.objects.get(name="迎春面馆").place == grid


def test_nobody_registers_outside_the_places_of_the_post(served, clerk):
    away = served.district.places["书院小区"]
    form = clerk.get("/desk/subjects/new/business/").text
    assert "柳荫家园" in form and "书院小区" not in form
    refused(clerk.post("/desk/subjects/new/business/", shop(served, place_id=away.pk)), "place_id")
    assert not Subject.objects.filter(name="迎春面馆").exists()
    theirs = served.district.subjects["书院印刷有限公司"]
    for what in ("change", "close"):
        assert clerk.get(f"/desk/subjects/{theirs.pk}/{what}/").status_code == 404
        assert clerk.post(f"/desk/subjects/{theirs.pk}/{what}/", {"name": "别家"}).status_code == 404
    home = Subject.objects.get(kind="household", place=away)
    assert clerk.get(f"/desk/subjects/new/person/?household={home.pk}").status_code == 404
    steward = client_of(served.district.account("陈静"))
    assert steward.get("/desk/subjects/new/business/").status_code == 403
    assert "登记经营主体" not in steward.get("/desk/subjects/?kind=business").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("credit_code", CREDIT_CODE[:-1] + "I"),
        ("credit_code", "\0"),
        ("contact_phone", "无"),
        ("industry", "F517100"),
        ("employees", "三个"),
        ("employees", "-1"),
        ("employees", "9" * 30),
        ("place_id", ""),
        ("place_id", "²"),
        ("place_id", "999999999"),
        ("place_id", "9" * 40),
        ("on", "昨天"),
        ("on", "2026-03-09"),
        ("address", "长" * 201),
    ],
)
def test_a_wrong_value_stands_beside_its_field_and_nothing_is_written(served, clerk, field, value):
    before = Subject.objects.count()
    refused(clerk.post("/desk/subjects/new/business/", shop(served, **{field: value})), field)
    assert Subject.objects.count() == before


def test_a_credit_code_belongs_to_one_business(served, clerk):
    known = served.district.subjects["建国五金店"]
    taken = shop(served, credit_code=known.business.credit_code)
    assert "建国五金店" in refused(clerk.post("/desk/subjects/new/business/", taken), "credit_code")


def test_what_is_left_empty_is_kept_and_what_is_typed_is_changed(served, clerk):
    known = served.district.subjects["建国五金店"]
    url = f"/desk/subjects/{known.pk}/change/"
    form = clerk.get(url).text
    assert 'value="建国五金店"' in form and known.business.credit_code in form and "139****0002" in form
    assert "13900000002" not in form and "王建国" not in form
    given = {
        "name": "建国五金店",
        "place_id": known.place_id,
        "credit_code": known.business.credit_code,
        "industry": "F5171",
        "address": known.business.address,
    }
    done(clerk.post(url, given))
    assert not AuditEntry.objects.filter(verb="business.update").exists(), "nothing was changed"
    done(clerk.post(url, {**given, "name": "建国五金", "contact_phone": "13900000088", "employees": "4"}))
    known = Subject.objects.get(pk=known.pk)
    assert (known.name, known.business.contact_phone, known.business.contact_name, known.business.employees) == (
        "建国五金", "13900000088", "王建国", 4,
    )  # fmt: skip
    assert (known.lon, known.lat) != (None, None)
    entry = AuditEntry.objects.get(verb="business.update")
    assert entry.data == {"columns": ["contact_phone", "employees", "name"]}
    page = clerk.get(f"/desk/subjects/{known.pk}/").text
    assert "139****0088" in page and "13900000088" not in page
    refused(clerk.post(url, {**given, "contact_phone": "一三九"}), "contact_phone")


def test_a_business_elsewhere_loses_the_point_of_the_old_place(served, clerk):
    known, grid = served.district.subjects["建国五金店"], served.district.places["柳荫第一网格"]
    given = {"name": known.name, "place_id": grid.pk, "credit_code": known.business.credit_code, "industry": "F5171"}
    done(clerk.post(f"/desk/subjects/{known.pk}/change/", given))
    known = Subject.objects.get(pk=known.pk)
    assert (known.place, known.lon, known.lat, known.business.address) == (grid, None, None, "")


def test_where_somebody_stands_is_kept_though_nobody_would_be_put_there_today(served, clerk):
    known, community = served.district.subjects["建国五金店"], served.district.places["柳荫社区"]
    Subject.objects.filter(pk=known.pk).update(place=community)
    url = f"/desk/subjects/{known.pk}/change/"
    assert f'<option value="{community.pk}" selected>柳荫社区</option>' in clerk.get(url).text
    given = {"name": "建国五金", "place_id": community.pk, "industry": "F5171"}
    done(clerk.post(url, given))
    known = Subject.objects.get(pk=known.pk)
    assert (known.name, known.place, known.lon is None) == ("建国五金", community, False)


def test_two_households_do_not_share_a_door(served, clerk):
    door = {"place_id": served.district.places["柳荫家园"].pk, "building": "3", "unit_no": "2", "room": "501"}
    refused(clerk.post("/desk/subjects/new/household/", door), "room")
    made = done(clerk.post("/desk/subjects/new/household/", {**door, "room": "503", "members": "3"}))
    assert "3号楼2单元503" in clerk.get(made).text
    refused(clerk.post("/desk/subjects/new/household/", {"place_id": door["place_id"]}), "address")
    refused(clerk.post("/desk/subjects/new/household/", {**door, "room": "504", "members": "70000"}), "members")


def test_a_household_keeps_its_address_until_another_is_typed(served, clerk):
    home = served.district.subjects["3号楼2单元502"]
    url = f"/desk/subjects/{home.pk}/change/"
    form = clerk.get(url).text
    assert home.household.address not in form and "柳荫家园*号楼*单元***" in form and "id_room" not in form
    done(clerk.post(url, {"members": "2", "address": ""}))
    home = Subject.objects.get(pk=home.pk)
    assert (home.household.members, home.household.address) == (2, "柳荫家园3号楼2单元502")


def test_a_person_is_entered_from_the_card_of_the_household(served, clerk):
    home = served.district.subjects["3号楼2单元502"]
    url = f"/desk/subjects/new/person/?household={home.pk}"
    assert url in clerk.get(f"/desk/subjects/{home.pk}/").text
    given = {"name": "郑测试", "phone": "13900000066", "id_number": ID_NUMBER}
    card = done(clerk.post(url, given))
    person = Person.objects.get(household=home.pk)
    assert (person.name, person.subject.name, person.subject.place_id) == ("郑测试", "郑**", home.place_id)
    page = clerk.get(card).text
    assert "郑测试" not in page and ID_NUMBER not in page and f"/desk/subjects/{home.pk}/" in page
    assert "郑**" in clerk.get(f"/desk/subjects/{home.pk}/").text
    refused(clerk.post(url, given), "id_number")
    assert clerk.get("/desk/subjects/new/person/?household=²").status_code == 200
    shop_id = served.district.subjects["建国五金店"].pk
    assert clerk.get(f"/desk/subjects/new/person/?household={shop_id}").status_code == 404


def test_a_person_moves_to_another_household_or_to_none(served, clerk):
    li, home = served.district.subjects["李晓燕"], served.district.subjects["3号楼2单元502"]
    url = f"/desk/subjects/{li.pk}/change/"
    form = clerk.get(url).text
    assert 'value="3号楼2单元501"' in form and "李晓燕" not in form and "13900000001" not in form
    here = {"place_id": home.place_id}
    refused(clerk.post(url, {**here, "door": "9号楼9单元999"}), "door")
    refused(clerk.post(url, {**here, "door": "3号楼\0"}), "door")
    done(clerk.post(url, {**here, "door": home.name}))
    person = Person.objects.get(pk=li.pk)
    assert (person.household_id, person.name, person.phone) == (home.pk, "李晓燕", "13900000001")
    grid = served.district.places["柳荫第一网格"]
    done(clerk.post(url, {"place_id": grid.pk, "door": ""}))
    person = Person.objects.get(pk=li.pk)
    assert (person.household, person.subject.place) == (None, grid)


def test_a_shop_that_shut_is_offered_no_longer_and_its_case_goes_on(served, clerk):
    known = served.district.subjects["建国五金店"]
    Assignment.objects.create(
        programme=served.programme,
        subject=known,
        role="steward",
        officer=served.district.officers["陈静"],
        since=MONDAY,
        reason="by_hand",
    )
    case = served.ask("门口路灯不亮", subject_id=known.pk)
    url = f"/desk/subjects/{known.pk}/close/"
    assert "未办结的事项继续办理" in clerk.get(url).text
    refused(clerk.post(url, {"on": "2026-03-09"}), "on")
    done(clerk.post(url, {"on": "2026-03-02"}))
    page = clerk.get(f"/desk/subjects/{known.pk}/").text
    assert "已于2026年3月2日注销登记" in page
    assert "/close/" not in page and "/change/" not in page
    assert "建国五金店" not in clerk.get("/desk/subjects/?kind=business").text
    assert "建国五金店" not in clerk.get("/desk/subjects/?kind=business&find=建国").text
    assert not Assignment.objects.filter(subject=known, until__isnull=True).exists()
    case.refresh_from_db()
    assert (case.closed_at, case.holder_officer) == (None, served.district.officers["陈静"])
    steward = client_of(served.district.account("陈静"))
    assert steward.get(f"/desk/case/{case.number}/").status_code == 200
    for what in ("change", "close"):
        for again in (clerk.get, clerk.post):
            answer = again(f"/desk/subjects/{known.pk}/{what}/", headers={"HX-Request": "true"})
            assert answer.status_code == 409 and "已注销登记" in answer.text


def test_a_shop_that_opens_again_is_found_by_its_code_and_served_as_before(served, clerk):
    known = served.district.subjects["建国五金店"]
    code = known.business.credit_code
    done(clerk.post(f"/desk/subjects/{known.pk}/close/", {}))
    refused(clerk.post("/desk/subjects/new/business/", shop(served, credit_code=code)), "credit_code")
    found = clerk.get(f"/desk/subjects/?kind=business&find={code}").text
    assert f"/desk/subjects/{known.pk}/" in found and "注销登记" in found
    url = f"/desk/subjects/{known.pk}/reopen/"
    assert url in clerk.get(f"/desk/subjects/{known.pk}/").text
    done(clerk.post(url, {}))
    assert Subject.objects.get(pk=known.pk).valid_to is None
    assert "建国五金店" in clerk.get("/desk/subjects/?kind=business").text
    done(clerk.post(url, {}))
    verbs = list(AuditEntry.objects.filter(verb__startswith="business.").values_list("verb", flat=True))
    assert verbs.count("business.reopen") == 1
    assert client_of(served.district.account("孙浩")).post(url, {}).status_code == 403


def test_a_household_does_not_come_back_behind_a_door_that_others_live_at(served, clerk):
    home = served.district.subjects["3号楼2单元501"]
    done(clerk.post(f"/desk/subjects/{home.pk}/close/", {}))
    create_household(
        SYSTEM, place_id=home.place_id, building="3号楼", unit_no="2单元", room="501", at=NEXT_DAY, on=TODAY
    )
    answer = clerk.post(f"/desk/subjects/{home.pk}/reopen/", {})
    assert answer.status_code == 409 and Subject.objects.get(pk=home.pk).valid_to is not None


def test_what_is_masked_can_be_removed(served, clerk):
    known = served.district.subjects["建国五金店"]
    url = f"/desk/subjects/{known.pk}/change/"
    form = clerk.get(url).text
    kept = {"name": known.name, "place_id": known.place_id, "address": known.business.address}
    kept |= {"credit_code": known.business.credit_code, "industry": known.business.industry}
    assert 'name="remove_contact_phone"' in form and 'name="remove_name"' not in form
    done(clerk.post(url, {**kept, "remove_contact_phone": "on"}))
    known = Subject.objects.get(pk=known.pk)
    assert (known.phone_index, known.business.contact_phone, known.business.contact_name) == ("", "", "王建国")
    (entry,) = AuditEntry.objects.filter(verb="business.update")
    assert entry.data == {"columns": ["contact_phone"]}


def test_nobody_is_sent_to_a_door_that_is_registered_no_longer(fielded, served, clerk):
    home, officer = served.district.subjects["3号楼2单元501"], fielded.actor("陈静")
    make_tasks(served.programme.pk, at=MONDAY)
    plan_visit(officer, KEY, home.pk, on=TODAY, at=NEXT_DAY)
    adopt_plot(officer, KEY, place_id=home.place_id, name="花坛", keeper_ids=[home.pk], at=MONDAY)
    assert home.pk in {stop.subject.pk for stop in my_round(officer, on=TODAY).stops}
    done(clerk.post(f"/desk/subjects/{home.pk}/close/", {}))
    assert set(Task.objects.filter(subject=home).values_list("end", flat=True)) == {TaskEnd.WAIVED}
    assert not Visit.objects.filter(subject=home).exists()
    assert not Keeper.objects.filter(subject=home, until__isnull=True).exists()
    assert home.pk not in {stop.subject.pk for stop in my_round(officer, on=TODAY).stops}
    assert Subject.objects.get(pk=served.district.subjects["李晓燕"].pk).valid_to is None


def test_what_was_entered_today_is_corrected_rather_than_ended(served, clerk):
    card = done(clerk.post("/desk/subjects/new/business/", shop(served)))
    assert "明天" in refused(clerk.post(f"{card}close/", {}), "on")


def test_the_card_of_a_unit_is_not_kept_here(served, administrator):
    card = Subject.objects.filter(kind="unit").first()
    assert card is not None
    for what in ("change", "close"):
        assert administrator.get(f"/desk/subjects/{card.pk}/{what}/").status_code == 404
    assert administrator.get("/desk/subjects/new/unit/").status_code == 404


@pytest.mark.parametrize("path", ["new/business/", "new/household/", "new/person/", "{shop}/change/", "{shop}/close/"])
def test_a_form_costs_the_same_however_many_there_are(path, served, administrator, django_assert_max_num_queries):
    url = f"/desk/subjects/{path.format(shop=served.district.subjects['建国五金店'].pk)}"
    administrator.get(url)
    with django_assert_max_num_queries(25) as few:
        administrator.get(url)
    for room in range(5):
        place = served.district.places["柳荫家园"]
        create_household(SYSTEM, place_id=place.pk, building="9", room=str(room), at=FOUNDED_AT)
    with django_assert_max_num_queries(len(few)):
        administrator.get(url)
