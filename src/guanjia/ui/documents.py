"""Files from people, sent back so that a browser shows them and does nothing else with them."""

from __future__ import annotations

from typing import Protocol

from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.http import content_disposition_header

_HOUR = 3600


class Stored(Protocol):
    """What is needed of a document of `cases`."""

    name: str
    kind: str
    content_type: str
    file: FieldFile
    thumbnail: FieldFile


def answer_with(document: Stored, *, small: bool = False) -> FileResponse:
    is_photo = document.kind == "photo"
    file = document.thumbnail if small and document.thumbnail else document.file
    response = FileResponse(file.open("rb"), content_type=document.content_type)
    response["Content-Disposition"] = content_disposition_header(not is_photo, document.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={_HOUR}"
    return response
