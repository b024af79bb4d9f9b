"""The gate of each kind, for a browser, for htmx and for a machine."""

import pytest
from django.test import Client, override_settings

from guanjia.access import actions, gate
from guanjia.access.tokens import TokenAuth
from guanjia.kernel.actor import Role
from tests.people import client_of

pytestmark = [pytest.mark.urls("guanjia.access.tests.pages"), pytest.mark.django_db]
JSON = {"Accept": "application/json"}


def code(response):
    return response.json()["code"]


def test_a_visitor_enters_public_pages_and_is_sent_to_sign_in_elsewhere():
    visitor = Client()
    assert visitor.get("/anybody").content == b"public public"
    response = visitor.get("/desk/work?tab=late")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/desk/work%3Ftab%3Dlate"


@pytest.mark.parametrize("headers", [JSON, {"HX-Request": "true", **JSON}])
def test_a_machine_is_told_and_not_sent_round(headers):
    response = Client().get("/desk/work", headers=headers)
    assert response.status_code == 401 and code(response) == "sign_in"


def test_a_form_sent_after_the_session_ended_is_not_lost_in_a_redirect():
    assert Client().post("/desk/work", headers=JSON).status_code == 401


def test_officers_enter_by_their_roles_alone(district):
    steward = client_of(district.account("陈静"))
    assert steward.get("/desk/work").content.decode() == "officer 陈静"
    refused = steward.get("/desk/board", headers=JSON)
    assert refused.status_code == 403 and code(refused) == "access.no_page"
    assert client_of(district.account("马骏")).get("/desk/board").status_code == 200


def test_a_stand_in_enters_by_the_post_of_the_absent(district):
    dispatcher = district.officers["赵磊"]
    clerk = client_of(district.account("周敏"))
    assert clerk.get("/desk/dispatch", headers=JSON).status_code == 403
    actions.record_absence(
        district.actor("高翔"),
        dispatcher,
        stand_in=district.officers["周敏"],
        first_day=district.at.date().replace(year=2020),
        last_day=None,
        reason="sick",
        at=district.at,
    )
    assert clerk.get("/desk/dispatch").status_code == 200


def test_an_asker_enters_what_is_theirs_and_no_desk(district):
    asker = client_of(district.contacts["李晓燕"])
    assert asker.get("/mine").content == b"asker asker"
    assert asker.get("/desk/work").status_code == 302
    assert code(Client().get("/mine", headers=JSON)) == "access.prove_it_is_yours"
    assert client_of(district.account("陈静")).get("/mine", headers=JSON).status_code == 403


def test_a_given_password_is_changed_before_anything_else(district):
    chen = district.account("陈静")
    chen.must_change_password = True
    chen.save()
    browser = client_of(chen)
    assert browser.get("/desk/work")["Location"] == "/account/password/change/"
    assert code(browser.get("/me", headers=JSON)) == "access.password_change_needed"
    assert browser.get("/").status_code == 200


@override_settings(GUANJIA_STAFF_MFA=True)
def test_peoples_data_waits_for_the_second_factor_and_the_calendar_does_not(district):
    chen = district.account("陈静")
    weak = client_of(chen)
    assert weak.get("/desk/calendar").status_code == 200
    assert weak.get("/desk/work")["Location"] == "/account/2fa/?next=/desk/work"
    assert code(weak.get("/desk/work", headers=JSON)) == "access.second_factor_needed"
    assert client_of(chen, strong=True).get("/desk/work").status_code == 200


def test_a_service_needs_a_token_with_the_scope(district):
    def ask(scopes):
        _, clear = actions.issue_token(
            district.actor("林涛"),
            name="开放平台",
            unit=district.units["指挥调度中心"],
            post=district.posts["赵磊"],
            scopes=scopes,
            at=district.at,
        )
        return Client().get("/tests/places", headers={"Authorization": f"Bearer {clear}", **JSON})

    with_scope = ask(["registry:read"])
    assert with_scope.json() == {"service": "开放平台", "units": [district.units["指挥调度中心"].pk]}
    assert code(ask(["cases:create"])) == "access.scope_missing"
    unknown = Client().get("/tests/places", headers={"Authorization": "Bearer gj_no", **JSON})
    assert unknown.status_code == 401 and code(unknown) == "access.bad_token"
    assert Client().get("/tests/places").status_code == 401


def test_a_token_is_no_key_to_the_desk(district):
    _, clear = actions.issue_token(
        district.actor("林涛"),
        name="x",
        unit=district.units["数据中心"],
        scopes=["ledger:read"],
        at=district.at,
    )
    assert Client().get("/desk/work", headers={"Authorization": f"Bearer {clear}", **JSON}).status_code == 401


def test_a_gate_can_be_read_from_the_view():
    @gate.roles(Role.LEADER)
    def board(request):
        """Says what it is."""

    assert board.gate == gate.Gate(gate.Entry.ROLES, roles=frozenset({Role.LEADER}), people=True)
    assert board.__name__ == "board" and board.__doc__ == "Says what it is."


def test_a_gate_for_nobody_is_a_mistake():
    with pytest.raises(ValueError, match="name the roles"):
        gate.roles()
    with pytest.raises(ValueError, match="no such scope"):
        TokenAuth("cases:everything")


def test_a_browser_is_shown_a_page_that_says_what_to_do(district):
    refused = client_of(district.account("陈静")).get("/desk/board")
    assert refused.status_code == 403
    assert "您的岗位不能打开这个页面。" in refused.content.decode()
    assert "请返回，或问管理员需要哪个岗位。" in refused.content.decode()
