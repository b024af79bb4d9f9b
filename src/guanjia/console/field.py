"""Field work of a programme: how far its visits are, patrols, sweeps with their gaps on the map, works and plots."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.cases.uploads import take_in
from guanjia.console.asking import read_id
from guanjia.console.map import GEOJSON
from guanjia.console.navigation import SEES_CASES
from guanjia.console.viewmodels import choices, visits
from guanjia.console.viewmodels import field as shown
from guanjia.console.viewmodels.forms import fresh_key
from guanjia.console.viewmodels.rows import category_name, said
from guanjia.fieldwork.actions.patrols import record_patrol
from guanjia.fieldwork.actions.sweeps import check_place, open_sweep
from guanjia.fieldwork.actions.works import adopt_plot, give_up_plot, record_work
from guanjia.fieldwork.policy import FIELD, ORGANISERS
from guanjia.fieldwork.queries import patrols as patrolled
from guanjia.fieldwork.queries import sweeps as swept
from guanjia.fieldwork.queries import works as worked
from guanjia.fieldwork.queries.figures import unvisited
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

SIZE = 50
#: Plain counts that the whole staff may read.
READERS = SEES_CASES | {Role.ADMINISTRATOR}


def _context(request: Request, here: str, word: str) -> dict[str, Any]:
    """`?programme=` and `?span=` choose; `programme` is None where no playbook has the word."""
    given = request.POST if request.method == "POST" else request.GET
    programme, playbook, all_fitting = shown.chosen(given.get("programme", ""), word)
    span, since = visits.span_of(request.GET, localdate(request.at))
    running = programme is None or programme.stopped_at is None
    parts = (("field", _("Visits")), ("patrols", _("Patrols")), ("sweeps", _("Sweeps")), ("works", _("Works")))
    return {
        "tabs": [{"label": label, "url": reverse(f"console:{one}"), "active": one == here} for one, label in parts],
        "programme": programme,
        "playbook": playbook,
        "programmes": all_fitting,
        "spans": choices.of(visits.SPANS, span) if here != "sweeps" else (),
        "since": since,
        "today": localdate(request.at),
        "key": request.POST.get("key") or fresh_key(),
        "given": given,
        "works_outside": running and request.actor.holds(*FIELD),
        "organises": running and request.actor.holds(*ORGANISERS),
    }


def _refused(context: dict[str, Any], problem: Problem) -> int:
    context["problem"] = spoken(problem)
    return problem.status


@gate.roles(*READERS)
def field(request: Request) -> HttpResponse:
    """Three gauges of a programme's visits, down to the names, and its dated tasks."""
    context = _context(request, "field", "")
    found, since, today = context["programme"], context["since"], context["today"]
    if found is not None:
        context["progress"] = visits.progress(found, since, at=request.at)
        context["page"] = unvisited(
            request.actor, found.pk, since=since, until=today, cursor=request.GET.get("cursor"), size=SIZE
        )
    return render(request, "console/field/visits.html", context)


@gate.roles(*READERS)
def patrols(request: Request) -> HttpResponse:
    """Trips and what they gave. POST writes one down."""
    context, status = _context(request, "patrols", "patrols"), 200
    found, playbook = context["programme"], context["playbook"]
    if request.method == "POST" and found is not None:
        try:
            record_patrol(request.actor, shown.read_patrol(request.POST, playbook), at=request.at)
            messages.success(request, _("Written down."))
            return redirect(f"{reverse('console:patrols')}?programme={found.key}")
        except Problem as problem:
            status = _refused(context, problem)
    if found is not None:
        page = patrolled.patrols(request.actor, found.pk, cursor=request.GET.get("cursor"), size=SIZE)
        context |= {
            "trips": shown.trips(found, playbook, context["since"], context["today"]),
            "page": page,
            "rows": shown.trip_rows(page.rows, playbook),
            "kinds": [(one.key, said(one.name)) for one in playbook.patrols.kinds],
            "help": shown.help_asked(playbook, request.POST),
            "beats": _beats(request),
        }
    return render(request, "console/field/patrols.html", context, status=status)


def _beats(request: Request) -> list[tuple[str, str]]:
    """Places of the reader's posts, down to their grids; the district's communities where the post is the whole of
    it."""
    found: dict[str, str] = {}
    for post in request.actor.posts:
        place = registry.known_place(int(post.place_path.rstrip("/").rpartition("/")[2] or 0))
        if place is None:
            continue
        down_to = "community" if place.depth == 1 else "courtyard" if place.depth >= 3 else "grid"
        _gather(registry.place_tree(place, down_to=down_to), 0, found)
    return list(found.items())


def _gather(nodes: Any, depth: int, found: dict[str, str]) -> None:
    for node in nodes:
        found.setdefault(str(node.place.pk), "\N{IDEOGRAPHIC SPACE}" * depth + node.place.name)
        _gather(node.children, depth + 1, found)


