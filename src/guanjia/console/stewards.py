"""Stewards by hand: of one business or home, or of all in a place; and taken off again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import Asking, answer, sent
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import assigning as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.stewardship import ROLES, Target
from guanjia.kernel.problems import Problem
from guanjia.programmes import actions
from guanjia.programmes import queries as programmes
from guanjia.programmes.policy import ASSIGNERS
from guanjia.programmes.problems import ENDED, NONE_ASSIGNS
from guanjia.registry import queries as registry
from guanjia.registry.policy import demand

ASSIGN = gettext_noop("assign stewards")


@gate.roles(*ASSIGNERS)
@tells_in_place
def subject_steward(request: Request, subject_id: int) -> HttpResponse:
    """`?programme=` and `?role=` are chosen when it opens."""
    target = Target(registry.subject_card(request.actor, subject_id).subject)
    return _assign(request, target, reverse("console:subject", args=[subject_id]))


@gate.roles(*ASSIGNERS)
@tells_in_place
def place_steward(request: Request, place_id: int) -> HttpResponse:
    """`?programme=` and `?role=` are chosen when it opens."""
    target = Target(registry.place(place_id), is_place=True)
    return _assign(request, target, reverse("console:place", args=[place_id]))


def _assign(request: Request, target: Target, back: str) -> HttpResponse:
    """Raises assignment.no_programme, not_allowed."""
    books = shown.offered(target)
    if not books:
        raise Problem(NONE_ASSIGNS, name=target.record.name)
    demand(target.may_assign(request.actor), ASSIGN)
    form = shown.assign_form(target, books, sent(request), request.GET, at=request.at)
    title = _("Assign a steward: %(name)s") % {"name": target.record.name}
    asking = Asking(title, _("Assign"), form, back, shown.will(target, books), icon="steward")

    def do() -> str:
        officer = shown.read_officer(request.POST)
        role = shown.read_role(request.POST)
        programme_id = shown.read_programme(request.POST, books)
        actions.assign(request.actor, programme_id, officer_id=officer.pk, role=role, at=request.at, **target.whose)
        words = {"officer": officer.name, "role": _(ROLES[role]), "name": target.record.name}
        return _("%(officer)s is assigned: %(role)s of %(name)s.") % words

    return answer(request, asking, do)


@gate.roles(*ASSIGNERS)
@tells_in_place
def end_assignment(request: Request, assignment_id: int) -> HttpResponse:
    """Raises not_found, not_allowed, assignment.ended."""
    row = programmes.assignment(assignment_id)
    target, back = _target(request, row)
    demand(target.may_assign(request.actor), ASSIGN)
    if row.until is not None:
        raise Problem(ENDED)
    name = said(programmes.current_playbook(row.programme_id).playbook.name)
    words = {"officer": row.officer.name, "role": _(ROLES[row.role]), "name": target.record.name, "programme": name}
    title = _("Take %(officer)s off: %(role)s of %(name)s (%(programme)s)") % words
    will = shown.after_end(row, target, at=request.at)
    asking = Asking(title, _("Take off"), ShownForm(sent(request)), back, will, danger=True, icon="return")

    def do() -> str:
        actions.unassign(request.actor, assignment_id, at=request.at)
        return _("%(officer)s is taken off: no longer %(role)s of %(name)s.") % words

    return answer(request, asking, do)


def _target(request: Request, row: Any) -> tuple[Target, str]:
    """And its page. Raises not_found for a subject whose card the reader may not see."""
    if row.place is not None:
        return Target(row.place, is_place=True), reverse("console:place", args=[row.place_id])
    subject = registry.subject_card(request.actor, row.subject_id).subject
    return Target(subject), reverse("console:subject", args=[row.subject_id])


urlpatterns = [
    path("subjects/<int:subject_id>/steward/", subject_steward, name="subject_steward"),
    path("places/<int:place_id>/steward/", place_steward, name="place_steward"),
    path("assignments/<int:assignment_id>/end/", end_assignment, name="end_assignment"),
]
