"""Setting up, changing and ending units, posts and officers: one form, one action each."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions import ending
from guanjia.console.asking import Asking, answer, id_asked, read_day, read_id, sent
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import hours
from guanjia.console.viewmodels import organisation as forms
from guanjia.console.viewmodels import people as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.place_forms import Dated
from guanjia.fieldwork.actions import ending as fieldwork
from guanjia.kernel.actor import Role
from guanjia.registry import actions
from guanjia.registry import queries as registry
from guanjia.registry.queries import history

ON = gettext_noop("From which day")


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def new_unit(request: Request) -> HttpResponse:
    """`?below=` the unit that it stands under."""
    below = id_asked(request, "below")
    form = forms.unit_form(sent(request), below=below)
    asking = Asking(_("New unit"), _("Set up"), form, _unit(below), icon="plus")

    def do() -> str:
        values = forms.unit_values(request.POST)
        made = actions.create_unit(
            request.actor, request.POST.get("kind", ""), on=_day(request), at=request.at, **values
        )
        return _("%(name)s is set up. Next it needs posts and officers.") % {"name": made.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def change_unit(request: Request, unit_id: int) -> HttpResponse:
    unit = registry.unit(unit_id)
    form = forms.unit_form(sent(request), unit=unit)
    will = [_("What was written down of it before goes by the new name, too; the former one stays in the record.")]
    asking = Asking(_("Change %(name)s") % {"name": unit.name}, _("Save"), form, _unit(unit_id), will, icon="edit")

    def do() -> str:
        values = {"kind": request.POST.get("kind", ""), **forms.unit_values(request.POST)}
        changed = actions.update_unit(request.actor, unit_id, at=request.at, **values)
        return _("%(name)s is changed.") % {"name": changed.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def close_unit(request: Request, unit_id: int) -> HttpResponse:
    unit = registry.unit(unit_id)
    will = [_("It ends; its past cases still go by its name. It must have no post, officer, open case or duty left.")]
    title = _("Close %(name)s") % {"name": unit.name}
    asking = Asking(title, _("Close it"), Dated(sent(request)), _unit(unit_id), will, True, "trash")

    def do() -> str:
        closed = fieldwork.close_unit(request.actor, unit_id, on=_day(request), at=request.at)
        return _("%(name)s is closed.") % {"name": closed.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def unit_hours(request: Request, unit_id: int) -> HttpResponse:
    unit = registry.unit(unit_id)
    title = _("Office hours of %(name)s") % {"name": unit.name}
    return _hours(request, unit_id, title, _unit(unit_id))


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def district_hours(request: Request) -> HttpResponse:
    return _hours(request, None, _("Office hours of the district"), reverse("console:calendar"))


def _hours(request: Request, unit_id: int | None, title: str, back: str) -> HttpResponse:
    form = hours.hours_form(unit_id, sent(request))
    will = [_("Limits that run by these hours are counted again in the background.")]

    def do() -> str:
        actions.set_unit_hours(
            request.actor,
            unit_id,
            hours=hours.read_hours(request.POST),
            exceptions=hours.read_exceptions(request.POST),
            at=request.at,
        )
        return _("The office hours are set.")

    return answer(request, Asking(title, _("Save"), form, back, will, icon="clock"), do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def new_post(request: Request, unit_id: int) -> HttpResponse:
    unit = registry.unit(unit_id)
    form = forms.post_form(unit, sent(request))
    title = _("New post at %(name)s") % {"name": unit.name}
    asking = Asking(title, _("Set up"), form, _unit(unit_id), icon="plus")

    def do() -> str:
        post = actions.create_post(
            request.actor,
            unit_id,
            role=forms.read_role(request.POST),
            place_id=read_id(request.POST, "place_id", forms.AREA),
            title=request.POST.get("title", ""),
            on=_day(request),
            at=request.at,
        )
        return _("The post %(post)s is set up. Next somebody takes it.") % {"post": post.title}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def close_post(request: Request, post_id: int) -> HttpResponse:
    post = registry.post(post_id)
    will = [
        _("Whoever holds it holds it no longer."),
        _("Open cases and whoever is in their care do not go along: hand them over first."),
    ]
    title = _("Close the post %(post)s") % {"post": post.title}
    asking = Asking(title, _("Close it"), Dated(sent(request)), _unit(post.unit_id), will, True, "trash")

    def do() -> str:
        actions.close_post(request.actor, post_id, on=_day(request), at=request.at)
        return _("The post %(post)s is closed.") % {"post": post.title}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def new_officer(request: Request, unit_id: int) -> HttpResponse:
    unit = registry.unit(unit_id)
    form = forms.OfficerForm(sent(request))
    will = [_("They can sign in once they hold a post and have an account.")]
    title = _("New officer at %(name)s") % {"name": unit.name}

    def do() -> str:
        texts = {name: request.POST.get(name, "") for name in forms.OfficerForm.base_fields}
        made = actions.create_officer(request.actor, unit_id, at=request.at, **texts)
        return _("%(name)s is on the staff list.") % {"name": made.name}

    return answer(request, Asking(title, _("Enter"), form, _unit(unit_id), will, icon="user"), do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def change_officer(request: Request, officer_id: int) -> HttpResponse:
    officer = history.officer(request.actor, officer_id)
    form = forms.officer_change_form(officer, sent(request))
    will = [_("Posts stay where they are: relieve and appoint where they change as well.")]
    title = _("Change %(name)s") % {"name": officer.name}

    def do() -> str:
        unit_id = read_id(request.POST, "unit_id", forms.UNIT)
        actions.update_officer(request.actor, officer_id, at=request.at, **forms.officer_changes(request.POST, unit_id))
        return _("%(name)s is changed.") % {"name": officer.name}

    return answer(request, Asking(title, _("Save"), form, _officer(officer_id), will, icon="edit"), do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def retire(request: Request, officer_id: int) -> HttpResponse:
    officer = history.officer(request.actor, officer_id)
    will = [_("For somebody whom nobody has to follow: no post, no open case, nobody in their care. Else: replace.")]
    title = _("%(name)s leaves") % {"name": officer.name}
    form = ShownForm(sent(request))

    def do() -> str:
        ending.retire_officer(request.actor, officer_id, at=request.at)
        return _("%(name)s no longer works here.") % {"name": officer.name}

    return answer(request, Asking(title, _("Confirm"), form, _officer(officer_id), will, True, "logout"), do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def appoint(request: Request, post_id: int) -> HttpResponse:
    post = registry.post(post_id)
    form = forms.appoint_form(sent(request), shown.members(request.actor, post.unit_id))
    will = [_("They may do what the post may, in %(place)s, from that day on.") % {"place": post.place.name}]
    title = _("Appoint to %(post)s") % {"post": post.title}

    def do() -> str:
        chosen = shown.officer_called(request.POST.get("officer", ""), "officer")
        actions.appoint_officer(request.actor, chosen.pk, post_id=post_id, on=_day(request), at=request.at)
        return _("%(name)s holds the post %(post)s.") % {"name": chosen.name, "post": post.title}

    return answer(request, Asking(title, _("Appoint"), form, _unit(post.unit_id), will, icon="user"), do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def relieve(request: Request, officer_id: int, post_id: int) -> HttpResponse:
    officer, post = history.officer(request.actor, officer_id), registry.post(post_id)
    names = {"name": officer.name, "post": post.title}
    will = [_("Open cases and whoever is in their care do not go along. Where somebody has to follow: replace.")]
    title = _("Relieve %(name)s of %(post)s") % names
    asking = Asking(title, _("Relieve"), Dated(sent(request)), _officer(officer_id), will, True, "return")

    def do() -> str:
        actions.relieve_officer(request.actor, officer_id, post_id=post_id, on=_day(request), at=request.at)
        return _("%(name)s no longer holds the post %(post)s.") % names

    return answer(request, asking, do)


def _unit(unit_id: int | None) -> str:
    return reverse("console:unit", args=[unit_id]) if unit_id else reverse("console:units")


def _officer(officer_id: int) -> str:
    return reverse("console:officer", args=[officer_id])


def _day(request: Request) -> date | None:
    return read_day(request.POST, "on", ON)


urlpatterns = [
    path("units/new/", new_unit, name="new_unit"),
    path("units/<int:unit_id>/change/", change_unit, name="change_unit"),
    path("units/<int:unit_id>/close/", close_unit, name="close_unit"),
    path("units/<int:unit_id>/hours/", unit_hours, name="unit_hours"),
    path("units/<int:unit_id>/posts/new/", new_post, name="new_post"),
    path("units/<int:unit_id>/officers/new/", new_officer, name="new_officer"),
    path("posts/<int:post_id>/close/", close_post, name="close_post"),
    path("posts/<int:post_id>/appoint/", appoint, name="appoint"),
    path("officers/<int:officer_id>/change/", change_officer, name="change_officer"),
    path("officers/<int:officer_id>/leave/", retire, name="retire"),
    path("officers/<int:officer_id>/posts/<int:post_id>/relieve/", relieve, name="relieve"),
    path("admin/hours/", district_hours, name="district_hours"),
]
