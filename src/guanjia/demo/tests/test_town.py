from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from guanjia.access.actors import actor_for
from guanjia.access.models import Account
from guanjia.cases import jobs, verification
from guanjia.cases.actions.intake import NewCase, register
from guanjia.cases.models import Asker, Case, Document, Event
from guanjia.cases.owners import DUTIES, matter_of, owner_of
from guanjia.cases.queries.lists import my_work, to_dispatch
from guanjia.demo import inboxes, live, roster
from guanjia.demo.build import PLAYBOOK
from guanjia.demo.logins import PASSWORD, ROLES, resident_contact
from guanjia.demo.scale import chance, size
from guanjia.demo.tests.conftest import SCALE, Town
from guanjia.kernel.actor import PUBLIC, Role
from guanjia.kernel.codes import normal_credit_code
from guanjia.notices.models import Notice
from guanjia.programmes import queries as programmes
from guanjia.programmes.queries.adopted import ADOPTED
from guanjia.registry import queries as registry
from guanjia.registry.models import Business, Household, Officer, Place, Stamp, Subject, Unit
from guanjia.registry.stamps import CALENDAR, ORGANISATION, PLACES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ZONE = ZoneInfo("Asia/Shanghai")


def test_there_is_as_much_of_everything_as_the_scale_says(town: Town) -> None:
    wanted = size(SCALE)
    places = Counter(Place.objects.values_list("kind", flat=True))
    assert places["courtyard"] == wanted.courtyards
    assert places["grid"] == wanted.grids
    assert Subject.objects.filter(kind="business").count() == Business.objects.count() == wanted.businesses
    assert Household.objects.count() == wanted.households
    assert Case.objects.count() == wanted.cases
    assert Unit.objects.filter(kind__in=("department", "leadership")).count() == 28


def test_everybody_has_a_steward_and_a_stand_in(town: Town) -> None:
    programme = programmes.programme(PLAYBOOK)
    assert programmes.coverage(programme.pk, at=town.at).complete


def test_every_case_is_what_its_events_say_and_the_ledger_is_whole(town: Town) -> None:
    assert jobs.prove() == []
    assert list(verification.verify()) == []


def test_credit_codes_are_valid_and_points_lie_in_their_courtyards(town: Town) -> None:
    for business in Business.objects.select_related("subject")[:60]:
        subject = business.subject
        assert normal_credit_code(business.credit_code or "") == business.credit_code
        found = registry.locate_point(subject.lon, subject.lat, town.at.date())
        assert found is not None and found.pk == subject.place_id


def test_nothing_happens_after_the_present_and_officers_act_in_office_hours_alone(town: Town) -> None:
    assert not Event.objects.filter(at__gt=town.at).exists()
    accepted = Event.objects.filter(verb="accept", case__emergency=False).values_list("at", flat=True)
    hours = {moment.astimezone(ZONE).hour for moment in accepted}
    assert hours <= set(range(8, 19))


def test_histories_show_every_turn_a_case_can_take(town: Town) -> None:
    told = set(Event.objects.values_list("verb", flat=True))
    assert told >= {
        "register", "dispatch", "accept", "resolve", "follow_up", "strike_off", "warn", "expire", "escalate", "return",
        "rule_return", "request_extension", "decide_extension", "request_shelving", "hand_over", "merge", "join",
        "withdraw", "urge", "answer_order", "note", "ask", "answer", "first_opinion",
    }  # fmt: skip
    states = set(Case.objects.values_list("status", flat=True))
    assert states >= {"closed", "handed_over"}
    assert states & {"assigned", "working"}, "some are in hand at the present moment"
    assert Case.objects.filter(redone__gt=0).exists()
    assert Case.objects.filter(late=True).exists()


def test_a_merged_case_leaves_its_asker_with_the_other(town: Town) -> None:
    for merged in Event.objects.filter(verb="merge").select_related("case"):
        contacts = set(Asker.objects.filter(case_id=merged.case_id).values_list("contact_id", flat=True))
        assert contacts <= set(Asker.objects.filter(case_id=merged.data["into"]).values_list("contact_id", flat=True))


def test_documents_belong_to_the_lines_that_name_them(town: Town) -> None:
    documents = {one.pk: one for one in Document.objects.all()}
    assert documents
    named = set()
    for event in Event.objects.filter(verb__in=("register", "resolve")):
        ids = event.data.get("documents") or [one["id"] for one in event.data.get("evidence") or ()]
        for pk in ids:
            assert (documents[pk].case_id, documents[pk].event_seq) == (event.case_id, event.seq)
            named.add(pk)
    assert named == documents.keys()


