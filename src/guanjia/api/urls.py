"""No namespace here: the description of the API finds its own address by the name that it has at the top."""

from django.urls import path

from guanjia.api import openrosa, views
from guanjia.api.v1 import api

urlpatterns = [
    path("", views.reference, name="api_reference"),
    path("v1/", api.urls),
    # A device is told the address of "openrosa" and adds these names itself.
    path("openrosa/formList", openrosa.form_list, name="openrosa_form_list"),
    path("openrosa/forms/<int:version_id>/form.xml", openrosa.form_xml, name="openrosa_form"),
    path("openrosa/forms/<int:version_id>/manifest.xml", openrosa.manifest, name="openrosa_manifest"),
    path("openrosa/forms/<int:version_id>/subjects.csv", openrosa.targets, name="openrosa_targets"),
    path("openrosa/forms/<int:version_id>/<slug:list_name>.csv", openrosa.registry_list, name="openrosa_list"),
    path("openrosa/submission", openrosa.submission, name="openrosa_submission"),
    path("<path:rest>", views.nothing, name="api_nothing"),
]
