"""My work and the ledger: what is due, what fits the filters, how many, and what may be taken away."""

from __future__ import annotations

import html
import io
import re

import openpyxl
import pytest

from guanjia.cases.models import Case, Event, SavedView
from guanjia.console import ledger
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from guanjia.programmes.models import ProgrammeVersion
from tests.programme import MONDAY, Served
from tests.stories.at_desk import AtDesk

pytestmark = pytest.mark.django_db


def test_my_work_is_grouped_by_time_with_what_to_do_next(served: Served) -> None:
    late, fresh = served.ask(), served.ask("另一处路灯", hours=8)
    page = AtDesk(served, "陈静").get("/desk/", hours=9).text
    assert page.index("已超期") < page.index(late.number) < page.index(fresh.number)
    assert f"/desk/case/{late.number}/act/accept/" in page


def test_only_queues_of_ones_own_posts_are_there(served: Served) -> None:
    served.ask()
    assert "queue=" not in AtDesk(served, "陈静").get("/desk/").text
    clerk = AtDesk(served, "周敏").get("/desk/").text
    assert "queue=follow_up" in clerk and "queue=dispatch" not in clerk
    assert "queue=dispatch" in AtDesk(served, "赵磊").get("/desk/").text


def test_somebody_elses_queue_cannot_be_opened_by_its_address(served: Served) -> None:
    case = served.ask("河道旁边没有路灯", place_id=served.district.places["槐香苑"].pk)
    assert case.number in AtDesk(served, "赵磊").get("/desk/?queue=dispatch").text
    assert case.number not in AtDesk(served, "陈静").get("/desk/?queue=dispatch").text


def test_a_page_cursor_that_is_none_is_refused(served: Served) -> None:
    assert AtDesk(served, "陈静").get("/desk/?cursor=nonsense").status_code == 422


@pytest.mark.parametrize(("who", "url", "most"), [("陈静", "/desk/", 8), ("赵磊", "/desk/ledger/", 11)])
def test_lists_cost_the_same_however_long_they_are(served: Served, who: str, url: str, most: int) -> None:
    reader, costs = AtDesk(served, who), set()
    for listed in range(1, 13):
        served.ask(f"第{listed}处路灯不亮")
        if listed in (2, 12):
            costs.add(reader.cost(url, shows='hx-target="#drawer" data-open', times=listed))
    assert len(costs) == 1 and max(costs) <= most


def test_the_case_page_costs_the_same_however_long_its_history(served: Served) -> None:
    case = served.ask()
    reader, costs = AtDesk(served, "陈静"), set()
    for number in range(1, 13):
        served.act("陈静", case, "note", hours=0.1 + number / 100, text=f"第{number}次记录")
        if number in (1, 12):
            costs.add(reader.cost(f"/desk/case/{case.number}/", shows="次记录", times=number))
    assert len(costs) == 1 and max(costs) <= 15


def test_two_characters_find_a_case_and_its_number_opens_it(served: Served) -> None:
    case = served.ask("小区门口停水三天")
    other = served.ask("楼下路灯不亮")
    desk = AtDesk(served, "赵磊")
    found = desk.get("/desk/ledger/?q=停水").text
    assert case.number in found and other.number not in found and "共 1 件" in found
    opened = desk.get(f"/desk/ledger/?q={case.number.replace('-', '')}")
    assert opened.headers["Location"] == f"/desk/case/{case.number}/"


def test_what_does_not_fit_on_a_page_is_counted_apart(served: Served) -> None:
    for number in range(22):
        served.ask(f"第{number}盏路灯不亮" if number else "停水三天")
    desk = AtDesk(served, "赵磊")
    asked_for = re.search(r'hx-get="(/desk/ledger/count/[^"]*)"', desk.get("/desk/ledger/?text=路灯").text)
    assert asked_for is not None
    assert "共 21 件" in desk.get(html.unescape(asked_for[1])).text
    assert "共 1 件" in desk.get("/desk/ledger/?text=停水").text
    assert desk.get("/desk/ledger/count/?since=yesterday").status_code == 422


def test_filters_narrow_and_can_be_taken_off_one_by_one(served: Served) -> None:
    held = served.ask()
    waiting = served.ask("河道旁边没有路灯", place_id=served.district.places["槐香苑"].pk)
    desk = AtDesk(served, "赵磊")
    page = desk.get("/desk/ledger/?status=registered&only=open&channel=web").text
    assert waiting.number in page and held.number not in page
    assert 'href="?status=registered&amp;only=open"' in page  # without the channel
    nothing = desk.get("/desk/ledger/?status=closed").text
    assert "没有符合的事项" in nothing


def test_a_campaign_keeps_two_ledgers(served: Served) -> None:
    """四个一百: what the joint meeting has taken up stands on the ledger of the city, all else on the district's."""
    mine = served.ask()
    adopt(SYSTEM, loader.shipped()["four-hundreds"], at=MONDAY)
    desk, of_campaign = AtDesk(served, "赵磊"), "four-hundreds"
    version = ProgrammeVersion.objects.get(programme__key=of_campaign)
    waits, taken_up = served.ask("贷款办不下来"), served.ask("续贷有困难")
    Case.objects.filter(pk__in=[waits.pk, taken_up.pk]).update(version=version, tier="")
    Case.objects.filter(pk=taken_up.pk).update(tier="joint-meeting")

    def listed(ledger: str) -> set[str]:
        page = desk.get(f"/desk/ledger/?ledger={ledger}").text
        return {one.number for one in (mine, waits, taken_up) if one.number in page}

    assert listed(of_campaign) == {waits.number, taken_up.number}
    assert listed(f"{of_campaign}/city") == {taken_up.number}
    assert listed(f"{of_campaign}/district") == {waits.number}
    assert listed("service-steward") == {mine.number}
    page = desk.get("/desk/ledger/?ledger=four-hundreds/city").text
    assert '<option value="four-hundreds/city" selected' in page and "市级台账" in page
    assert desk.get("/desk/ledger/?ledger=four-hundreds/none").status_code == 422


