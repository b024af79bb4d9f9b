from django.conf import settings
from django.urls import include, path

from guanjia.config import health
from guanjia.ui import views as ui

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("favicon.ico", ui.favicon, name="favicon"),
    path("display/", ui.display, name="display"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("guanjia.access.urls")),
    path("desk/", include("guanjia.console.urls")),
    path("api/", include("guanjia.api.urls")),
    path("", include("guanjia.portal.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("guanjia.demo.urls")))
if settings.DEBUG or settings.TESTING:
    urlpatterns.insert(0, path("kit/", ui.kit, name="kit"))

handler403 = "guanjia.config.problems.permission_denied"
handler404 = "guanjia.config.problems.page_not_found"
