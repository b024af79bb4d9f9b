"""The desk. Each part of it keeps its own routes beside its views."""

from django.urls import URLPattern

from guanjia.console import (
    act,
    admin,
    board,
    cards,
    case,
    dispatch,
    field,
    gatebook,
    imports,
    ledger,
    map,
    notices,
    organisation,
    papers,
    people,
    places,
    programme,
    register,
    reveal,
    subjects,
    visits,
    work,
)

app_name = "console"
urlpatterns: list[URLPattern] = [
    *work.urlpatterns,
    *register.urlpatterns,
    *gatebook.urlpatterns,
    *dispatch.urlpatterns,
    *ledger.urlpatterns,
    *case.urlpatterns,
    *act.urlpatterns,
    *reveal.urlpatterns,
    *board.urlpatterns,
    *map.urlpatterns,
    *programme.urlpatterns,
    *cards.urlpatterns,
    *papers.urlpatterns,
    *places.urlpatterns,
    *people.urlpatterns,
    *organisation.urlpatterns,
    *subjects.urlpatterns,
    *visits.urlpatterns,
    *field.urlpatterns,
    *notices.urlpatterns,
    *admin.urlpatterns,
    *imports.urlpatterns,
]
