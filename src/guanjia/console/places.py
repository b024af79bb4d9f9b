"""Places: the tree on any day, one place, and the changes of the tree. Open cases and stewards follow every change."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.actions import ending, redraw
from guanjia.console.asking import Asking, answer, day_asked, read_day, read_id, read_ids, sent
from guanjia.console.navigation import EVERYBODY
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import place_forms as forms
from guanjia.console.viewmodels import places as shown
from guanjia.kernel.actor import Role
from guanjia.kernel.text import gettext_noop
from guanjia.registry import actions
from guanjia.registry import queries as registry

ON = gettext_noop("From which day")


@gate.roles(*EVERYBODY, people=False)
def places(request: Request) -> HttpResponse:
    """The tree now, or `?on=` a day; `?code=` finds what a code stood for in every edition."""
    on, code = day_asked(request), request.GET.get("code", "").strip()[:24]
    tree = shown.tree_on(on) if on is not None else shown.tree_now()
    context = {"tree": tree, "count": shown.counted(tree), "on": on, "code": code}
    if code:
        context["found"] = shown.codes(code)
    return render(request, "console/places/places.html", context)


@gate.roles(*EVERYBODY, people=False)
def place(request: Request, place_id: int) -> HttpResponse:
    """One place, now or `?on=` a day."""
    page = shown.place_page(request.actor, place_id, day_asked(request), request.GET.get("cursor"), at=request.at)
    return render(request, "console/places/place.html", {"page": page})


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def new_place(request: Request, place_id: int) -> HttpResponse:
    """One of the level below."""
    here = registry.place(place_id)
    kind = shown.kind_below(here)
    asking = Asking(
        _("New place in %(name)s: %(kind)s") % {"name": here.name, "kind": _(shown.KINDS[kind])},
        _("Set up"),
        forms.Found(sent(request)),
        _page(place_id),
        [_("Next it needs a steward, and its unit a post for it.")],
        icon="plus",
    )

    def do() -> str:
        made = actions.create_place(
            request.actor,
            kind,
            name=request.POST.get("name", ""),
            parent_id=place_id,
            boundary=forms.read_boundary(request.POST),
            on=_day(request),
            at=request.at,
        )
        return _("%(name)s is set up.") % {"name": made.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def close_place(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    will = [_("For a place that nothing follows, with nobody in it. Where another follows: merge.")]
    title = _("Close %(name)s") % {"name": here.name}
    asking = Asking(title, _("Close it"), forms.Dated(sent(request)), _page(place_id), will, True, "trash")

    def do() -> str:
        closed = ending.close_place(request.actor, place_id, on=_day(request), at=request.at)
        return _("%(name)s is closed.") % {"name": closed.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def rename_place(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    form = forms.Rename(sent(request), initial={"name": here.name})
    will = [_("Addresses with the former name are still understood.")]
    asking = Asking(_("Rename %(name)s") % {"name": here.name}, _("Rename"), form, _page(place_id), will, icon="edit")

    def do() -> str:
        named = actions.rename_place(
            request.actor, place_id, name=request.POST.get("name", ""), on=_day(request), at=request.at
        )
        return _("It is called %(name)s from now on.") % {"name": named.name}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def move_place(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    form = forms.move(here, sent(request))
    will = [_("What lies below goes along, and open cases with it. Stewards stay.")]
    asking = Asking(_("Move %(name)s") % {"name": here.name}, _("Move"), form, _page(place_id), will, icon="transfer")

    def do() -> str:
        parent = read_id(request.POST, "parent", forms.UNDER)
        moved = redraw.move_place(request.actor, place_id, parent_id=parent, on=_day(request), at=request.at)
        return ngettext("Moved, with %(n)s open case.", "Moved, with %(n)s open cases.", moved) % {"n": moved}

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def split_grid(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    form = forms.split(here, sent(request))
    asking = Asking(
        _("Split %(name)s") % {"name": here.name},
        _("Split"),
        form,
        _page(place_id),
        forms.split_will(here),
        icon="branch",
        map=_outlines(place_id, "courtyard"),
        ticks="to_second",
    )

    def do() -> str:
        parts = forms.read_parts(request.POST, here)
        return _told(redraw.split_grid(request.actor, place_id, parts=parts, on=_day(request), at=request.at))

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def merge_places(request: Request, place_id: int) -> HttpResponse:
    """Of grids, or of courtyards."""
    here = registry.place(place_id)
    merge = redraw.merge_courtyards if here.kind == "courtyard" else redraw.merge_grids
    form = forms.merge(here, sent(request))
    will = [_("One new place stands for all of them. Its steward is the one of the largest; open cases follow.")]
    asking = Asking(
        _("Merge %(name)s") % {"name": here.name},
        _("Merge"),
        form,
        _page(place_id),
        will,
        icon="merge",
        map=_outlines(here.parent_id, here.kind),
        ticks="others",
    )

    def do() -> str:
        ids = [place_id, *read_ids(request.POST, "others")]
        name = request.POST.get("name", "")
        return _told(merge(request.actor, ids, name=name, on=_day(request), at=request.at))

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def redraw_grid(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    form = forms.redraw(here, sent(request))
    will = [_("Courtyards come with their households, businesses and open cases; stewards of courtyards stay.")]
    asking = Asking(
        _("Redraw %(name)s") % {"name": here.name},
        _("Redraw"),
        form,
        _page(place_id),
        will,
        icon="map",
        map=_outlines(here.parent_id, "courtyard"),
        ticks="takes",
    )

    def do() -> str:
        boundary = forms.read_boundary(request.POST)
        takes = read_ids(request.POST, "takes")
        done = redraw.redraw_grid(
            request.actor, place_id, boundary=boundary, takes=takes, on=_day(request), at=request.at
        )
        return _told(done)

    return answer(request, asking, do)


@gate.roles(Role.ADMINISTRATOR)
@tells_in_place
def recode_place(request: Request, place_id: int) -> HttpResponse:
    here = registry.place(place_id)
    form = forms.Recode(sent(request), initial={"edition": request.at.year})
    asking = Asking(_("A code for %(name)s") % {"name": here.name}, _("Save"), form, _page(place_id), icon="tag")

    def do() -> str:
        given = actions.recode_place(
            request.actor,
            place_id,
            edition=request.POST.get("edition", ""),
            code=request.POST.get("code", ""),
            on=_day(request),
            at=request.at,
        )
        return _("In edition %(edition)s its code is %(code)s.") % {"edition": given.edition, "code": given.code}

    return answer(request, asking, do)


def _page(place_id: int | None) -> str:
    return reverse("console:place", args=[place_id]) if place_id else reverse("console:places")


def _outlines(place_id: int | None, kind: str) -> str:
    return f"{reverse('console:areas')}?{urlencode({'place': place_id or '', 'of': kind})}"


def _day(request: Request) -> date | None:
    return read_day(request.POST, "on", ON)


def _told(done: redraw.Redrawn) -> str:
    return _("%(names)s: %(assignments)s assignments begun, %(cases)s open cases moved.") % {
        "names": "、".join(one.name for one in done.succession.new),
        "assignments": done.assignments,
        "cases": done.cases,
    }


urlpatterns = [
    path("places/", places, name="places"),
    path("places/<int:place_id>/", place, name="place"),
    path("places/<int:place_id>/new/", new_place, name="new_place"),
    path("places/<int:place_id>/close/", close_place, name="close_place"),
    path("places/<int:place_id>/rename/", rename_place, name="rename_place"),
    path("places/<int:place_id>/move/", move_place, name="move_place"),
    path("places/<int:place_id>/split/", split_grid, name="split_grid"),
    path("places/<int:place_id>/merge/", merge_places, name="merge_places"),
    path("places/<int:place_id>/redraw/", redraw_grid, name="redraw_grid"),
    path("places/<int:place_id>/recode/", recode_place, name="recode_place"),
]
