"""A small site around the room: its own pages, one behind each kind of gate, and what other rooms call theirs."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
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


portal = ([path("", gate.public(page), name="home")], "portal")
console = (
    [
        path("work", gate.roles(Role.STEWARD, Role.HANDLER)(page), name="work"),
        path("board", gate.roles(Role.LEADER, Role.SUPERVISOR)(page), name="board"),
        path("dispatch", gate.roles(Role.DISPATCHER)(page), name="dispatch"),
        path("calendar", gate.roles(Role.STEWARD, people=False)(page), name="calendar"),
    ],
    "console",
)
display = ([path("", gate.public(page), name="display")], "ui")

urlpatterns = [
    path("account/", include("guanjia.access.urls")),
    path("demo/", include((demo_patterns, "access"))),
    path("mine", gate.asker(page)),
    path("me", gate.signed_in(page)),
    path("api/", api.urls),
    path("desk/", include(console)),
    path("display/", include(display)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(portal)),
]
