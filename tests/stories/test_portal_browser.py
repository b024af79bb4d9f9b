"""The public pages in Chromium, on a narrow phone: with and without JavaScript, for every eye, and quick."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.utils.timezone import now

from guanjia.access.links import sign
from guanjia.cases import jobs
from guanjia.cases.models import Asker, Case, Document
from guanjia.portal import drafts
from tests import programme
from tests.portal import TEXT, jpeg

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def today(monkeypatch, tmp_path, settings, live_server):
    """The served district lives now: a browser does not travel in time."""
    settings.MEDIA_ROOT = tmp_path
    settings.GUANJIA_PUBLIC_URL = live_server.url
    # Playwright's hands are quicker than anybody's.
    monkeypatch.setattr(drafts, "QUICKEST", timedelta(0))
    monkeypatch.setattr(programme, "MONDAY", now() - timedelta(days=1))
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def phone(new_context, live_server):
    """`phone()` is a page on a narrow phone whose complaints fail the test; options are those of a browser context."""
    complaints = []

    def open_phone(**options):
        page = new_context(**{"viewport": PHONE, "base_url": live_server.url, "has_touch": True, **options}).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        return page

    yield open_phone
    assert not complaints


def _is_fault(message):
    """Chromium writes each refused form (422) to the console, too."""
    return message.type == "error" and "status of 4" not in message.text


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def link(case):
    return f"/t/{sign('track', case.pk, Asker.objects.get(case=case).contact_id, at=now())}"


def test_asking_takes_two_fields_and_four_presses(phone, served):
    page = phone()
    page.goto("/")
    page.locator(".hero").get_by_role("link", name="我要反映").click()
    page.get_by_label("具体情况").fill(TEXT)
    press(page, "下一步")
    page.get_by_label("说不清楚").check()
    press(page, "下一步")
    page.locator("#id_phone").fill("13900000009")
    press(page, "下一步")
    press(page, "提交")
    page.wait_for_url("**/done/")
    assert Case.objects.get().number in page.locator(".receipt").inner_text()
    page.get_by_role("link", name="查看办理进度").click()
    assert TEXT in page.locator("main").inner_text()


def test_asking_works_without_javascript(phone, served, tmp_path):
    (tmp_path / "灯.jpg").write_bytes(jpeg().read())
    page = phone(java_script_enabled=False)
    page.goto("/ask/")
    page.get_by_label("具体情况").fill(TEXT)
    page.locator("#id_photos").set_input_files(tmp_path / "灯.jpg")
    press(page, "下一步")
    page.get_by_label("地址", exact=True).fill("柳荫家园3号楼")
    press(page, "下一步")
    press(page, "下一步")
    assert "有 1 处需要更正" in page.locator(".summary").inner_text()
    page.locator("#id_phone").fill("13900000009")
    press(page, "下一步")
    assert page.locator(".thumbs img").count() == 1
    press(page, "提交")
    page.wait_for_url("**/done/")
    case = Case.objects.get()
    assert case.place == served.district.places["柳荫家园"] and Document.objects.get().case == case


def test_rating_works_without_javascript(phone, served):
    case = served.ask()
    served.act("陈静", case, "accept", hours=1)
    served.act("陈静", case, "resolve", hours=2, outcome="solved", text="灯泡换好了")
    page = phone(java_script_enabled=False)
    page.goto(link(case))
    page.get_by_label("解决了", exact=True).check()
    page.locator("input[name=satisfaction][value='4']").check(force=True)
    press(page, "提交评价")
    case.refresh_from_db()
    assert (case.status, case.satisfaction) == ("closed", 4)


def test_the_devices_position_is_asked_for_on_a_tap_alone(phone, served):
    page = phone(geolocation={"latitude": 35.002, "longitude": 110.002}, permissions=["geolocation"])
    page.goto("/ask/")
    page.get_by_label("具体情况").fill(TEXT)
    press(page, "下一步")
    page.get_by_label("我现在的位置").check()
    assert page.locator("[name=place_lat]").input_value() == ""
    press(page, "使用我的位置")
    page.get_by_text("已定位").wait_for()
    page.locator("#where-map path.area").first.wait_for()
    press(page, "下一步")
    page.locator("#id_phone").fill("13900000009")
    press(page, "下一步")
    assert "柳荫家园" in page.locator(".answers").inner_text()


def test_a_tap_on_the_map_marks_the_place(phone, served):
    page = phone()
    page.goto("/ask/")
    page.get_by_label("具体情况").fill(TEXT)
    press(page, "下一步")
    page.get_by_label("我现在的位置").check()
    page.locator("#where-map path.area").first.wait_for()
    page.locator("#where-map path.area").first.click()
    assert page.locator("[name=place_lat]").input_value().startswith("35.00")
    # The tap on the whole district came closer: now the estates stand there, by name.
    page.locator("#where-map .area-name", has_text="柳荫家园").first.wait_for()


def test_the_map_asks_again_for_what_a_closer_view_holds(phone, served):
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "box=" in request.url else None)
    page.goto("/steward/")
    page.locator("#steward-map path.area").first.wait_for()
    assert asked == [] and page.locator("path.area--closer").count() == 0
    whole = page.locator("#steward-map")
    whole.press("Shift+Equal")  # three steps closer
    page.locator("path.area--closer").first.wait_for(state="attached")
    with page.expect_request(lambda request: "box=" in request.url):
        for _time in range(3):
            whole.drag_to(whole, source_position={"x": 300, "y": 150}, target_position={"x": 20, "y": 150})
    assert len(set(asked)) == len(asked), "nothing is asked for twice"
    whole.press("Shift+Minus")
    page.locator("path.area--closer").first.wait_for(state="detached")


def test_the_kind_is_suggested_while_one_types(phone, served):
    page = phone()
    page.goto("/ask/")
    page.get_by_label("具体情况").press_sequentially("路灯不亮")
    page.get_by_label("路灯照明").wait_for()
    assert page.get_by_label("路灯照明").is_checked()


def test_what_was_typed_comes_back_and_is_forgotten_once_sent(phone, served):
    page = phone()
    page.goto("/ask/")
    page.get_by_label("具体情况").fill(TEXT)
    page.goto("/about/")
    page.goto("/ask/")
    page.locator("[data-draft-restore]").click()
    assert page.get_by_label("具体情况").input_value() == TEXT
    press(page, "下一步")
    page.get_by_label("说不清楚").check()
    press(page, "下一步")
    page.locator("#id_phone").fill("13900000009")
    press(page, "下一步")
    page.get_by_role("button", name="提交", exact=True).dblclick()
    page.wait_for_url("**/done/")
    assert Case.objects.count() == 1
    page.goto("/ask/")
    assert page.locator("[data-draft]").is_hidden()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("viewport", "theme", "cookies"),
    [(PHONE, "light", {}), (PHONE, "dark", {"elder": "1"}), (DESK, "light", {"django_language": "en"})],
    ids=["phone", "dark large print", "desk in English"],
)
def test_everybody_can_use_every_page(phone, served, live_server, viewport, theme, cookies):
    page = phone(viewport=viewport, color_scheme=theme)
    for name, value in cookies.items():
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    faults = {}
    for url in pages_of(served):
        page.goto(url)
        check(page, url, faults)
    for name, step in asking(page):
        step()
        check(page, name, faults)
    assert faults == {}


def check(page, name, faults):
    page.locator("html.js").wait_for(state="attached")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    wrong = [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(("scrolls sideways", []))
    if wrong:
        faults[name] = wrong


def pages_of(served):
    """Every page that has an address of its own, with something on it."""
    asked, worked, done = served.ask(), served.ask("井盖坏了"), served.ask("门口积水")
    served.act("陈静", worked, "accept", hours=1)
    served.act("陈静", worked, "ask", hours=2, text="是哪一个井盖？")
    served.act("陈静", done, "accept", hours=1)
    served.act("陈静", done, "resolve", hours=2, outcome="solved", text="水抽干了")
    jobs.make_digests(now())
    grid = served.district.places["柳荫第一网格"].pk
    fixed = ["", "ask/", "track/", "steward/", "ledger/", "units/", "digests/", "about/", "accessibility/", "no/page"]
    return [
        *[f"/{path}" for path in fixed],
        f"/ledger/{asked.number}/",
        f"/units/{served.unit('柳荫社区居委会')}/",
        f"/steward/?place={grid}",
        f"/steward/?place={served.district.places['东湖街道'].pk}",
        "/ledger/?text=nothing",
        *[link(case) for case in (asked, worked, done)],
        *[f"{link(asked)}/{path}" for path in ("why", "readers", "hearing", "add", "urge", "call", "withdraw")],
        f"{link(worked)}/answer",
        "/t/forged",
    ]


def asking(page):
    """The pages of asking in their order, each with what leads to it."""

    def on(**values):
        for field, value in values.items():
            page.locator(f"#id_{field}").fill(value)
        page.locator("main .btn--primary.btn--big").click()
        page.wait_for_load_state()

    yield "an empty text", lambda: (page.goto("/ask/"), on())
    yield "where", lambda: on(text="楼下的路灯不亮了，晚上太黑")
    yield "the map", lambda: page.locator("[name=how][value=here]").check()
    yield "no point", on
    yield "who", lambda: (page.locator("[name=how][value=address]").check(), on(address="柳荫家园"))
    yield "no phone", on
    yield "check", lambda: on(phone="13900000009")
    yield "receipt", lambda: (on(), page.wait_for_url("**/done/"))
