"""Who is my steward?"""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from shapely import set_precision
from shapely.geometry import mapping, shape

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.portal import limits, stewards
from guanjia.portal.fields import put_on
from guanjia.portal.forms import StewardForm
from guanjia.portal.pages import page
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.queries.drawing import courtyards_in, read_box
from guanjia.registry.queries.places import Place


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def steward(request: Request) -> HttpResponse:
    """What is typed comes by POST: an address belongs into no log. `?place=` comes from the map and the lists."""
    form = StewardForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "tree": registry.place_tree()}
    if request.method == "POST" and form.is_valid():
        try:
            limits.spend(request, limits.FINDING)
            context |= _search(form.cleaned_data["text"], request)
        except Problem as problem:
            put_on(form, problem)
    elif (shop := number_in(request.GET.get("shop", ""))) is not None:
        business = registry.business_called(shop)
        context |= {"found": stewards.of_business(business, at=request.at)} if business else {"nothing": True}
    elif (place_id := number_in(request.GET.get("place", ""))) is not None:
        context |= _at(registry.place(stewards.current_place(place_id)), request)
    return page(request, "steward", context, status=422 if form.errors else 200)


@gate.public
@require_safe
def card(request: Request, code: str) -> HttpResponse:
    """What the QR code of a contact card opens: who serves there now, whoever it was when the card was printed."""
    limits.check(request, limits.GUESSING_CARDS)
    try:
        known = programmes.card_of(code)
    except Problem:
        limits.spend(request, limits.GUESSING_CARDS)
        raise
    return page(request, "card", {"found": stewards.of_card(known, at=request.at), "code": known.code})


def _search(text: str, request: Request) -> dict[str, Any]:
    """A business by its name or code, else a place that the text speaks of."""
    businesses = registry.businesses_called(text)
    exact = [one for one in businesses if one.name == text] or businesses
    if len(exact) == 1:
        return {"found": stewards.of_business(exact[0], at=request.at)}
    if exact:
        return {"businesses": exact}
    matches = registry.locate_address(text, most=6)
    if not matches:
        return {"nothing": True}
    best = [one for one in matches if one.score == matches[0].score]
    deepest = max(one.place.depth for one in best)
    best = [one for one in best if one.place.depth == deepest]
    return _at(best[0].place, request) if len(best) == 1 else {"places": [one.place for one in best]}


def _at(place: Any, request: Request) -> dict[str, Any]:
    """The steward there; where a place is too wide to have one, the places below it."""
    found = stewards.of_place(place, at=request.at)
    below = () if found.acting is not None else registry.children(place.pk, size=60).rows
    return {"found": found, "below": below, "here": place}


#: Outlines change some times a year.
_DAY = 24 * 3600
KEPT_FOR = 600
#: Degrees: about five metres.
FINE = 5e-5


@gate.public
@require_safe
@cache_control(public=True, max_age=_DAY)
def areas(request: Request) -> JsonResponse:
    """Outlines for the maps as GeoJSON: communities, or with `?of=grid` grids that lead to their steward, or with
    `?box=` the courtyards of that part of the map."""
    if "box" in request.GET:
        return _collection([_feature(place) for place in courtyards_in(read_box(request.GET["box"]))])
    kind = "grid" if request.GET.get("of") == "grid" else "community"
    kept = caches["process"]
    features = kept.get(f"portal:areas:{kind}")
    if features is None:
        features = [_feature(place) for place in registry.outlines(kind=kind)]
        kept.set(f"portal:areas:{kind}", features, KEPT_FOR)
    return _collection(features)


def _collection(features: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _feature(place: Place) -> dict[str, Any]:
    """Its outline to five metres: enough to tap on, and a third of the bytes for a phone."""
    outline = set_precision(shape(place.boundary).simplify(FINE), FINE / 5)
    served = place.kind in ("grid", "courtyard")
    link = {"url": f"{reverse('portal:steward')}?place={place.pk}"} if served else {}
    return {"type": "Feature", "geometry": mapping(outline), "properties": {"name": place.name, **link}}