@gate.roles(*READERS)
def sweeps(request: Request) -> HttpResponse:
    """What is swept and how far. POST opens one."""
    context, status = _context(request, "sweeps", "sweeps"), 200
    found, playbook = context["programme"], context["playbook"]
    if request.method == "POST" and found is not None:
        try:
            place_id = read_id(request.POST, "place", gettext_noop("Place"))
            made = open_sweep(request.actor, found.key, request.POST.get("kind", ""), place_id=place_id, at=request.at)
            return redirect("console:sweep", made.pk)
        except Problem as problem:
            status = _refused(context, problem)
    if found is not None:
        page = swept.sweeps(found.pk, cursor=request.GET.get("cursor"))
        context |= {
            "page": page,
            "rows": shown.sweep_rows(page.rows, playbook),
            "kinds": [(one.key, said(one.name)) for one in playbook.sweeps],
            "beats": _beats(request),
        }
    return render(request, "console/field/sweeps.html", context, status=status)


@gate.roles(*READERS)
def sweep(request: Request, sweep_id: int) -> HttpResponse:
    """`?only=` gaps (first), findings, all. POST checks a place, with a finding if one is written."""
    found = swept.sweep(sweep_id)
    playbook = programmes.current_playbook(found.programme_id)
    context: dict[str, Any] = {"sweep": found, "given": request.POST}
    status = 200
    if request.method == "POST":
        try:
            _check(request, playbook.key)
            return redirect("console:sweep", sweep_id)
        except Problem as problem:
            status = _refused(context, problem)
    only = request.GET.get("only", "gaps")
    asked = next((one for one in playbook.sweeps if one.key == found.kind), None)
    form = playbook.form(asked.form) if asked and asked.form else None
    labels = (("gaps", _("Not yet checked")), ("findings", _("Findings")), ("all", _("Whatever is in it")))
    context |= {
        "row": shown.sweep_rows([found], playbook)[0],
        "only": only,
        "views": [{"label": label, "url": f"?only={one}", "active": one == only} for one, label in labels],
        "page": swept.sweep_places(request.actor, sweep_id, only=only, cursor=request.GET.get("cursor"), size=SIZE),
        "categories": [(one.key, category_name(playbook, one.key)) for one in playbook.categories],
        "finding": asked.finding if asked else "",
        "form": form,
        "form_name": said(form.name) if form else "",
        "programme": playbook.key,
        "works_outside": request.actor.holds(*FIELD),
    }
    return render(request, "console/field/sweep.html", context, status=status)


def _check(request: Request, programme: str) -> None:
    files = request.FILES.getlist("photos") if request.POST.get("text", "").strip() else []
    documents = take_in(request.actor, files, case=None, at=request.at) if files else []
    finding = shown.read_finding(request.POST, programme, [one.pk for one in documents])
    row = check_place(
        request.actor, read_id(request.POST, "checked", gettext_noop("Place")), finding=finding, at=request.at
    )
    words = _("Checked. Case %(number)s has been raised.") if finding and row.case else _("Checked.")
    messages.success(request, words % {"number": row.case.number if row.case else ""})


@gate.roles(*READERS)
@cache_control(private=True, no_store=True)
def sweep_areas(request: Request, sweep_id: int) -> HttpResponse:
    """GeoJSON: what is checked and what is not."""
    return JsonResponse(shown.drawn(swept.sweep(sweep_id).pk), content_type=GEOJSON)


@gate.roles(*READERS)
def works(request: Request) -> HttpResponse:
    """`?kind=` narrows. POST writes a work down; with `plot`, households adopt one; with `give_up`, one leaves."""
    context, status = _context(request, "works", "works"), 200
    found, playbook = context["programme"], context["playbook"]
    if request.method == "POST" and found is not None:
        try:
            _worked(request, playbook)
            messages.success(request, _("Written down."))
            return redirect(f"{reverse('console:works')}?programme={found.key}")
        except Problem as problem:
            status = _refused(context, problem)
    if found is not None:
        kinds, kind = shown.work_kinds(playbook), request.GET.get("kind", "")
        page = worked.works(found.pk, kind=kind, cursor=request.GET.get("cursor"), size=SIZE)
        context |= {
            "sums": shown.work_sums(found, playbook, context["since"], context["today"]),
            "page": page,
            "rows": [(one, *kinds.get(one.kind, (one.kind, ""))) for one in page.rows],
            "kinds": [
                (key, _("%(name)s (%(unit)s)") % {"name": name, "unit": unit}) for key, (name, unit) in kinds.items()
            ],
            "plots": worked.plots(found.pk, size=SIZE),
            "beats": _beats(request),
        }
    return render(request, "console/field/works.html", context, status=status)


def _worked(request: Request, playbook: Any) -> None:
    given, at = request.POST, request.at
    if "give_up" in given:
        give_up_plot(
            request.actor, read_id(given, "give_up", gettext_noop("Plot")), read_id(given, "keeper", KEEPER), at=at
        )
    elif "plot" in given:
        place = registry.place(read_id(given, "place", gettext_noop("Place")))
        keepers = shown.read_keepers(request.actor, given, place)
        adopt_plot(request.actor, playbook.key, place_id=place.pk, name=given["plot"], keeper_ids=keepers, at=at)
    else:
        record_work(request.actor, shown.read_work(given, playbook), at=at)


KEEPER = gettext_noop("Keeper")

urlpatterns = [
    path("field/", field, name="field"),
    path("field/patrols/", patrols, name="patrols"),
    path("field/sweeps/", sweeps, name="sweeps"),
    path("field/sweeps/<int:sweep_id>/", sweep, name="sweep"),
    path("field/sweeps/<int:sweep_id>/areas/", sweep_areas, name="sweep_areas"),
    path("field/works/", works, name="works"),
]
