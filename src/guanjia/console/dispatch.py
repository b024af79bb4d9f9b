"""The dispatch desk: what waits, with where it might go and why; one key to agree, a batch for many."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions.act import act
from guanjia.console.panels import came_from
from guanjia.console.viewmodels import batch, desk
from guanjia.console.viewmodels.case import find
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import MISSING, Problem
from guanjia.kernel.text import gettext_noop

RESULTS = "dispatched"


@gate.roles(Role.DISPATCHER)
def dispatch(request: Request) -> HttpResponse:
    """The queue; POST dispatches what was ticked or agreed to, each case for itself."""
    if request.method == "POST":
        request.session[RESULTS] = batch.kept([_dispatched(request, order) for order in desk.orders(request.POST)])
        return redirect(came_from(request) or "console:dispatch")
    context = {
        "desk": desk.desk(request.actor, request.GET, at=request.at),
        "results": batch.told(request.session.pop(RESULTS, [])),
    }
    return render(request, "console/dispatch.html", context)


def _dispatched(request: Request, order: desk.Order) -> batch.Result:
    """One of them refused does not hold the others back."""
    try:
        page = find(request.actor, order.number, at=request.at)
        if not order.to:
            raise Problem(MISSING, field="to", field_label=gettext_noop("To whom"))
        data = {"to": order.to, "tier": order.tier or page.playbook.ladder.tiers[0].key}
        state = act(request.actor, page.case.pk, "dispatch", data, at=request.at, seen=order.seen)
    except Problem as problem:
        return batch.refused(order.number, problem)
    after = find(request.actor, order.number, at=request.at)
    return batch.Result(order.number, True, _("dispatched to %(party)s") % {"party": after.holder or state.holder.unit})


urlpatterns = [path("dispatch/", dispatch, name="dispatch")]
