"""Every route × everybody: allowed and denied as the route's gate says. It grows by itself when pages are added."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from guanjia.access import actions, gate, rules
from guanjia.access.gate import Entry, Gate
from guanjia.access.tokens import service_for
from guanjia.kernel.actor import PUBLIC, Actor, Role
from tests.people import PASSWORD, District, client_of
from tests.stories.routes import EXCEPTED, Route, ask, routes, was_turned_away
from tests.stories.samples import SAMPLES

VISITORS = ("anonymous", "asker", *Role)


def arrive(who: str, district: District) -> tuple[Client, Actor]:
    if who == "anonymous":
        return Client(), PUBLIC
    if who == "asker":
        return client_of(district.contacts["李晓燕"]), district.actor("李晓燕")
    name = district.holder_of(Role(who))
    return client_of(district.account(name)), district.actor(name)


def faults(found: list[Route], client: Client, actor: Actor, district: District, **headers: str) -> list[str]:
    """One line for each route that answers otherwise than its gate says, or not at all."""
    told = []
    for route in found:
        if route.gate is None or route.method != "GET":
            continue
        response = ask(client, route.url(SAMPLES, district), **headers)
        expected = route.gate.admits(actor)
        if was_turned_away(response) is expected:
            told.append(f"{route} should {'admit' if expected else 'refuse'} {actor.label}: {response.status_code}")
        elif response.status_code >= 500 and response.status_code != 503:
            told.append(f"{route} broke: {response.status_code}")
    return told


def test_every_route_declares_a_gate():
    bare = [str(route) for route in routes() if route.gate is None]
    assert not bare, "put one of @gate.public, .asker, .signed_in, .roles above each view: " + ", ".join(bare)


def test_every_argument_has_a_sample(district):
    for route in routes():
        route.url(SAMPLES, district)


@pytest.mark.slow
@pytest.mark.parametrize("who", VISITORS)
def test_each_gate_admits_whom_it_says_and_nobody_else(who, district):
    client, actor = arrive(who, district)
    assert faults(routes(), client, actor, district) == []


@pytest.mark.slow
@pytest.mark.parametrize("scopes", [(scope,) for scope in rules.SCOPES] + [tuple(rules.SCOPES)], ids="+".join)
def test_a_token_opens_the_api_by_its_scopes_and_no_page(scopes, district):
    _, clear = actions.issue_token(
        district.actor("林涛"),
        name="token",
        unit=district.units["指挥调度中心"],
        post=district.posts["赵磊"],
        scopes=scopes,
        at=district.at,
    )
    found = routes()
    of_api = [route for route in found if route.gate and route.gate.entry is Entry.TOKEN]
    others = [route for route in found if route not in of_api]
    header = {"Authorization": f"Bearer {clear}"}
    assert faults(of_api, Client(), service_for(clear, district.at), district, **header) == []
    assert faults(others, Client(), PUBLIC, district, **header) == []


@pytest.mark.parametrize("role", Role)
def test_the_first_page_after_sign_in_admits_its_role(role, district):
    client, _ = arrive(role, district)
    browser, account = Client(), district.account(district.holder_of(role))
    landed = browser.post("/account/login/", {"login": account.username, "password": PASSWORD})
    assert not was_turned_away(ask(client, landed["Location"]))


def test_every_exception_says_why():
    assert all(len(reason) > 10 for reason in EXCEPTED.values())


# The matrix itself: that it would notice.


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@gate.public
def careless(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


careless.gate = Gate(Entry.ROLES, roles=frozenset({Role.LEADER}))


@gate.roles(Role.LEADER)
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of the page")


urlpatterns = [
    path("bare/<int:unheard_of>", bare),
    path("deep/", include([path("careless", careless), path("broken", broken)])),
]


@pytest.mark.urls(__name__)
def test_the_matrix_notices_what_is_wrong(district):
    unguarded, _, _ = found = routes()
    assert str(unguarded) == "GET /bare/<int:unheard_of>" and unguarded.gate is None
    with pytest.raises(KeyError, match="unheard_of"):
        unguarded.url(SAMPLES, district)
    assert faults(found, *arrive("anonymous", district), district) == ["GET /deep/careless should refuse public: 200"]
    assert faults(found, *arrive(Role.LEADER, district), district) == ["GET /deep/broken broke: 500"]
