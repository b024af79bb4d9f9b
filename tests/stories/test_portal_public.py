"""What everybody sees: the ledger without people, units with rates, the daily proof, and who one's steward is."""

import csv
import io
import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.cache import caches
from django.test import Client

from guanjia.access.models import Absence
from guanjia.cases import jobs
from guanjia.cases.models import Case
from guanjia.kernel.chain import digest
from tests.programme import MONDAY

pytestmark = pytest.mark.django_db
SECRET = ("李晓燕", "13900000001", "摔了一跤", "单元501")


@pytest.fixture
def case(served):
    return served.ask("楼下路灯不亮了\n我家老人摔了一跤", address="柳荫家园3号楼2单元501")


def closed(served, case, *, satisfaction=5):
    served.act("陈静", case, "accept", hours=0.1)
    served.act("陈静", case, "resolve", hours=0.2, outcome="solved", text="我打过 13900000001 的电话，已修好")
    served.act("asker", case, "follow_up", hours=0.3, solved=True, satisfaction=satisfaction)
    case.refresh_from_db()


def test_the_ledger_and_the_page_of_a_case_hold_nobody(resident, served, case):
    closed(served, case)
    resident.clock.shift(3600)
    for url in ("/ledger/", f"/ledger/{case.number}/", "/ledger/?format=csv", "/ledger/?text=路灯"):
        resident.open(url)
        assert case.title in resident.html, url
        assert not [one for one in SECRET if one in resident.html], url


def test_the_ledger_is_filtered_and_searched(resident, served, case):
    lane = served.district.places["杏林里"].pk
    other = served.ask("消防通道被堵", place_id=lane, category="lighting")
    closed(served, case)
    resident.clock.shift(3600)
    expected = {
        "text=路灯": {case},
        f"text={other.number}": {other},
        f"place={served.district.places['东湖街道'].pk}": {case},
        f"place={served.district.places['杏坛社区'].pk}": {other},
        "status=closed": {case},
        "show=open": {other},
        "show=confirmed": {case},
        "show=month": {case, other},
        "show=late": set(),
        "category=lighting": {case, other},
        f"unit={served.unit('杏坛社区居委会')}": {other},
        "text=没有这样的词": set(),
    }
    for query, found in expected.items():
        html = resident.open(f"/ledger/?{query}").html
        assert {one for one in (case, other) if f"/ledger/{one.number}/" in html} == found, query
    for query in ("place=x", "status=nonsense", "unit=1e9"):
        assert resident.open(f"/ledger/?{query}").response.status_code == 422
    assert resident.open("/ledger/?cursor=bad").response.status_code == 422


def test_figures_of_the_first_page_are_as_long_as_their_lists(resident, served, case):
    served.ask("又一件")
    served.ask("不想公开", public=False)
    closed(served, case)
    resident.clock.shift(3600)
    html = resident.open("/").html
    for show, count in (("month", 2), ("confirmed", 1), ("open", 1)):
        assert f'href="/ledger/?show={show}"' in html
        assert resident.open(f"/ledger/?show={show}").html.count('class="card__link"') == count


def test_a_table_for_spreadsheets_runs_no_formula(resident, served):
    served.ask('=HYPERLINK("http://bad.example";"click")')
    rows = list(csv.reader(io.StringIO(resident.open("/ledger/?format=csv").html.lstrip("\ufeff"))))
    assert rows[0][0] == "诉求编号" and rows[1][2].startswith("'=")
    assert "attachment" in resident.response["Content-Disposition"]


@pytest.mark.parametrize("rows", [3, 20])
def test_the_ledger_costs_the_same_however_long(served, django_assert_num_queries, rows):
    for n in range(rows):
        served.ask(f"第{n}盏路灯坏了")
    Client().get("/ledger/")
    with django_assert_num_queries(2):  # whether programmes, places and units changed, and the page of cases
        assert Client().get("/ledger/").content.decode().count('class="card__link"') == rows


@pytest.mark.parametrize("notes", [0, 15])
def test_the_page_of_a_case_costs_the_same_however_long_its_history(served, django_assert_num_queries, notes):
    case = served.ask()
    for n in range(notes):
        served.act("asker", case, "add", hours=0.01 * n, text=f"补充{n}")
    Client().get("/ledger/")
    with django_assert_num_queries(5):
        assert Client().get(f"/ledger/{case.number}/").status_code == 200


