"""Accounts and tokens: who makes them, what is refused, what they open."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession

from guanjia.access import actions, queries
from guanjia.access.models import Account, ApiToken
from guanjia.access.tokens import service_for
from guanjia.kernel.actor import SYSTEM, ActorKind, Role
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.problems import Problem
from guanjia.registry.models import Officer, Post, PostHolding
from guanjia.registry.stamps import ORGANISATION, bump
from tests.people import FOUNDED, client_of

GOOD = "柳树下的3只白猫"


def newcomer(district, *roles, name="许愿"):
    officer = Officer.objects.create(name=name, staff_number=f"N{name}", unit=district.units["数据中心"])
    for role in roles:
        post = Post.objects.create(
            unit=officer.unit, role=role, place=district.places["青禾区"], title="新人", valid_from=FOUNDED
        )
        PostHolding.objects.create(officer=officer, post=post, valid_from=FOUNDED)
    return officer


def make(district, officer, by="高翔", **more):
    actor = district.actor(by) if by else SYSTEM
    given = {"username": "xuyuan", "password": GOOD, "officer_id": officer.pk, "at": district.at} | more
    return actions.create_account(actor, **given)


def test_the_administrator_makes_an_account_whose_password_must_be_changed(district):
    account = make(district, newcomer(district, Role.STEWARD))
    assert account.check_password(GOOD) and account.must_change_password
    assert AuditEntry.objects.get(verb="account.created").actor["account"] == district.account("高翔").pk


@pytest.mark.parametrize("by", ["林涛", "邓婷", "马骏", "陈静", "李晓燕"])
def test_nobody_else_makes_accounts(district, by):
    with pytest.raises(Problem, match="not_allowed"):
        make(district, newcomer(district), by=by)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"username": ""}, "field.missing"),
        ({"username": "x" * 65}, "field.too_long"),
        ({"username": " ChenJing"}, "access.username_taken"),
        ({"password": "12345678"}, "access.weak_password"),
        ({"officer_id": 10**9}, "not_found"),
    ],
)
def test_what_an_account_cannot_be_is_refused_and_nothing_is_left(district, given, code):
    before = Account.objects.count()
    with pytest.raises(Problem, match=code):
        make(district, newcomer(district), **given)
    assert Account.objects.count() == before


def test_an_officer_has_one_account(district):
    with pytest.raises(Problem, match="access.has_account"):
        make(district, district.officers["陈静"])


def test_separated_duties_get_no_account_and_show_in_the_coverage(district):
    both = newcomer(district, Role.AUDITOR, Role.SECURITY_ADMINISTRATOR)
    with pytest.raises(Problem, match="access.duties_conflict"):
        make(district, both)
    found = queries.coverage(district.at.date())
    assert found.conflicts == [both] and found.unreachable == [both]


def test_coverage_of_a_sound_district_is_empty_in_two_queries(district, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = queries.coverage(district.at.date())
    assert (found.conflicts, found.unreachable) == ([], [])


@pytest.mark.parametrize(("by", "allowed"), [("高翔", True), ("林涛", True), ("邓婷", False), ("马骏", False)])
def test_a_shut_account_loses_its_sessions(district, by, allowed):
    chen = district.account("陈静")
    UserSession.objects.create(user=chen, ip="10.0.0.1", session_key=client_of(chen).session.session_key)
    if not allowed:
        with pytest.raises(Problem, match="not_allowed"):
            actions.deactivate(district.actor(by), chen, at=district.at)
        return
    actions.deactivate(district.actor(by), chen, at=district.at)
    actions.deactivate(district.actor(by), chen, at=district.at)
    assert not Account.objects.get(pk=chen.pk).is_active
    assert not UserSession.objects.exists()
    assert AuditEntry.objects.filter(verb="account.deactivated").count() == 1


def test_a_password_set_by_another_must_be_changed(district):
    chen = district.account("陈静")
    actions.set_password(district.actor("高翔"), chen, password=GOOD, at=district.at)
    stored = Account.objects.get(pk=chen.pk)
    assert stored.check_password(GOOD) and stored.must_change_password
    with pytest.raises(Problem, match="access.weak_password"):
        actions.set_password(district.actor("高翔"), chen, password="password", at=district.at)


def test_lists_of_accounts_and_tokens_cost_the_same_however_long(district, django_assert_num_queries):
    gao, lin = district.actor("高翔"), district.actor("林涛")
    with django_assert_num_queries(1):
        rows = queries.accounts(gao).rows
        assert {row.officer.unit.name for row in rows} == {officer.unit.name for officer in district.officers.values()}
    for number in range(3):
        issue(district, name=f"系统{number}")
    with django_assert_num_queries(1):
        rows = queries.tokens(lin).rows
        assert [row.unit.name for row in rows] == ["指挥调度中心"] * 3
    with pytest.raises(Problem, match="not_allowed"):
        queries.accounts(district.actor("陈静"))
    with pytest.raises(Problem, match="not_allowed"):
        queries.tokens(district.actor("高翔"))


def issue(district, by="林涛", name="热线平台", scopes=("cases:create", "cases:read"), **more):
    given = {"unit": district.units["指挥调度中心"], "post": district.posts["赵磊"]} | more
    return actions.issue_token(district.actor(by), name=name, scopes=scopes, at=district.at, **given)


def test_a_token_is_kept_only_as_a_hash_and_acts_as_its_post(district):
    token, clear = issue(district)
    assert clear not in str(ApiToken.objects.values().get()) and len(clear) > 40
    actor = service_for(clear, district.at)
    assert actor.kind is ActorKind.SERVICE and actor.scopes == {"cases:create", "cases:read"}
    assert actor.reaches(district.places["书院小区"].path, Role.DISPATCHER)
    assert ApiToken.objects.get(pk=token.pk).last_used == district.at.date()


def test_the_day_of_use_is_written_once_a_day(district, django_assert_num_queries):
    _, clear = issue(district)
    bump(ORGANISATION)
    service_for(clear, district.at)
    with django_assert_num_queries(1):
        service_for(clear, district.at + timedelta(hours=1))


def test_a_revoked_expired_or_unknown_token_opens_nothing(district):
    token, clear = issue(district, lifetime=timedelta(days=2))
    bump(ORGANISATION)
    service_for(clear, district.at)  # from now on this process remembers it
    with pytest.raises(Problem, match="access.bad_token"):
        service_for(clear, district.at + timedelta(days=2))
    actions.revoke_token(district.actor("林涛"), token, at=district.at)
    for wrong in (clear, clear + "x", ""):
        with pytest.raises(Problem, match="access.bad_token"):
            service_for(wrong, district.at)


@pytest.mark.parametrize(
    "given",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"post": None},
        {"lifetime": timedelta(days=400)},
        {"lifetime": timedelta(0)},
    ],
)
def test_a_token_without_sense_is_refused(district, given):
    with pytest.raises(Problem, match="field.invalid"):
        issue(district, **given)


def test_a_token_acts_only_for_its_own_unit(district):
    with pytest.raises(Problem, match="field.invalid"):
        issue(district, post=district.posts["孙浩"])


@pytest.mark.parametrize("by", ["高翔", "邓婷", "马骏"])
def test_only_the_security_administrator_issues_tokens(district, by):
    with pytest.raises(Problem, match="not_allowed"):
        issue(district, by=by)
