"""Units and officers: who answers for what, who stands in, who follows whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from guanjia.access import actions as access
from guanjia.access import gate
from guanjia.access import queries as access_queries
from guanjia.access.requests import Request
from guanjia.cases.actions.replace import replace_officer
from guanjia.console.asking import Asking, DayInput, Suggesting, answer, read_day, sent
from guanjia.console.navigation import EVERYBODY
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels import people as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.kernel.actor import Role
from guanjia.registry import queries as registry
from guanjia.registry.policy import may_change_organisation
from guanjia.registry.queries import history

#: Who records absences; for oneself every post may.
ABSENCE_REASONS = (
    ("leave", gettext_lazy("On leave")),
    ("sick", gettext_lazy("Ill")),
    ("training", gettext_lazy("Training")),
    ("seconded", gettext_lazy("Seconded elsewhere")),
    ("vacant", gettext_lazy("Post vacant")),
    ("other", gettext_lazy("Other")),
)
WHO = gettext_lazy("Name or staff number")


class AbsenceForm(ShownForm):
    stand_in = forms.CharField(label=gettext_lazy("Who stands in"), help_text=WHO)
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Leave it empty where it is not known."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=ABSENCE_REASONS, widget=forms.RadioSelect)


class ReplaceForm(ShownForm):
    new = forms.CharField(label=gettext_lazy("Who follows"), help_text=WHO)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    leaves = forms.BooleanField(label=gettext_lazy("The former officer no longer works here"), required=False)


@gate.roles(*EVERYBODY)
def units(request: Request) -> HttpResponse:
    """`?kind=` narrows; `?find=` part of a unit's name, or an officer's."""
    kind, text = request.GET.get("kind", ""), request.GET.get("find", "").strip()
    may_change = may_change_organisation(request.actor)
    context: dict[str, Any] = {"kinds": choices.of(shown.UNIT_KINDS, kind), "find": text, "may_change": may_change}
    if text:
        context["units"] = registry.search_units(text)
        context["officers"] = registry.officers(request.actor, text=text, size=20).rows
    else:
        known = kind if kind in dict(shown.UNIT_KINDS) else None
        context["page"] = registry.units(kind=known, cursor=request.GET.get("cursor"), size=shown.SIZE)
    return render(request, "console/people/units.html", context)


@gate.roles(*EVERYBODY)
def unit(request: Request, unit_id: int) -> HttpResponse:
    page = shown.unit_page(request.actor, unit_id, request.GET.get("cursor"), at=request.at)
    return render(request, "console/people/unit.html", {"page": page})


@gate.roles(*EVERYBODY)
def officer(request: Request, officer_id: int) -> HttpResponse:
    page = shown.officer_page(request.actor, officer_id, at=request.at)
    return render(request, "console/people/officer.html", {"page": page, "today": localdate(request.at)})


@gate.roles(*EVERYBODY)
@tells_in_place
def absence(request: Request, officer_id: int) -> HttpResponse:
    """For oneself, or for somebody of one's unit."""
    away = history.officer(request.actor, officer_id)
    form = AbsenceForm(sent(request), initial={"first_day": localdate(request.at), "reason": "leave"})
    form.fields["stand_in"].widget = Suggesting(shown.colleagues(request.actor, away))
    will = [_("From the first day on, new work of %(name)s goes to whoever stands in.") % {"name": away.name}]
    back = reverse("console:officer", args=[officer_id])
    asking = Asking(_("%(name)s is away") % {"name": away.name}, _("Record"), form, back, will, icon="calendar")

    def do() -> str:
        given = request.POST
        first = read_day(given, "first_day", gettext_noop("First day"), required=True)
        assert first is not None
        access.record_absence(
            request.actor,
            away,
            stand_in=shown.officer_called(given.get("stand_in", ""), "stand_in"),
            first_day=first,
            last_day=read_day(given, "last_day", gettext_noop("Last day")),
            reason=given.get("reason", ""),
            at=request.at,
        )
        return _("The absence is recorded.")

    return answer(request, asking, do)


@gate.roles(*EVERYBODY)
@require_POST
def end_absence(request: Request, officer_id: int) -> HttpResponse:
    """Back today: the absence that runs, or the one that comes next, ends yesterday."""
    away = access_queries.absences_of(officer_id, localdate(request.at))
    wanted = next((one for one in away if str(one.pk) == request.POST.get("absence")), None)
    if wanted is not None:
        access.end_absence(request.actor, wanted, last_day=localdate(request.at) - timedelta(days=1), at=request.at)
        messages.success(request, _("Welcome back: new work comes here again."))
    return redirect("console:officer", officer_id)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def replace(request: Request, officer_id: int) -> HttpResponse:
    former = history.officer(request.actor, officer_id)
    form = ReplaceForm(sent(request))
    form.fields["new"].widget = Suggesting(shown.colleagues(request.actor, former))
    will = [
        _("All posts of %(name)s, the caseload and every open case go over at once.") % {"name": former.name},
        _("Each case that goes over gets a line in its ledger."),
    ]
    back = reverse("console:officer", args=[officer_id])
    asking = Asking(_("Replace %(name)s") % {"name": former.name}, _("Replace"), form, back, will, True, "users")

    def do() -> str:
        new = shown.officer_called(request.POST.get("new", ""), "new")
        done = replace_officer(
            request.actor,
            officer_id,
            new.pk,
            reason=request.POST.get("reason", ""),
            leaves=bool(request.POST.get("leaves")),
            at=request.at,
        )
        return _("%(name)s took over %(posts)s posts, %(targets)s assignments and %(cases)s open cases.") % {
            "name": new.name,
            "posts": done.posts,
            "targets": done.caseload.moved,
            "cases": done.cases,
        }

    return answer(request, asking, do)


urlpatterns = [
    path("units/", units, name="units"),
    path("units/<int:unit_id>/", unit, name="unit"),
    path("officers/<int:officer_id>/", officer, name="officer"),
    path("officers/<int:officer_id>/absence/", absence, name="absence"),
    path("officers/<int:officer_id>/back/", end_absence, name="end_absence"),
    path("officers/<int:officer_id>/replace/", replace, name="replace"),
]
