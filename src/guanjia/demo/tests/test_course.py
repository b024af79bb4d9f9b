"""The course of things is such as an office would know it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from guanjia.cases.models import Case, Event
from guanjia.demo.tests.conftest import Town

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_nobody_lets_a_case_lie(town: Town) -> None:
    waiting = Case.objects.filter(closed_at__isnull=True).exclude(status="shelved")
    assert waiting.exists()
    assert not waiting.filter(updated_at__lt=town.at - timedelta(days=6)).exists()


def test_the_desk_passes_on_within_days_what_comes_to_it(town: Town) -> None:
    waits = [
        line.at - came.at
        for line in Event.objects.filter(
            verb__in=("dispatch", "resolve", "strike_off"), case__channel__in=("web", "hotline")
        )
        if (
            came := Event.objects.filter(
                case=line.case_id, seq=line.seq - 1, verb__in=("register", "rule_return")
            ).first()
        )
    ]
    slow = [wait for wait in waits if wait > timedelta(days=4)]
    assert len(waits) > 100
    assert not slow
    assert Case.objects.filter(place__isnull=True, returns=0).exclude(status="registered").exists()


def test_what_is_late_redone_or_contested_is_the_smaller_part(town: Town) -> None:
    cases = Case.objects.all()
    whole = cases.count()
    still_open = cases.filter(closed_at__isnull=True)
    assert still_open.filter(due_at__lt=town.at).count() < 0.2 * still_open.count()
    shares = {name: cases.filter(**{f"{name}__gt": 0}).count() / whole for name in ("redone", "contested", "returns")}
    assert 0.02 < cases.filter(late=True).count() / whole < 0.15
    assert 0.03 < shares["redone"] < 0.15
    assert shares["contested"] < 0.03
    assert 0.01 < shares["returns"] < 0.1


def test_most_of_what_was_asked_is_done_and_confirmed(town: Town) -> None:
    settled = Case.objects.filter(registered_at__lt=town.at - timedelta(days=14), status="closed")
    asked = Case.objects.filter(registered_at__lt=town.at - timedelta(days=14))
    assert settled.count() > 0.95 * asked.count()
    assert settled.filter(confirmed=True).count() > 0.75 * settled.count()
    assert not settled.filter(closed_at__lt=F("registered_at")).exists()