def test_a_filter_that_is_none_is_said_and_the_ledger_still_shows(served: Served) -> None:
    case = served.ask()
    for wrong in ("status=nonsense", "unit=x", "since=2026-13-01", "only=everything"):
        refused = AtDesk(served, "赵磊").get(f"/desk/ledger/?{wrong}")
        assert refused.status_code == 422 and case.number in refused.text


def test_by_due_moment_the_most_pressing_comes_first(served: Served) -> None:
    later, sooner = served.ask(hours=3), served.ask("另一处", hours=0)
    page = AtDesk(served, "赵磊").get("/desk/ledger/?sort=due", hours=4).text
    assert page.index(sooner.number) < page.index(later.number)


def test_everybody_sees_their_own_part(served: Served) -> None:
    case = served.ask()
    assert case.number in AtDesk(served, "郑强").get("/desk/ledger/").text
    assert case.number not in AtDesk(served, "孙浩").get("/desk/ledger/").text
    assert AtDesk(served, "高翔").get("/desk/ledger/").status_code == 403


def test_the_workbook_holds_what_the_filters_let_through(served: Served) -> None:
    case, other = served.ask("小区门口停水三天"), served.ask()
    sent = AtDesk(served, "赵磊").get("/desk/ledger/export/?text=停水")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == [case.number]
    assert other.number not in str(rows)


def test_too_much_for_one_download_names_the_command(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.ask(), served.ask("另一处")
    monkeypatch.setattr(ledger, "EXPORTED", 1)
    refused = AtDesk(served, "赵磊").get("/desk/ledger/export/")
    assert refused.status_code == 413 and "guanjia export ledger" in refused.text


def test_views_are_kept_by_name_and_forgotten_by_their_owner_alone(served: Served) -> None:
    desk, other = AtDesk(served, "赵磊"), AtDesk(served, "郑强")
    desk.post("/desk/ledger/views/", {"name": "超期", "query": "only=overdue&cursor=x&nonsense="})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("超期", "only=overdue")
    assert "超期" in desk.get("/desk/ledger/").text
    assert other.post(f"/desk/ledger/views/{view.pk}/forget/", {}).status_code == 404
    assert desk.post(f"/desk/ledger/views/{view.pk}/forget/", {}).status_code == 302
    assert not SavedView.objects.exists()


def test_me_tells_my_posts(served: Served) -> None:
    page = AtDesk(served, "陈静").get("/desk/me/").text
    assert "柳荫社区居委会" in page and "柳荫第一网格" in page


def test_many_are_urged_at_once_and_one_refusal_holds_nobody_back(served: Served) -> None:
    first, second = served.ask(), served.ask("另一处没有路灯")
    gone = served.ask("第三处没有路灯")
    served.act("asker", gone, "withdraw", hours=0.5)
    supervisor = AtDesk(served, "郑强")
    sent = {"case": [one.number for one in (first, second, gone)], "verb": "urge", "text": "今天必须到场", "key": "k1"}
    for _ in range(2):
        assert supervisor.post("/desk/ledger/many/", sent).status_code == 302
    assert [Event.objects.filter(case=one, verb="urge").count() for one in (first, second, gone)] == [1, 1, 0]
    page = supervisor.get("/desk/ledger/").text
    assert page.count("催办了承办人") == 2 and ">未成<" in page
    assert "催办了承办人" not in supervisor.get("/desk/ledger/").text, "told once"


def test_a_batch_without_words_or_of_an_unknown_verb_does_nothing(served: Served) -> None:
    case, supervisor = served.ask(), AtDesk(served, "郑强")
    before = served.state(case).seq
    supervisor.post("/desk/ledger/many/", {"case": case.number, "verb": "urge", "text": " "})
    assert "要求" in supervisor.get("/desk/ledger/").text
    assert supervisor.post("/desk/ledger/many/", {"case": case.number, "verb": "hand_over"}).status_code == 422
    assert served.state(case).seq == before


def test_a_batch_goes_back_to_the_list_that_was_ticked(served: Served) -> None:
    case, supervisor = served.ask(), AtDesk(served, "郑强")
    here = "/desk/ledger/?only=open"
    sent = {"case": case.number, "verb": "note", "text": "已电话核实", "next": here}
    assert supervisor.post("/desk/ledger/many/", sent)["Location"] == here


@pytest.mark.parametrize(
    ("who", "verbs"), [("陈静", {"accept", "urge", "note"}), ("郑强", {"urge", "note"}), ("邓婷", set())]
)
def test_a_batch_offers_what_ones_posts_may_do(served: Served, who: str, verbs: set[str]) -> None:
    served.ask()
    page = AtDesk(served, who).get("/desk/ledger/").text
    assert set(re.findall(r'name="verb" value="(\w+)"', page)) == verbs
    assert ('name="case"' in page) == bool(verbs)
