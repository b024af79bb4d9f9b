from guanjia.access import rules
from guanjia.kernel.actor import Role
from guanjia.playbook.labels import ROLE_LABELS


def test_each_pair_of_separated_duties_conflicts_and_one_alone_does_not():
    for role in rules.SEPARATED:
        assert not rules.separated_roles([role, Role.STEWARD, Role.LEADER])
        for other in rules.SEPARATED - {role}:
            assert rules.separated_roles([role, other, Role.CLERK]) == {role, other}


def test_administrators_and_auditors_read_nobodys_data():
    assert rules.READERS.isdisjoint(rules.SEPARATED)
    assert set(Role) == rules.READERS | rules.SEPARATED


def test_too_much_reading_is_told_once_a_day_and_reading_outside_each_time():
    told = [n for n in range(1, 100) if rules.odd_reading(n, in_scope=True, limit=40)]
    assert told == [41]
    assert rules.odd_reading(1, in_scope=False) == ("out_of_scope",)
    assert rules.odd_reading(41, in_scope=False, limit=40) == ("out_of_scope", "too_many")


def test_every_role_has_a_word():
    assert ROLE_LABELS.keys() == set(Role)


def test_the_purpose_and_the_scopes_that_are_named_apart_are_in_the_lists():
    assert rules.BREAK_GLASS in rules.PURPOSES
    assert set(rules.SCOPES) > rules.POST_SCOPES
