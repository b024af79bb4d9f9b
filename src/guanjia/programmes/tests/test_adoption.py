from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.kernel.models import AuditEntry, OutboxMessage
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions, queries
from guanjia.programmes.models import Assignment, Enrolment, ProgrammeVersion
from guanjia.programmes.tests import sample
from guanjia.programmes.tests.conftest import Scheme


def test_a_changed_playbook_keeps_the_old_version_for_open_cases(scheme: Scheme) -> None:
    first = queries.programme("stewards").current
    second = actions.adopt(scheme.administrator, sample.text(version="1.1", most=10), at=scheme.later())
    programme = queries.programme("stewards")
    assert programme.current == second
    assert queries.playbook_of(first.pk).stewards.most_subjects == 60
    assert queries.current_playbook(programme.pk).stewards.most_subjects == 10
    assert ProgrammeVersion.objects.filter(programme=programme).count() == 2


def test_adopting_the_same_text_twice_is_one_version_and_one_entry(scheme: Scheme) -> None:
    actions.adopt(scheme.administrator, sample.text(), at=scheme.later())
    assert ProgrammeVersion.objects.count() == 1
    assert AuditEntry.objects.filter(verb="programme.adopt").count() == 1
    assert OutboxMessage.objects.filter(topic="programme.changed").count() == 1


def test_going_back_to_an_earlier_text_is_its_version_again(scheme: Scheme) -> None:
    first = queries.programme("stewards").current_id
    actions.adopt(scheme.administrator, sample.text(most=10), at=scheme.later())
    actions.adopt(scheme.administrator, sample.text(), at=scheme.later(2))
    assert queries.programme("stewards").current_id == first


def test_a_folder_is_adopted_like_its_text(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "playbook.toml").write_text(sample.text(key="other"), "utf-8")
    version = actions.adopt(scheme.administrator, tmp_path, at=scheme.at)
    assert version.source == sample.text(key="other")
    assert queries.playbook_of(version.pk).key == "other"


def test_a_playbook_is_parsed_once_per_process(scheme: Scheme, django_assert_num_queries) -> None:
    version_id = queries.programme("stewards").current_id
    with django_assert_num_queries(1):
        first = queries.playbook_of(version_id)
    with django_assert_num_queries(0):
        assert queries.playbook_of(version_id) is first


def test_a_playbook_with_faults_is_not_adopted(scheme: Scheme, tmp_path: Path) -> None:
    misspelt = sample.text(key="misspelt").replace("[stewards]", "[stuards]")
    for source in (misspelt, tmp_path):
        with pytest.raises(Problem, match=r"programme\.bad_playbook") as refused:
            actions.adopt(scheme.administrator, source, at=scheme.at)
        assert "playbook.toml" in refused.value.params["first"]
    assert [one.key for one in queries.programmes()] == ["stewards"]


def test_only_an_administrator_adopts_and_stops(scheme: Scheme) -> None:
    lead = scheme.district.actor("吴娟")
    for act in (
        lambda: actions.adopt(lead, sample.text(key="mine"), at=scheme.at),
        lambda: actions.stop(lead, scheme.programme_id, at=scheme.at),
    ):
        with pytest.raises(Problem, match="not_allowed"):
            act()
    assert [one.key for one in queries.programmes()] == ["stewards"]


def test_a_stopped_programme_assigns_nobody_until_it_is_adopted_again(scheme: Scheme) -> None:
    actions.stop(scheme.administrator, scheme.programme_id, at=scheme.later())
    assert queries.running() == []
    with pytest.raises(Problem, match=r"programme\.stopped"):
        scheme.give("陈静", "柳荫第一网格")
    with pytest.raises(Problem, match=r"programme\.stopped"):
        actions.stop(scheme.administrator, scheme.programme_id, at=scheme.later(2))
    actions.adopt(scheme.administrator, sample.text(), at=scheme.later(3))
    assert scheme.give("陈静", "柳荫第一网格").until is None


def test_who_leaves_a_programme_for_all_is_left_out_and_has_no_steward_of_its_own(scheme: Scheme) -> None:
    scheme.give("陈静", "建国五金店")
    shop = scheme.subject("建国五金店").pk
    actions.leave(scheme.administrator, scheme.programme_id, shop, at=scheme.later())
    playbook = queries.current_playbook(scheme.programme_id)
    assert shop not in queries.enrolled(scheme.programme_id, playbook).values_list("pk", flat=True)
    assert not Assignment.objects.filter(subject_id=shop, until=None).exists()
    with pytest.raises(Problem, match=r"enrolment\.not_in"):
        actions.leave(scheme.administrator, scheme.programme_id, shop, at=scheme.later(2))
    actions.enrol(scheme.administrator, scheme.programme_id, shop, at=scheme.later(3))
    assert shop in queries.enrolled(scheme.programme_id, playbook).values_list("pk", flat=True)
    with pytest.raises(Problem, match=r"enrolment\.already_in"):
        actions.enrol(scheme.administrator, scheme.programme_id, shop, at=scheme.later(4))


def test_by_list_only_who_was_enrolled_is_served(scheme: Scheme) -> None:
    listed = actions.adopt(scheme.administrator, sample.text(key="listed", enrol="list"), at=scheme.at).programme_id
    playbook = queries.current_playbook(listed)
    assert not queries.enrolled(listed, playbook).exists()
    shop = scheme.subject("槐香面馆").pk
    actions.enrol(scheme.administrator, listed, shop, at=scheme.at)
    assert [one.pk for one in queries.enrolled(listed, playbook)] == [shop]
    actions.leave(scheme.administrator, listed, shop, at=scheme.later())
    assert not queries.enrolled(listed, playbook).exists()
    assert Enrolment.objects.get(programme_id=listed).until == scheme.later()


def test_a_person_is_not_served_by_a_programme_for_households(scheme: Scheme) -> None:
    with pytest.raises(Problem, match=r"programme\.not_served"):
        actions.enrol(scheme.administrator, scheme.programme_id, scheme.subject("李晓燕").pk, at=scheme.at)