def test_the_roster_answers_as_the_rules_of_the_case_room_do(town: Town) -> None:
    programme = programmes.programme(PLAYBOOK)
    playbook = programmes.current_playbook(programme.pk)
    answers = roster.read(programme.pk)
    cases = list(Case.objects.select_related("place"))
    for case in chance(1, "sample").sample(cases, 25):
        matter = matter_of(case)
        for tier in playbook.ladder.tiers:
            mine = answers.owner(tier.owner, case.category, case.subject_id, case.place_path, playbook)
            assert mine == owner_of(tier.owner, matter, playbook, town.at.replace(month=10))


def test_there_is_a_sign_in_for_each_role_with_work_waiting(town: Town) -> None:
    accounts = {account.demo_role: account for account in Account.objects.exclude(demo_role="")}
    assert set(accounts) == {"resident", "steward", "stand_in", *(str(role) for role in ROLES)}
    assert all(account.check_password(PASSWORD) for account in list(accounts.values())[:2])
    actors = {role: actor_for(account, town.at, strong=True) for role, account in accounts.items()}
    for role in ROLES:
        assert actors[str(role)].holds(role)
    assert any(post.standing_in_for for post in actors["stand_in"].posts)
    assert my_work(actors["steward"]).rows
    assert actors["resident"].contact_ids
    assert to_dispatch(actors["dispatcher"]) is not None
    assert Officer.objects.filter(account__isnull=True).count() == 0


def test_sealed_cases_are_with_discipline_inspection_alone(town: Town) -> None:
    sealed = Case.objects.filter(status="handed_over")
    assert sealed.exists()
    assert not sealed.exclude(category="work-style").exists()
    assert not sealed.exclude(sealed_to=F("holder_unit")).exists()


def test_a_live_demo_moves_and_stays_provable(town: Town) -> None:
    before = Event.objects.count()
    luck = chance(7, "live")
    asked = [case for case in (live.ask(luck, town.at) for _ in range(3)) if case is not None]
    assert asked
    somewhere = NewCase(programme=PLAYBOOK, text="路口有人摆摊", channel="web", category="street-order")
    assert register(PUBLIC, somewhere, at=town.at).status == "registered"
    for status in ("registered", "assigned", "working", "resolved"):
        waiting = Case.objects.filter(status=status).values_list("pk", flat=True)
        assert any(live.move(luck, case_id, town.at) for case_id in list(waiting)), status
    assert live.step(town.at) >= 0
    assert Event.objects.count() > before + len(asked)
    assert jobs.prove(since=town.at) == []


def test_what_processes_keep_in_memory_is_stamped(town: Town) -> None:
    stamped = set(Stamp.objects.exclude(version="").values_list("name", flat=True))
    assert stamped >= {PLACES, ORGANISATION, CALENDAR, DUTIES, ADOPTED}


def test_the_last_days_are_in_the_inboxes_of_the_ready_sign_ins(town: Town) -> None:
    told = Notice.objects.all()
    since = town.at - timedelta(days=inboxes.DAYS)
    assert told.exists()
    assert not told.exclude(created_at__range=(since, town.at)).exists()
    for role in ("resident", "steward", "dispatcher", "handler", "supervisor", "clerk"):
        account = Account.objects.get(demo_role=role)
        mine = (
            told.filter(contact=account.contact_id) if role == "resident" else told.filter(officer=account.officer_id)
        )
        assert mine.exists(), role
    assert told.filter(read_at__isnull=True).exists()
    assert told.filter(read_at__isnull=False).count() > told.filter(read_at__isnull=True).count()
    assert not told.filter(read_at__gt=town.at).exists()


def test_stewards_hold_posts_that_the_playbook_names(town: Town) -> None:
    programme = programmes.programme(PLAYBOOK)
    stewards = set(roster.read(programme.pk).of_subject.values())
    holders = Officer.objects.filter(holdings__post__role__in=(Role.STEWARD, Role.CLERK)).values_list("pk", flat=True)
    assert stewards <= set(holders)


def test_where_nobody_has_anything_to_answer_the_resident_asked_lately(town: Town) -> None:
    Case.objects.filter(status="resolved").update(status="closed")
    lately = town.at - timedelta(days=inboxes.DAYS)
    found = resident_contact(town.at)
    assert Asker.objects.filter(contact=found, case__registered_at__gte=lately).exists()
    assert Notice.objects.filter(contact=found).exists()
