"""No namespace here: the description of the API finds its own address by the name that it has at the top."""

from django.urls import path

from guanjia.api import views
from guanjia.api.v1 import api

urlpatterns = [
    path("", views.reference, name="api_reference"),
    path("v1/", api.urls),
    path("<path:rest>", views.nothing, name="api_nothing"),
]
