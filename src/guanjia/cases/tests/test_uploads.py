"""Photos come out as pictures and nothing else; whatever is not what it says it is stays out."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from guanjia.cases.models import Document
from guanjia.cases.uploads import LONGEST_SIDE, MOST_AT_ONCE, discard_abandoned, take_in
from guanjia.kernel.actor import PUBLIC
from guanjia.kernel.problems import Problem
from tests.programme import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def photo(width: int = 640, height: int = 480, kind: str = "JPEG", *, gps: bool = False, turned: bool = False) -> bytes:
    picture = Image.new("RGB", (width, height), "steelblue")
    exif = picture.getexif()
    if gps:
        exif.get_ifd(0x8825)[2] = (34.0, 1.0, 2.0)
        exif[0x010E] = "taken at home"
    if turned:
        exif[0x0112] = 6
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif) if kind == "JPEG" else picture.save(buffer, kind)
    return buffer.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def taken(*files: SimpleUploadedFile) -> list[Document]:
    return take_in(PUBLIC, files, case=None, at=MONDAY)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_photos_of_all_usual_kinds_become_webp_with_a_thumbnail(kind: str) -> None:
    (document,) = taken(upload(f"a.{kind.lower()}", photo(2100, 1400, kind)))
    assert document.kind == "photo"
    with Image.open(document.file) as stored:
        assert (stored.format, max(stored.size)) == ("WEBP", LONGEST_SIDE)
    with Image.open(document.thumbnail) as small:
        assert max(small.size) <= 320


def test_where_a_photo_was_taken_does_not_stay_in_it() -> None:
    (document,) = taken(upload("home.jpg", photo(gps=True)))
    content = document.file.read()
    assert b"taken at home" not in content
    with Image.open(io.BytesIO(content)) as stored:
        assert not dict(stored.getexif())


def test_a_photo_taken_sideways_is_stored_upright() -> None:
    (document,) = taken(upload("side.jpg", photo(400, 300, turned=True)))
    with Image.open(document.file) as stored:
        assert stored.size == (300, 400)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.jpg", "这不是照片".encode()),
        ("empty.jpg", b""),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("half.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 40),
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 100),
    ],
)
def test_what_is_not_a_photo_or_document_is_refused_by_what_it_is(name: str, content: bytes) -> None:
    with pytest.raises(Problem, match=r"^document\.unreadable:"):
        taken(upload(name, content))
    assert not Document.objects.exists()


def test_a_pdf_is_kept_as_it_is() -> None:
    content = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    (document,) = taken(upload("合同.pdf", content))
    assert (document.kind, document.content_type, document.file.read()) == ("document", "application/pdf", content)


def test_too_large_and_too_many_are_refused_with_the_limit(settings: Any) -> None:
    settings.GUANJIA_PHOTO_LIMIT = 1000
    with pytest.raises(Problem, match=r"^document\.too_large:"):
        taken(upload("big.jpg", photo()))
    with pytest.raises(Problem, match=r"^document\.too_many:"):
        taken(*[upload("a.jpg", b"x") for _ in range(MOST_AT_ONCE + 1)])


def test_one_bad_file_keeps_the_others_out_too() -> None:
    with pytest.raises(Problem):
        taken(upload("good.jpg", photo()), upload("bad.jpg", b"no"))
    assert not Document.objects.exists()


def test_photos_of_a_request_that_was_never_sent_go_after_two_days() -> None:
    left, kept = (take_in(PUBLIC, [upload("a.jpg", photo(width))], case=None, at=MONDAY)[0] for width in (640, 320))
    twin = take_in(PUBLIC, [upload("b.jpg", photo(320))], case=None, at=MONDAY + timedelta(days=2))[0]
    assert (twin.sha256, twin.file.name) != (left.sha256, left.file.name)
    assert discard_abandoned(MONDAY + timedelta(days=2)) == 0
    assert discard_abandoned(MONDAY + timedelta(days=2, minutes=1)) == 2
    assert list(Document.objects.all()) == [twin]
    assert not left.file.storage.exists(left.file.name) and twin.file.storage.exists(twin.file.name)
    assert kept.sha256 == twin.sha256
