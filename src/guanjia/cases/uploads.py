"""Photos and files from people: checked by what they are, not by what they are called; photos re-encoded so
that nothing but the picture stays.

Re-encoding drops EXIF (where a photo was taken is personal) and whatever else hides in a file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from guanjia.cases.models import Case, Document, Upload
from guanjia.cases.problems import BAD_DOCUMENT, DOCUMENT_TOO_LARGE, TOO_MANY_DOCUMENTS
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _

MOST_AT_ONCE = 9
#: A request is written within a day or not at all.
ABANDONED = timedelta(days=2)
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 320
#: What a small file may unfold to; a decompression bomb is refused before it is decoded.
MOST_PIXELS = 60_000_000
_PHOTO_TYPES = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/bmp",
    "image/x-ms-bmp",
    "image/mpo",
}
_FILE_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def take_in(
    actor: Actor, files: Sequence[UploadedFile], *, case: Case | None, at: datetime, public: bool = False
) -> list[Document]:
    """Store files as documents that wait for the line of the ledger they belong to.

    Raises document.too_many, document.too_large, document.unreadable; nothing is stored where one file is
    refused.
    """
    if len(files) > MOST_AT_ONCE:
        raise Problem(TOO_MANY_DOCUMENTS, field="files", count=len(files), limit=MOST_AT_ONCE)
    documents = [_read(actor, file, case, at, public) for file in files]
    for document in documents:
        document.save(force_insert=True)
    return documents


def waiting(document_id: int) -> Document:
    """One that no case has taken up yet; the caller knows whose it is. Raises not_found."""
    found = Document.objects.filter(pk=document_id, case__isnull=True).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("photo"), key=document_id)
    return found


def discard_abandoned(at: datetime, *, after: timedelta = ABANDONED) -> int:
    """Remove what was sent with a request that never was; how many."""
    gone = list(Document.objects.filter(case__isnull=True, uploaded_at__lt=at - after)[:1000])
    for document in gone:
        document.delete()
        # Equal files share one name: keep what another document still needs.
        if not Document.objects.filter(sha256=document.sha256).exists():
            document.file.delete(save=False)
            document.thumbnail.delete(save=False)
    return len(gone)


def _read(actor: Actor, file: UploadedFile, case: Case | None, at: datetime, public: bool) -> Document:
    document = Document(case=case, public=public, uploaded_at=at, uploaded_by=actor.signature)
    fill(document, file)
    return document


def fill(upload: Upload, file: UploadedFile) -> None:
    """Check a file and put it, re-encoded, into a row that the caller saves. Raises document.too_large,
    document.unreadable."""
    name = PurePath(file.name or "file").name[-100:]
    if (file.size or 0) > settings.GUANJIA_PHOTO_LIMIT:
        raise Problem(DOCUMENT_TOO_LARGE, field="files", name=name, limit=settings.GUANJIA_PHOTO_LIMIT // 1024**2)
    content = file.read()
    upload.name = name
    kind = _sniff(content, name)
    if kind in _PHOTO_TYPES:
        _store_photo(upload, content, name)
    elif kind in _FILE_TYPES.values():
        _store_file(upload, content, kind)
    else:
        raise Problem(BAD_DOCUMENT, field="files", name=name)


def _sniff(content: bytes, name: str) -> str:
    """The type that the bytes themselves show. Office files are zip archives, so there the name's ending
    decides among those allowed."""
    try:
        found = {match.mime_type for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return ""
    photo = found & _PHOTO_TYPES
    if photo:
        return sorted(photo)[0]
    wanted = _FILE_TYPES.get(PurePath(name).suffix.lower(), "")
    return wanted if wanted in found else ""


def _store_photo(upload: Upload, content: bytes, name: str) -> None:
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Problem(BAD_DOCUMENT, field="files", name=name)
            photo = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Problem(BAD_DOCUMENT, field="files", name=name) from error
    encoded = _webp(photo, LONGEST_SIDE)
    upload.kind = "photo"
    upload.content_type = "image/webp"
    _attach(upload, encoded, "webp")
    upload.thumbnail.save(f"{upload.sha256[:20]}-s.webp", ContentFile(_webp(photo, THUMBNAIL_SIDE)), save=False)


def _webp(photo: Image.Image, side: int) -> bytes:
    smaller = photo.copy()
    smaller.thumbnail((side, side))
    buffer = io.BytesIO()
    smaller.save(buffer, "WEBP", quality=80, method=4)
    return buffer.getvalue()


def _store_file(upload: Upload, content: bytes, kind: str) -> None:
    upload.kind = "document"
    upload.content_type = kind
    ending = next(suffix for suffix, known in _FILE_TYPES.items() if known == kind)
    _attach(upload, content, ending[1:])


def _attach(upload: Upload, content: bytes, ending: str) -> None:
    upload.size = len(content)
    upload.sha256 = hashlib.sha256(content).hexdigest()
    upload.file.save(f"{upload.sha256[:20]}.{ending}", ContentFile(content), save=False)
