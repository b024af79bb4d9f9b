"""The style sheet alone, whatever the other rooms serve."""

from django.urls import path

from guanjia.ui import views

urlpatterns = [
    path("kit/", views.kit, name="kit"),
    path("display/", views.display, name="display"),
]
