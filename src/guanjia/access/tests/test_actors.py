"""Who somebody is: posts held now, posts of those stood in for, askers, residents with an account."""

from datetime import UTC, date, datetime, timedelta

import pytest

from guanjia.access import actions, queries
from guanjia.access.actors import actor_for
from guanjia.access.models import Absence, Account
from guanjia.kernel.actor import SYSTEM, ActorKind, Role
from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.registry.models import PostHolding
from guanjia.registry.stamps import ORGANISATION, bump
from tests.people import make_district


def away(district, who="陈静", stand_in="刘洋", first=20, last=22, by="陈静"):
    return actions.record_absence(
        district.actor(by),
        district.officers[who],
        stand_in=district.officers[stand_in],
        first_day=date(2026, 11, first),
        last_day=date(2026, 11, last) if last else None,
        reason="leave",
        at=district.at,
    )


def test_a_steward_acts_within_her_grid_and_for_her_committee(district):
    actor = district.actor("陈静")
    assert actor.kind is ActorKind.OFFICER and actor.label == "陈静"
    assert actor.holds(Role.STEWARD) and not actor.holds(Role.CLERK)
    assert actor.unit_ids == {district.units["柳荫社区居委会"].pk}
    assert actor.reaches(district.places["柳荫家园"].path)
    assert not actor.reaches(district.places["槐香苑"].path)


def test_the_stand_in_holds_the_absent_stewards_post_besides_their_own(district):
    away(district)
    actor = district.actor("刘洋")
    assert actor.officer_ids == {district.officers["刘洋"].pk, district.officers["陈静"].pk}
    assert [post.standing_in_for for post in actor.posts] == [None, district.officers["陈静"].pk]
    assert actor.label == "刘洋"


def test_standing_in_begins_and_ends_with_local_days(district):
    away(district, first=20, last=22)
    chen = district.officers["陈静"].pk
    moments = {
        datetime(2026, 11, 19, 15, 59, tzinfo=UTC): False,  # 23:59 the day before, in Shanghai
        datetime(2026, 11, 19, 16, 0, tzinfo=UTC): True,
        datetime(2026, 11, 22, 15, 59, tzinfo=UTC): True,
        datetime(2026, 11, 22, 16, 0, tzinfo=UTC): False,
    }
    for at, standing_in in moments.items():
        assert (chen in district.actor("刘洋", at).officer_ids) is standing_in, at


def test_an_actor_is_read_once_and_kept_while_nobody_changes_posts(district, django_assert_num_queries):
    bump(ORGANISATION)
    account = Account.objects.get(username="liuyang")
    with django_assert_num_queries(3):
        assert len(actor_for(account, district.at).posts) == 1
    with django_assert_num_queries(1):
        assert len(actor_for(account, district.at).posts) == 1
    away(district)
    assert len(actor_for(account, district.at).posts) == 2


def test_a_post_given_up_is_held_no_more_from_that_day(district):
    PostHolding.objects.filter(officer=district.officers["陈静"]).update(valid_to=date(2026, 11, 20))
    assert not district.actor("陈静").posts
    assert district.actor("陈静", district.at - timedelta(days=1)).posts


def test_an_officer_who_left_holds_nothing(district):
    officer = district.officers["陈静"]
    officer.active = False
    officer.save()
    assert not district.actor("陈静").posts


def test_a_residents_account_acts_as_an_asker_for_its_contact(district):
    contact = district.contacts["李晓燕"]
    account = actions.create_account(
        SYSTEM, username="LiXiaoyan ", password="a-plain-test-password", contact_id=contact.pk, at=district.at
    )
    actor = actor_for(account, district.at, contact_ids=frozenset({7}))
    assert account.username == "lixiaoyan"
    assert actor.kind is ActorKind.ASKER and actor.contact_ids == {contact.pk, 7} and not actor.posts


def test_an_absence_is_published_and_audited(district):
    absence = away(district)
    news = OutboxMessage.objects.get(topic="absence.recorded").payload
    assert news == {
        "absence_id": absence.pk,
        "officer_id": district.officers["陈静"].pk,
        "stand_in_id": district.officers["刘洋"].pk,
        "first_day": "2026-11-20",
        "last_day": "2026-11-22",
    }
    assert AuditEntry.objects.get(verb="absence.recorded").subject_id == absence.pk
    assert absence.recorded_by == district.account("陈静")


@pytest.mark.parametrize(("first", "last"), [(20, 22), (18, 20), (22, None), (10, None), (21, 21), (1, 30)])
def test_nobody_is_away_twice_on_one_day(district, first, last):
    away(district, first=20, last=22)
    with pytest.raises(Problem) as refusal:
        away(district, first=first, last=last, stand_in="周敏")
    assert refusal.value.code == "access.already_absent"
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(10, 19), (23, None)])
def test_absences_that_only_touch_are_fine(district, first, last):
    away(district, first=20, last=22)
    away(district, first=first, last=last)
    assert Absence.objects.count() == 2


def test_a_stand_in_must_be_there(district):
    away(district, who="刘洋", stand_in="周敏", by="刘洋")
    with pytest.raises(Problem, match="access.stand_in_away"):
        away(district, first=22, last=None)


def test_who_stands_in_for_somebody_cannot_leave_them_alone(district):
    away(district)
    with pytest.raises(Problem, match="access.stands_in"):
        away(district, who="刘洋", stand_in="周敏", by="刘洋")


def test_nobody_stands_in_for_themselves_and_days_run_forward(district):
    with pytest.raises(Problem, match="access.own_stand_in"):
        away(district, stand_in="陈静")
    with pytest.raises(Problem, match="access.days_reversed"):
        away(district, first=22, last=20)


def test_an_auditor_never_stands_in_for_an_administrator(district):
    with pytest.raises(Problem, match="access.duties_conflict"):
        away(district, who="高翔", stand_in="邓婷", by="高翔")


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        ("陈静", True),
        ("周敏", True),
        ("高翔", True),
        ("刘洋", False),
        ("郑强", False),
        ("邓婷", False),
        ("李晓燕", False),
    ],
)
def test_who_may_record_an_absence(district, by, allowed):
    if allowed:
        assert away(district, by=by).pk
    else:
        with pytest.raises(Problem, match="not_allowed"):
            away(district, by=by)


def test_back_early_the_stand_in_hands_back_at_once(district):
    absence = away(district, last=None)
    actions.end_absence(district.actor("陈静"), absence, last_day=date(2026, 11, 19), at=district.at)
    assert not Absence.objects.exists()
    later = away(district, first=20, last=30)
    actions.end_absence(district.actor("周敏"), later, last_day=date(2026, 11, 21), at=district.at)
    assert district.actor("刘洋").officer_ids == {district.officers["刘洋"].pk, district.officers["陈静"].pk}
    assert len(district.actor("刘洋", district.at + timedelta(days=2)).posts) == 1
    assert OutboxMessage.objects.filter(topic="absence.ended").count() == 2


def test_stand_ins_of_many_are_one_query(district, django_assert_num_queries):
    away(district)
    ids = [officer.pk for officer in district.officers.values()]
    with django_assert_num_queries(1):
        found = queries.stand_ins_on(ids, date(2026, 11, 21))
    assert found == {district.officers["陈静"].pk: district.officers["刘洋"].pk}


def test_the_district_of_the_stories_is_made_by_few_queries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        make_district()
