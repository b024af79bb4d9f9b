"""The kit in Chromium: readable for everybody, within the content policy, and as quick to the hand as promised."""

from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[4]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("guanjia.ui.tests.urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def visit(page, live_server):
    """`visit("list", DESK)` opens a page of the kit; whatever the browser complains of fails the test."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(name, viewport, *, face="staff", theme="light", cookies=None):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=theme)
        for cookie, value in (cookies or {}).items():
            page.context.add_cookies([{"name": cookie, "value": value, "url": live_server.url}])
        page.goto(f"{live_server.url}/kit/?page={name}&as={face}")
        page.locator("html.js").wait_for(state="attached")
        return page

    yield open_page
    assert not complaints


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "face", "viewport", "cookies"),
    [
        ("parts", "staff", DESK, {}),
        ("parts", "public", PHONE, {}),
        ("parts", "public", PHONE, {"elder": "1"}),
        ("list", "staff", DESK, {}),
        ("list", "staff", PHONE, {}),
        ("case", "staff", DESK, {"nav": "narrow"}),
        ("ask", "public", PHONE, {"django_language": "en"}),
        ("problem", "public", PHONE, {}),
    ],
)
def test_everybody_can_use_it(visit, name, face, viewport, cookies, theme):
    page = visit(name, viewport, face=face, theme=theme, cookies=cookies)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_twenty_rows_fit_a_desk_without_scrolling(visit):
    page = visit("list", DESK)
    last = page.locator("tbody tr").nth(19).bounding_box()
    assert last["y"] + last["height"] <= DESK["height"]


def test_a_row_is_found_opened_and_left_by_keyboard_alone(visit):
    page = visit("list", DESK)
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("tr.here td").nth(1).inner_text() == "2026-004100"
    page.keyboard.press("x")
    assert page.locator(".batch strong").inner_text() == "1"
    page.keyboard.press("Enter")
    page.locator("#drawer .timeline").wait_for()
    page.keyboard.press("a")
    page.locator("#dialog[open] input[type=tel]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator("#drawer").inner_html() == ""


def test_letters_are_letters_while_typing(visit):
    page = visit("list", DESK)
    page.keyboard.press("/")
    page.keyboard.type("jak?")
    assert page.locator("[data-search]").input_value() == "jak?"
    assert page.locator("tr.here, dialog[open]").count() == 0


def test_the_list_remembers_where_one_was(visit):
    page = visit("list", DESK)
    page.locator("tbody tr").nth(4).locator("td").nth(6).click()
    page.locator("#drawer .timeline").wait_for()
    page.reload()
    page.locator("tr.here").wait_for()


def test_a_toast_comes_with_any_answer(visit):
    page = visit("parts", DESK)
    page.get_by_role("button", name="提示").click()
    assert "2026-004101" in page.locator("#toasts .toast").inner_text()
    assert page.locator("#toasts .toast a").get_attribute("href") == "?page=case"


def test_a_number_is_copied(visit):
    page = visit("case", DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").first.click()
    page.get_by_text("已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "2026-004101"


def test_dark_is_kept_on_the_device(visit):
    page = visit("ask", PHONE, face="public")
    page.locator("[data-display=theme]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_long_form_comes_back_after_the_page_was_lost(visit):
    page = visit("ask", PHONE, face="public")
    page.locator("textarea").fill("小区北门雨水井盖破损")
    page.reload()
    page.locator("[data-draft-restore]").click()
    assert page.locator("textarea").input_value() == "小区北门雨水井盖破损"


def test_photos_are_shown_made_smaller_and_can_be_removed(visit, tmp_path):
    photo = tmp_path / "井盖.png"
    Image.effect_noise((2400, 1200), 90).convert("RGB").save(photo)
    (tmp_path / "账.jpg").write_text("not a picture")
    page = visit("ask", PHONE, face="public")
    page.locator("[data-photos] input").set_input_files([photo, tmp_path / "账.jpg"])
    page.locator(".photos__list img").wait_for()
    assert "账.jpg" in page.locator("[data-photos] [role=alert]").inner_text()
    width = page.evaluate(
        "createImageBitmap(document.querySelector('[data-photos] input').files[0]).then(one => one.width)"
    )
    assert width == 1920
    page.locator(".photos__list button").click()
    assert page.evaluate("document.querySelector('[data-photos] input').files.length") == 0


def test_the_map_draws_our_own_geometry_without_tiles(visit):
    page = visit("parts", DESK)
    page.locator(".area--late").first.wait_for()
    assert page.locator(".area").count() == 24
    shown = sum(int(text or 1) for text in page.locator(".pin svg").all_text_contents())
    assert shown == 60


def test_charts_are_drawn_in_the_pages_own_colours(visit):
    page = visit("parts", DESK)
    page.locator("[data-chart] svg").first.wait_for()
    red = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--red-fill')").strip()
    assert page.locator(f'[data-chart] svg path[fill="{red}"]').count() > 0


def test_without_scripts_the_links_are_pages(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    page.goto(f"{live_server.url}/kit/?page=list")
    page.locator("tbody tr a").first.click()
    assert page.url.endswith("?page=case")
    page.goto(f"{live_server.url}/display/?elder=1&next=/kit/?page=ask")
    assert "elder" in page.locator("html").get_attribute("class")
    assert page.locator("input[type=file]").is_visible()
    context.close()
