"""The case map: our own geometry, open cases as signs, the same cases as a list beside it."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.console.asking import id_asked
from guanjia.console.navigation import EVERYBODY, SEES_CASES
from guanjia.console.viewmodels import map as maps
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.registry.stamps import stamp

GEOJSON = "application/geo+json"


@gate.roles(*SEES_CASES)
def case_map(request: Request) -> HttpResponse:
    """`?place=`, `?category=`, `?unit=`, `?only=` narrow it."""
    context: dict[str, object] = {}
    try:
        context["map"] = maps.shown(request.actor, maps.cleaned(request.GET), request.GET.get("cursor"), at=request.at)
    except Problem as problem:
        context["problem"] = spoken(problem)
        context["map"] = maps.shown(request.actor, QueryDict(), None, at=request.at)
        return render(request, "console/map/map.html", context, status=problem.status)
    return render(request, "console/map/map.html", context)


@gate.roles(*SEES_CASES)
@cache_control(private=True, no_store=True)
def points(request: Request) -> HttpResponse:
    """GeoJSON of the open cases that the filters let through, 5,000 at most."""
    found = maps.features(request.actor, maps.cleaned(request.GET), at=request.at)
    return JsonResponse(found, content_type=GEOJSON)


def _drawn_as_of(request: Request) -> str | None:
    """An ETag that changes with the places; none before any action has stamped them."""
    version = stamp("places")
    return f'"{version}-{request.GET.urlencode()}"' if version else None


@gate.roles(*EVERYBODY)
@cache_control(private=True, no_cache=True)
@condition(etag_func=_drawn_as_of)
def areas(request: Request) -> HttpResponse:
    """GeoJSON outlines: the grids of the district or a street, the courtyards of a community or a grid, or what
    `?of=` names; with `?box=` the courtyards of that part of the map."""
    to_map = request.GET.get("to") == "map"
    box = request.GET.get("box")
    if box:
        drawn = maps.areas_in(box, to_map=to_map)
    else:
        drawn = maps.areas(id_asked(request, "place"), to_map=to_map, of=request.GET.get("of", ""))
    return JsonResponse(drawn, content_type=GEOJSON)


urlpatterns = [
    path("map/", case_map, name="map"),
    path("map/points/", points, name="points"),
    path("map/areas/", areas, name="areas"),
]
