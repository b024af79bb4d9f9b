"""Cards of businesses, households and persons: entering one, correcting it, ending the registration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import Asking, Made, answer, id_asked, read_day, sent
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import subject_forms as forms
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.place_forms import Dated
from guanjia.console.viewmodels.subjects import NEW
from guanjia.fieldwork.actions import ending
from guanjia.registry import actions
from guanjia.registry import queries as registry
from guanjia.registry.policy import KEEPERS

_CREATE: dict[str, Callable[..., Any]] = {
    "business": actions.create_business,
    "household": actions.create_household,
    "person": actions.create_person,
}
_UPDATE: dict[str, Callable[..., Any]] = {
    "business": actions.update_business,
    "household": actions.update_household,
    "person": actions.update_person,
}
_BY_PLACE = gettext_noop("The steward of the place answers for it until it is given one of its own.")
#: What happens, by kind.
NEW_WILL = {"business": [_BY_PLACE], "household": [_BY_PLACE], "person": []}
CHANGE_WILL = {
    "business": [],
    "household": [gettext_noop("At another door it has moved: that is entered under “Move”.")],
    "person": [],
}
_ENDS = [
    gettext_noop("The card stays for its history and is changed no more, unless it is registered again."),
    gettext_noop("Open cases stay open and are worked to their end."),
    gettext_noop("Its own steward and stand-in end; tasks still owed there and planned visits fall away."),
]
_LIVE_THERE = gettext_noop("Who lives in it stays registered: enter their new household first, or end them as well.")
END_WILL = {"business": _ENDS, "household": [*_ENDS, _LIVE_THERE], "person": _ENDS}


@gate.roles(*KEEPERS)
@tells_in_place
def new_subject(request: Request, kind: str) -> HttpResponse:
    """`?household=` that a new person lives in."""
    home = forms.home_asked(request.actor, kind, id_asked(request, "household"))
    form = forms.new_form(request.actor, kind, sent(request), home=home)
    title = _("New person in %(name)s") % {"name": home.name} if home is not None else _(NEW[kind])
    back = _card(home.pk) if home is not None else f"{reverse('console:subjects')}?kind={kind}"

    def do() -> Made:
        values = forms.values(request.actor, form, request.POST)
        lives = {"household_id": home.pk} if home is not None else {}
        made = _CREATE[kind](request.actor, at=request.at, **values, **lives)
        return Made(_("%(name)s is registered.") % {"name": made.name}, _card(made.pk))

    will = [_(one) for one in NEW_WILL[kind]]
    return answer(request, Asking(title, _("Register"), form, back, will, icon="plus"), do)


@gate.roles(*KEEPERS)
@tells_in_place
def change_subject(request: Request, subject_id: int) -> HttpResponse:
    card = forms.card_to_change(request.actor, subject_id)
    kind, name = card.subject.kind, card.subject.name
    form = forms.change_form(request.actor, card, sent(request))
    title, will = _("Change %(name)s") % {"name": name}, [_(one) for one in CHANGE_WILL[kind]]

    def do() -> str:
        changes = forms.changes(request.actor, form, request.POST)
        if not changes:
            return _("Nothing was changed.")
        changed = _UPDATE[kind](request.actor, subject_id, at=request.at, **changes)
        return _("%(name)s is changed.") % {"name": changed.name}

    return answer(request, Asking(title, _("Save"), form, _card(subject_id), will, icon="edit"), do)


@gate.roles(*KEEPERS)
@tells_in_place
def close_subject(request: Request, subject_id: int) -> HttpResponse:
    subject = forms.card_to_change(request.actor, subject_id).subject
    will = [_(one) for one in END_WILL[subject.kind]]
    title = _("End the registration of %(name)s") % {"name": subject.name}
    form = Dated(sent(request))
    asking = Asking(title, _("End registration"), form, _card(subject_id), will, True, "trash")

    def do() -> str:
        day = read_day(request.POST, "on", gettext_noop("From which day"))
        closed = ending.close_subject(request.actor, subject_id, on=day, at=request.at)
        return _("%(name)s is registered no longer.") % {"name": closed.name}

    return answer(request, asking, do)


@gate.roles(*KEEPERS)
@tells_in_place
def reopen_subject(request: Request, subject_id: int) -> HttpResponse:
    subject = registry.subject_card(request.actor, subject_id).subject
    will = [
        _("The registration goes on as if it had not ended; the record of changes keeps both."),
        _("Programmes for all serve it again; lists and a steward of its own have to be set anew."),
    ]
    title = _("Register %(name)s again") % {"name": subject.name}
    form = ShownForm(sent(request))
    asking = Asking(title, _("Register again"), form, _card(subject_id), will, icon="return")

    def do() -> str:
        found = actions.reopen_subject(request.actor, subject_id, at=request.at)
        return _("%(name)s is registered.") % {"name": found.name}

    return answer(request, asking, do)


def _card(subject_id: int) -> str:
    return reverse("console:subject", args=[subject_id])


urlpatterns = [
    path("subjects/new/<slug:kind>/", new_subject, name="new_subject"),
    path("subjects/<int:subject_id>/change/", change_subject, name="change_subject"),
    path("subjects/<int:subject_id>/close/", close_subject, name="close_subject"),
    path("subjects/<int:subject_id>/reopen/", reopen_subject, name="reopen_subject"),
]
