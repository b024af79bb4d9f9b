"""The site with one more page behind each kind of gate. The faces are named, not imported: they lie above this room."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path
from ninja import NinjaAPI

from guanjia.access import gate
from guanjia.access.tokens import TokenAuth
from guanjia.access.urls import demo_patterns
from guanjia.kernel.actor import Role


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.actor.kind} {request.actor.label}")


api = NinjaAPI(urls_namespace="access-tests", docs_url=None)


@api.get("/places", auth=TokenAuth("registry:read"))
def places(request: HttpRequest) -> dict[str, object]:
    return {"service": request.auth.label, "units": sorted(request.actor.unit_ids)}


def patterns_of(module: str) -> list[URLPattern]:
    return list(import_module(module).urlpatterns)


#: Django reverses a name to the last pattern that has it: here to the pages of this module.
console = (
    [
        *patterns_of("guanjia.console.urls"),
        path("work", gate.roles(Role.STEWARD, Role.HANDLER)(page), name="work"),
        path("board", gate.roles(Role.LEADER, Role.SUPERVISOR)(page), name="board"),
        path("dispatch", gate.roles(Role.DISPATCHER)(page), name="dispatch"),
        path("calendar", gate.roles(Role.STEWARD, people=False)(page), name="calendar"),
    ],
    "console",
)
urlpatterns = [
    path("account/", include("guanjia.access.urls")),
    path("demo/", include((demo_patterns, "access"))),
    path("demo/", include("guanjia.demo.urls")),
    path("anybody", gate.public(page)),
    path("mine", gate.asker(page)),
    path("me", gate.signed_in(page)),
    path("tests/", api.urls),
    path("desk/", include(console)),
    path("favicon.ico", import_module("guanjia.ui.views").favicon),
    path("display/", import_module("guanjia.ui.views").display, name="display"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("guanjia.portal.urls")),
]