@pytest.mark.parametrize("notes", [0, 15])
def test_following_costs_the_same_however_long_the_history(resident, served, django_assert_max_num_queries, notes):
    resident.ask()
    case = Case.objects.get()
    url = resident.link
    for n in range(notes):
        served.act("陈静", case, "note", hours=0.01 * n, text=f"记录{n}")
    resident.open(url)
    with django_assert_max_num_queries(18):
        assert resident.client.get(url).status_code == 200


def test_a_number_with_a_wrong_digit_or_year_opens_nothing(resident, case):
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    for number in (wrong, "2025" + case.number[4:], "x", "1" * 40):
        assert resident.open(f"/ledger/{number}/").response.status_code == 404


def test_a_unit_has_rates_only_from_ten_closed_requests_on(resident, served):
    unit = served.unit("柳荫社区居委会")
    for n in range(9):
        closed(served, served.ask(f"第{n}盏路灯坏了"))
    resident.clock.shift(86400)
    assert "0%" not in resident.open(f"/units/{unit}/").html
    assert "柳荫社区居委会" in resident.open("/units/").html and "0%" not in resident.html
    closed(served, served.ask("第十盏路灯坏了"), satisfaction=3)
    for cache in caches.all():
        cache.clear()
    assert "90%" in resident.open(f"/units/{unit}/").html, "nine of ten are content"
    assert "100%" in resident.open("/units/").html
    assert resident.open("/units/999999/").response.status_code == 404


def test_units_are_listed_by_kind_and_departments_first(resident, served):
    committee = served.ask()
    department = served.ask("电线掉在路上", emergency=True)
    assert {one.holder_unit.kind for one in (committee, department)} == {"community_committee", "department"}
    html = resident.open("/units/").html
    assert department.holder_unit.name in html and committee.holder_unit.name not in html
    html = resident.open("/units/?kind=community_committee").html
    assert committee.holder_unit.name in html and department.holder_unit.name not in html
    for nonsense in ("x", "😀", "%00", "9" * 300):
        assert department.holder_unit.name in resident.open(f"/units/?kind={nonsense}").html


def test_a_row_of_the_ledger_says_each_name_once(resident, served):
    case = served.ask()
    served.district.units["柳荫社区居委会"].short_name = "柳荫社区"
    served.district.units["柳荫社区居委会"].save(update_fields=["short_name"])
    row = re.search(r'<p class="soft small pieces">(.*?)</p>', resident.open("/ledger/").html)[1]
    assert (str(case.street.name) in row, row.count("柳荫社区")) == (True, 1)


def test_anybody_can_recompute_the_chain_of_days(resident, served, case):
    closed(served, case)
    resident.clock.shift(3 * 86400)
    jobs.make_digests(MONDAY + timedelta(days=3))
    html = resident.open("/digests/").html
    days = json.loads(resident.open("/digests.json").html)["digests"]
    assert [one["hash"] in html for one in days] == [True, True, True]
    for newer, older in pairwise(days):
        assert newer["previous"] == older["hash"]
    empty = days[0]
    assert empty["lines"] == 0 and digest(empty["previous"], [empty["audit"]]) == empty["hash"]


def test_the_daily_proof_goes_back_page_by_page(resident, served, case):
    resident.clock.shift(70 * 86400)
    jobs.make_digests(MONDAY + timedelta(days=70))
    seen, url = [], "/digests.json"
    while url:
        answer = json.loads(resident.open(url).html)
        seen += [one["day"] for one in answer["digests"]]
        url = f"/digests.json?cursor={answer['next']}" if answer["next"] else ""
    assert len(seen) == 70 and seen == sorted(set(seen), reverse=True)
    assert 'rel="next"' in resident.open("/digests/").html


def test_a_phone_in_the_first_words_is_hidden_from_everybody(resident, served):
    case = served.ask("请打 13912345678 找我，路灯坏了")
    for url in ("/ledger/", f"/ledger/{case.number}/", "/ledger/?format=csv", f"/units/{case.holder_unit_id}/"):
        html = resident.open(url).html
        assert "路灯坏了" in html and "13912345678" not in html, url
    resident.tell("请打 13812345678 找我，路灯坏了").place().be()
    assert "加入这一件" in resident.html and "13912345678" not in resident.html


