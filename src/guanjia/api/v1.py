"""The first version of the API. Its description is at /api/v1/openapi.json, a readable list of it at /api/."""

from __future__ import annotations

from ninja import NinjaAPI

from guanjia.api import acts, cases, errors, fieldwork, public, registry
from guanjia.api.formats import Reader, Writer

api = NinjaAPI(
    title="guanjia",
    version="1",
    description="Send requests in, follow them and act on them, as the pages do. Every call needs a token of a system "
    "(`Authorization: Bearer …`) with the scope that the operation names.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-1",
    parser=Reader(),
    renderer=Writer(),
)
errors.install(api)
for part in (cases, acts, fieldwork, registry, public):
    api.add_router("", part.router)
