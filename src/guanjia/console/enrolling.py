"""Who is in a programme: its list, taking in and taking out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import Asking, answer, read_ids, sent
from guanjia.console.navigation import EVERYBODY
from guanjia.console.panels import tells_in_place
from guanjia.console.programme import programme_context
from guanjia.console.viewmodels import enrolling as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.fieldwork.actions import ending
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.spoken import spoken
from guanjia.programmes import actions, policy
from guanjia.programmes import queries as programmes
from guanjia.programmes.policy import ASSIGNERS
from guanjia.programmes.problems import NOBODY_TICKED
from guanjia.registry import queries as registry
from guanjia.registry.policy import demand


class ProgrammesForm(ShownForm):
    programme = forms.MultipleChoiceField(
        label=gettext_lazy("It is in"), widget=forms.CheckboxSelectMultiple, required=False
    )


@gate.roles(*EVERYBODY)
def members(request: Request, key: str) -> HttpResponse:
    """`?find=`, `?place=`."""
    context = programme_context(request, key, part="members")
    found, playbook = context["programme"], context["playbook"]
    context["members"] = shown.members(request.actor, found, playbook, request.GET, inside=True, at=request.at)
    context["may_enrol"] = found.stopped_at is None and request.actor.holds(*ASSIGNERS)
    context["may_import"] = found.stopped_at is None and policy.may_adopt(request.actor)
    return render(request, "console/programme/members.html", context)


@gate.roles(*ASSIGNERS)
def take_in(request: Request, key: str) -> HttpResponse:
    """Those who might be served and are not: `?find=`, `?place=`. POST takes in those whom `subject` names."""
    context = programme_context(request, key, part="members")
    found, status = context["programme"], 200
    if request.method == "POST":
        try:
            return _taken_in(request, found)
        except Problem as problem:
            context["problem"], status = spoken(problem), problem.status
    context["members"] = shown.members(
        request.actor, found, context["playbook"], request.GET, inside=False, at=request.at
    )
    return render(request, "console/programme/take_in.html", context, status=status)


def _taken_in(request: Request, programme: Any) -> HttpResponse:
    ids = read_ids(request.POST, "subject")
    if not ids:
        raise Problem(NOBODY_TICKED)
    taken = actions.enrol_many(request.actor, programme.pk, ids, at=request.at)
    messages.success(request, _("%(count)s were taken in.") % {"count": len(taken)})
    return redirect("console:members", programme.key)


@gate.roles(*ASSIGNERS)
@tells_in_place
def take_out(request: Request, key: str, subject_id: int) -> HttpResponse:
    found = programmes.programme(key)
    subject = registry.subject_card(request.actor, subject_id).subject
    will = [
        _("The programme serves them no longer: no visits, no tasks, no steward of their own in it."),
        _("Their open cases go on, and they can be taken in again."),
    ]
    title = _("Take %(name)s out of the programme") % {"name": subject.name}
    back = reverse("console:members", args=[key])
    asking = Asking(title, _("Take out"), ShownForm(sent(request)), back, will, danger=True, icon="trash")

    def do() -> str:
        ending.leave_programme(request.actor, found.pk, subject_id, at=request.at)
        return _("%(name)s is no longer in the programme.") % {"name": subject.name}

    return answer(request, asking, do)


@gate.roles(*ASSIGNERS)
@tells_in_place
def programmes_of(request: Request, subject_id: int) -> HttpResponse:
    """In which programmes a subject is: ticked are those that serve it."""
    subject = registry.subject_card(request.actor, subject_id).subject
    demand(policy.may_enrol(request.actor, [subject.place.path if subject.place else ""]), gettext_noop("enrol"))
    serving = shown.serving(subject)
    if not serving:
        raise Problem(NOT_FOUND, what=gettext_noop("programme"), key=subject.name)
    form = ProgrammesForm(sent(request), initial={"programme": [str(one.pk) for one in serving if one.inside]})
    form.fields["programme"].choices = [(str(one.pk), one.name) for one in serving]  # type: ignore[attr-defined]
    will = [_("Out of a programme there are no visits, no tasks and no steward of their own in it; open cases go on.")]
    title = _("Programmes of %(name)s") % {"name": subject.name}
    back = reverse("console:subject", args=[subject_id])

    def do() -> str:
        wanted = set(read_ids(request.POST, "programme"))
        ending.set_programmes(request.actor, subject_id, {one.pk: one.pk in wanted for one in serving}, at=request.at)
        return _("The programmes of %(name)s are set.") % {"name": subject.name}

    return answer(request, Asking(title, _("Save"), form, back, will, icon="bookmark"), do)


urlpatterns = [
    path("programmes/<slug:key>/list/", members, name="members"),
    path("programmes/<slug:key>/list/take-in/", take_in, name="take_in"),
    path("programmes/<slug:key>/list/<int:subject_id>/take-out/", take_out, name="take_out"),
    path("subjects/<int:subject_id>/programmes/", programmes_of, name="programmes_of"),
]