def test_my_steward_is_found_by_shop_address_and_map(resident, served):
    for text in ("柳荫家园", "柳荫第一网格", "建国五金店", served.district.subjects["建国五金店"].business.credit_code):
        html = resident.send("/steward/", text=text).html
        assert "陈静" in html and "0000-8000001" in html and "8:30" in html, text
    html = resident.open(f"/steward/?place={served.district.places['柳荫第一网格'].pk}").html
    assert "刘洋" in html and "顶岗" in html
    assert "彭飞" in resident.open(f"/steward/?shop={served.district.subjects['书院印刷有限公司'].pk}").html


def test_a_steward_who_is_away_is_stood_in_for(resident, served):
    Absence.objects.create(
        officer=served.district.officers["陈静"],
        stand_in=served.district.officers["刘洋"],
        first_day=MONDAY.date(),
        reason="leave",
        recorded_at=MONDAY,
    )
    html = resident.send("/steward/", text="柳荫家园").html
    assert "<h2>" in html and "刘洋" in html and "陈静暂时不在岗" in html


def test_the_search_for_a_steward_tells_nothing_of_people(resident, served):
    for text in ("13900000002", "李晓燕", "王建国", "3号楼2单元501", "五"):
        html = resident.send("/steward/", text=text).html
        assert "没有找到" in html, text
    street = resident.open(f"/steward/?place={served.district.places['西岭街道'].pk}").html
    assert "杏坛社区" in street and "具体是哪一片" in street
    assert resident.open("/steward/?place=999999").response.status_code == 404


def test_the_map_holds_outlines_and_nothing_else(resident, served):
    grids = json.loads(resident.open("/areas.geojson?of=grid").html)["features"]
    assert {one["properties"]["name"] for one in grids} >= {"柳荫第一网格", "杏坛第二网格"}
    assert set(grids[0]["properties"]) == {"name", "url"}


def test_a_close_view_of_the_map_holds_the_estates_in_it(resident, served, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = json.loads(resident.client.get("/areas.geojson?box=110.0,35.0,110.01,35.01").content)["features"]
    assert {"柳荫家园", "机床厂家属院"} <= {one["properties"]["name"] for one in found}
    assert "书院小区" not in str(found)
    assert set(found[0]["properties"]) == {"name", "url"}
    assert resident.open(found[0]["properties"]["url"]).response.status_code == 200
    far = json.loads(resident.open("/areas.geojson?box=110.0,35.0,110.5,35.5").html)
    assert far["features"] == [], "a view in which no estate can be told from the next"


@pytest.mark.parametrize(
    "box", ["", "1,2", "a,b,c,d", "nan,nan,nan,nan", "110.2,35,110.1,35.1", "0,0,999,9", "😀", "\x00"]
)
def test_a_part_of_the_map_that_is_none_is_refused(resident, served, box):
    answer = resident.client.get("/areas.geojson", {"box": box}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "field.invalid")


@pytest.mark.parametrize("url", ["/", "/ask/", "/track/", "/steward/", "/ledger/", "/units/", "/digests/", "/about/"])
def test_an_empty_district_has_pages_too(db, url):
    for cache in caches.all():
        cache.clear()
    assert Client().get(url).status_code == (409 if url == "/ask/" else 200)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(resident, served, case, language):
    resident.client.cookies["django_language"] = language
    word = {"zh-hans": "公开台账", "en": "Public ledger"}[language]
    for url in ("/", "/ask/", "/track/", "/steward/", "/ledger/", "/units/", "/digests/", "/about/", "/accessibility/"):
        assert word in resident.open(url).html, url


def test_pages_that_do_not_exist_lead_on(resident, served):
    resident.open("/no/such/page")
    assert resident.response.status_code == 404 and "没有这个页面" in resident.html and "/track/" in resident.html


HUGE = "9" * 30


@pytest.mark.parametrize(
    "url",
    [
        f"/steward/?place={HUGE}",
        f"/steward/?shop={HUGE}",
        f"/ask/?place={HUGE}",
        "/ask/?card=%00",
        f"/units/{HUGE}/",
        f"/ledger/?place={HUGE}&unit={HUGE}",
        f"/ledger/2026-{HUGE}/",
        "/ledger/?text=%00%27%22%3B--&category=%00",
        "/ledger/?cursor=WzAsIk5hTiJd",
        f"/digests/?cursor={'W' * 5000}",
        "/t/%00",
        "/t/1.2.3~x",
        f"/t/{'a' * 3000}",
        "/ask/%F0%9F%98%80/where/",
    ],
)
def test_nonsense_in_an_address_breaks_nothing(resident, case, url):
    assert resident.client.get(url).status_code < 500
    assert resident.client.head(url).status_code < 500
