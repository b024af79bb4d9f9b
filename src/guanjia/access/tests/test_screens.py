"""The pages of sign-in on a phone and on a desk."""

import pytest
from django.test import override_settings

from guanjia.access.models import Account
from guanjia.kernel.actor import Role
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.urls("guanjia.access.tests.pages")]
PAGES = ("password/change/", "2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "sessions/", "logout/")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [360, 390, 1440])
@override_settings(DEMO=True)
def test_every_page_fits_and_none_breaks_the_content_policy(width, live_server, page, district):
    Account.objects.update(demo_role=Role.STEWARD)
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server}/account/login/")
    assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_label("用户名").fill("chenjing")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/work")
    said.clear()  # the stand-in for the desk has no icon
    for path in PAGES:
        page.goto(f"{live_server}/account/{path}")
        page.wait_for_url(lambda url: "/account/" in url)
        if "reauthenticate" in page.url:
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="确认").click()
            page.wait_for_url(f"**/account/{path}")
        assert page.evaluate(TOO_WIDE) <= 0, path
    assert said == []


def test_one_click_on_a_name_signs_in(live_server, page, district, settings):
    settings.DEMO = True
    Account.objects.filter(username="zhaolei").update(demo_role=Role.DISPATCHER)
    page.goto(f"{live_server}/account/login/")
    page.get_by_role("button", name="派单员 赵磊").click()
    page.wait_for_url("**/desk/dispatch")
    assert "officer 赵磊" in page.content()
