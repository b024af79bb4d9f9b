"""The desk. Each part of it keeps its own routes beside its views."""

from django.urls import URLPattern

from guanjia.console import act, case, dispatch, ledger, register, reveal, work

app_name = "console"
urlpatterns: list[URLPattern] = [
    *work.urlpatterns,
    *register.urlpatterns,
    *dispatch.urlpatterns,
    *ledger.urlpatterns,
    *case.urlpatterns,
    *act.urlpatterns,
    *reveal.urlpatterns,
]
