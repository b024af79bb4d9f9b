"""A programme is stopped, and goes on again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import Asking, answer, sent
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import stopping as shown
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Role
from guanjia.programmes import actions
from guanjia.programmes import queries as programmes


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def stop_programme(request: Request, key: str) -> HttpResponse:
    found = programmes.programme(key)
    book = programmes.current_playbook(found.pk)
    name, form = {"name": said(book.playbook.name)}, ShownForm(sent(request))
    will = shown.after_stop(found, book)
    asking = Asking(_("Stop %(name)s") % name, _("Stop"), form, _page(key), will, danger=True, icon="close")

    def do() -> str:
        actions.stop(request.actor, found.pk, at=request.at)
        return _("%(name)s is stopped.") % name

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def resume_programme(request: Request, key: str) -> HttpResponse:
    found = programmes.programme(key)
    book = programmes.current_playbook(found.pk)
    name, form = {"name": said(book.playbook.name)}, ShownForm(sent(request))
    will = shown.after_resume(found, book)
    asking = Asking(_("%(name)s goes on again") % name, _("Go on again"), form, _page(key), will, icon="check")

    def do() -> str:
        actions.resume(request.actor, found.pk, at=request.at)
        return _("%(name)s goes on.") % name

    return answer(request, asking, do)


def _page(key: str) -> str:
    return reverse("console:programme", args=[key])


urlpatterns = [
    path("programmes/<slug:key>/stop/", stop_programme, name="stop_programme"),
    path("programmes/<slug:key>/resume/", resume_programme, name="resume_programme"),
]
