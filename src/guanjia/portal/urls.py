from django.urls import path

from guanjia.portal.views import ask, ledger, public, steward, texts, track

app_name = "portal"
urlpatterns = [
    path("", public.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("ask/suggest/", ask.suggest, name="ask_suggest"),
    path("ask/<str:draft>/", ask.what, name="ask_what"),
    path("ask/<str:draft>/where/", ask.where, name="ask_where"),
    path("ask/<str:draft>/who/", ask.who, name="ask_who"),
    path("ask/<str:draft>/check/", ask.check, name="ask_check"),
    path("ask/<str:draft>/done/", ask.done, name="ask_done"),
    path("ask/<str:draft>/photos/<int:document_id>/", ask.photo, name="ask_photo"),
    path("track/", track.track, name="track"),
    # Without a slash at the end: these stand in text messages.
    path("t/<str:token>", track.track_link, name="track_link"),
    path("t/<str:token>/why", track.track_why, name="track_why"),
    path("t/<str:token>/readers", track.track_readers, name="track_readers"),
    path("t/<str:token>/hearing", track.track_hearing, name="track_hearing"),
    path("t/<str:token>/documents/<int:document_id>", track.track_document, name="track_document"),
    path("t/<str:token>/<str:verb>", track.track_act, name="track_act"),
    # Without a slash: it stands on printed cards, and a shorter address makes a coarser code.
    path("s/<str:code>", steward.card, name="card"),
    path("steward/", steward.steward, name="steward"),
    path("areas.geojson", steward.areas, name="areas"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<str:number>/", ledger.case, name="case"),
    path("units/", ledger.units, name="units"),
    path("units/<int:unit_id>/", ledger.unit, name="unit"),
    path("digests/", ledger.digests, name="digests"),
    path("digests.json", ledger.digests_json, name="digests_json"),
    path("documents/<int:document_id>/", public.document, name="document"),
    path("policies/", texts.texts, name="texts"),
    path("policies/<slug:programme>/<slug:what>/", texts.text, name="text"),
    path("about/", public.about, name="about"),
    path("accessibility/", public.accessibility, name="accessibility"),
]
