"""What its sender names is stored once."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from guanjia.kernel.once import once

pytestmark = pytest.mark.django_db


def known():
    return Group.objects.filter(name="stewards").first()


def make():
    return Group.objects.create(name="stewards")


def test_it_is_made_once_and_found_afterwards():
    first, fresh = once(known, make)
    assert fresh
    assert once(known, make) == (first, False)


def test_the_second_of_two_at_the_same_moment_finds_what_the_first_stored():
    looks = iter([lambda: None, known])

    def too_early():
        return next(looks)()

    first = make()
    assert once(too_early, make) == (first, False)
    assert Group.objects.count() == 1


def test_another_broken_rule_is_raised_and_leaves_nothing():
    def broken():
        Group.objects.create(name="clerks")
        return Group.objects.create(name="clerks")

    with pytest.raises(IntegrityError):
        once(known, broken)
    assert not Group.objects.exists()
