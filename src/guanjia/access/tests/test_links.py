"""Links that prove a contact."""

from datetime import UTC, datetime, timedelta

import pytest

from guanjia.access import links
from guanjia.kernel.problems import Problem

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def test_a_link_gives_back_what_was_signed_until_its_time_is_over():
    token = links.sign("rate", 12, 34, at=AT, lifetime=timedelta(days=7))
    assert links.read("rate", token, at=AT + timedelta(days=7, seconds=-1)) == links.AskerLink("rate", 12, 34)
    with pytest.raises(Problem, match="link.expired"):
        links.read("rate", token, at=AT + timedelta(days=7))


def test_a_link_for_one_purpose_opens_no_other():
    with pytest.raises(Problem, match="link.unknown"):
        links.read("track", links.sign("rate", 12, 34, at=AT), at=AT)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "d" + t[1:], lambda t: "", lambda t: "中文~x"])
def test_a_changed_link_is_none(change):
    with pytest.raises(Problem, match="link.unknown"):
        links.read("rate", change(links.sign("rate", 12, 34, at=AT)), at=AT)


def test_a_session_remembers_the_last_twenty_contacts_once_each():
    session = {}
    for contact_id in [1, 2, 1, *range(3, 25)]:
        links.remember(session, contact_id)
    assert links.remembered(session) == frozenset(range(5, 25))
