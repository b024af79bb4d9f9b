"""Signing in and out, the second step, sessions; over HTTP."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client, override_settings

from guanjia.access import queries, sessions
from guanjia.access.adapter import LANDINGS
from guanjia.access.models import Account
from guanjia.kernel.actor import Role
from guanjia.kernel.secrets import decrypt
from tests.people import PASSWORD, client_of

pytestmark = [pytest.mark.urls("guanjia.access.tests.pages"), pytest.mark.django_db]
LOGIN = "/account/login/"
OWN = "梧桐树上的9只喜鹊"


@pytest.fixture(autouse=True)
def empty_cache():
    """Tries are counted in it."""
    cache.clear()


def sign_in(username="chenjing", password=PASSWORD, client=None, to=LOGIN, **more):
    client = client or Client()
    return client, client.post(to, {"login": username, "password": password}, **more)


@pytest.mark.parametrize(
    ("username", "landing"),
    [
        ("chenjing", "/desk/work"),
        ("ZhaoLei", "/desk/dispatch"),
        ("majun", "/desk/board"),
        ("zhengqiang", "/desk/board"),
    ],
)
def test_each_role_lands_on_its_own_page(district, username, landing):
    _, response = sign_in(username)
    assert response["Location"] == landing


def test_sign_in_goes_on_to_where_one_wanted_to_go_within_the_site(district):
    assert sign_in(to=f"{LOGIN}?next=/desk/work")[1]["Location"] == "/desk/work"
    assert sign_in(to=f"{LOGIN}?next=https://elsewhere.example/")[1]["Location"] == "/desk/work"


def test_signing_in_writes_the_day_and_not_the_hour(district):
    with time_machine.travel(datetime(2026, 11, 19, 17, 0, tzinfo=UTC)):
        sign_in()
    assert str(Account.objects.get(username="chenjing").last_seen) == "2026-11-20"


def test_a_wrong_password_says_so_in_chinese(district):
    _, response = sign_in(password="wrong-password")
    text = response.content.decode()
    assert response.status_code == 200 and "用户名或密码不对" in text


def test_after_five_wrong_passwords_the_right_one_waits_too(district):
    for _ in range(5):
        sign_in(password="wrong-password")
    client, response = sign_in()
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert sign_in("liuyang")[1].status_code == 302


def test_a_shut_account_does_not_come_in(district):
    Account.objects.filter(username="chenjing").update(is_active=False)
    client, response = sign_in()
    assert "_auth_user_id" not in client.session and response.status_code in (200, 302)


def test_the_oldest_session_ends_when_one_too_many_begins(district):
    clients = []
    for _ in range(sessions.MOST_SESSIONS + 1):
        client, _ = sign_in()
        clients.append(client)
    assert UserSession.objects.count() == sessions.MOST_SESSIONS
    inside = [client.get("/desk/work").status_code for client in clients]
    assert inside == [302] + [200] * sessions.MOST_SESSIONS


def test_thirty_quiet_minutes_end_a_sign_in(district):
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        client, _ = sign_in()
        for minutes in (29, 58):
            clock.move_to(start + timedelta(minutes=minutes))
            assert client.get("/desk/work").status_code == 200
        clock.move_to(start + timedelta(minutes=58) + sessions.IDLE + timedelta(seconds=1))
        assert client.get("/desk/work").status_code == 302


def test_an_open_page_does_not_write_a_session_row_for_each_request(district, django_assert_max_num_queries):
    client, _ = sign_in()
    client.get("/desk/work")
    with django_assert_max_num_queries(4) as queries:
        client.get("/desk/work")
    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_a_visitor_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().get("/anybody")


def test_choosing_ones_own_password_opens_the_desk(district):
    Account.objects.filter(username="chenjing").update(must_change_password=True)
    client, response = sign_in()
    assert response["Location"] == "/account/password/change/"
    given = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
    assert client.post("/account/password/change/", given)["Location"] == "/desk/work"
    assert not Account.objects.get(username="chenjing").must_change_password
    assert client.get("/desk/work").status_code == 200
    assert sign_in(password=OWN)[1].status_code == 302


def code_now(secret, ahead=0):
    counter = next(iter(yield_hotp_counters_from_time())) + ahead
    return format_hotp_value(hotp_value(secret, counter))


def activate_totp(client):
    reauthenticate = client.get("/account/2fa/totp/activate/")
    assert reauthenticate["Location"].startswith("/account/reauthenticate/")
    client.post(reauthenticate["Location"], {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    return secret, client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})


@override_settings(GUANJIA_STAFF_MFA=True)
def test_staff_set_a_second_step_up_and_then_open_peoples_data(district):
    client, _ = sign_in()
    assert client.get("/desk/work")["Location"].startswith("/account/2fa/?next=")
    secret, done = activate_totp(client)
    assert done["Location"] == "/account/2fa/recovery-codes/"
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert stored != secret and decrypt(stored) == secret
    assert client.get("/desk/work")["Location"].startswith("/account/2fa/reauthenticate/?next=")

    later, response = sign_in()
    assert response["Location"] == "/account/2fa/authenticate/"
    assert later.get("/desk/work").status_code == 302
    with time_machine.travel(time.time() + 30):
        assert later.post("/account/2fa/authenticate/", {"code": code_now(secret)})["Location"] == "/desk/work"
        assert later.get("/desk/work").status_code == 200


def test_a_recovery_code_opens_once(district):
    client, _ = sign_in()
    activate_totp(client)
    codes = client.get("/account/2fa/recovery-codes/").context["unused_codes"]
    for attempt, expected in ((0, 302), (0, 200), (1, 302)):
        fresh, _ = sign_in()
        answer = fresh.post("/account/2fa/authenticate/", {"code": codes[attempt]})
        assert answer.status_code == expected


PAGES = [
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/reauthenticate/",
    "/account/2fa/webauthn/reauthenticate/",
    "/account/sessions/",
    "/account/reauthenticate/",
    "/account/logout/",
    "/account/inactive/",
]


def english_in(response):
    """Words that nobody translated, besides names."""
    html = response.content.decode()
    body = re.sub(
        r"<(script|style|svg)\b.*?</\1>|<[^>]*>", " ", html[html.index("<main") : html.index("</main>")], flags=re.S
    )
    return [word for word in re.findall(r"\b[A-Z]?[a-z]{2,}\b", body) if word not in {"Linux", "Chrome", "chenjing"}]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_ones_own_account_open_in_chinese(district, path):
    client, _ = sign_in()
    activate_totp(client)
    response = client.get(path, follow=True)
    assert response.status_code == 200
    assert not english_in(response)


def test_each_step_of_signing_in_is_in_chinese(district):
    activate_totp(sign_in()[0])
    client, response = sign_in(follow=True)
    assert response.redirect_chain and not english_in(response)
    assert not english_in(client.post("/account/2fa/authenticate/", {"code": "000000"}))
    assert not english_in(Client().get(LOGIN))
    assert english_in(Client().get(LOGIN, headers={"Accept-Language": "en"}))
    assert not english_in(sign_in(username="nobody")[1])


def test_signing_out_everywhere_else_keeps_this_browser(district):
    first, _ = sign_in()
    second, _ = sign_in(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"})
    text = second.get("/account/sessions/").content.decode()
    assert "Android · Chrome" in text
    second.post("/account/sessions/")
    assert first.get("/desk/work").status_code == 302
    assert second.get("/desk/work").status_code == 200


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/email/", "/account/password/reset/", "/account/login/code/"]
)
def test_what_staff_do_not_need_is_not_there(path):
    assert Client().get(path).status_code == 404


@override_settings(DEMO=True)
def test_one_click_signs_in_on_a_demo(district):
    Account.objects.filter(username="chenjing").update(demo_role=Role.STEWARD)
    visitor = Client()
    page = visitor.get(LOGIN).content.decode()
    chen = district.account("陈静")
    assert "陈静" in page and "马骏" not in page and f'action="/demo/as/{chen.pk}/"' in page
    assert visitor.post(f"/demo/as/{chen.pk}/")["Location"] == "/desk/work"
    assert visitor.get("/desk/work").content.decode() == "officer 陈静"
    assert visitor.get(f"/demo/as/{chen.pk}/").status_code == 405


def test_one_click_signs_in_only_as_the_demos_people(district):
    answer = Client().post(f"/demo/as/{district.account('马骏').pk}/", headers={"Accept": "application/json"})
    assert answer.status_code == 404


def test_the_sign_in_page_offers_nobody_outside_a_demo(district):
    Account.objects.filter(username="chenjing").update(demo_role=Role.STEWARD)
    assert "陈静" not in Client().get(LOGIN).content.decode()


def test_the_demos_sign_ins_are_listed_in_two_queries(district, django_assert_num_queries):
    Account.objects.filter(officer__isnull=False).update(demo_role="x")
    with django_assert_num_queries(2):
        found = queries.demo_logins()
    assert found[0] == queries.DemoLogin(district.account("陈静").pk, "x", "陈静", "服务管家")


@override_settings(DEMO=True)
def test_the_demos_sign_ins_follow_a_request_through_the_house(district):
    for username, role in (
        ("majun", "leader"),
        ("liuyang", "stand_in"),
        ("chenjing", "steward"),
        ("sunhao", "handler"),
    ):
        assert Account.objects.filter(username=username).update(demo_role=role) == 1
    page = Client().get(LOGIN).content.decode()
    assert re.findall(r"<strong>(.*?)</strong> <span class=\"soft\">(.*?)</span>", page) == [
        ("服务管家", "陈静"),
        ("顶岗", "刘洋"),
        ("部门承办人", "孙浩"),
        ("领导", "马骏"),
    ]


def test_pages_after_sign_in_are_named_for_roles_that_exist():
    assert {role for role, _ in LANDINGS} <= set(Role)


def test_signed_in_a_second_persona_of_the_demo_replaces_the_first(district):
    Account.objects.update(demo_role="x")
    browser = client_of(district.account("陈静"))
    browser.post(f"/demo/as/{district.account('马骏').pk}/")
    assert browser.get("/desk/board").status_code == 200
