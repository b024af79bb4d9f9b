"""What every page may say of the district."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def district(request: HttpRequest) -> dict[str, Any]:
    return {
        "district_name": settings.GUANJIA_DISTRICT_NAME,
        "demo_url": reverse("demo:backstage") if settings.DEMO else "",
        "actor": getattr(request, "actor", None),
        "at": getattr(request, "at", None),
        "map_tiles": settings.GUANJIA_MAP_TILES,
        "map_tiles_crs": settings.GUANJIA_MAP_TILES_CRS,
    }
