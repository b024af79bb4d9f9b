"""A few small drawn pictures, and a sheet of minutes: what the demo's cases carry as evidence."""

from __future__ import annotations

import io
import random
from datetime import datetime

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

from guanjia.cases import uploads
from guanjia.cases.models import Document
from guanjia.demo.briefs import Picture
from guanjia.demo.scale import chance
from guanjia.kernel.actor import SYSTEM

PHOTOS = 12
WIDTH, HEIGHT = 640, 480


def make_bank(seed: int, at: datetime) -> list[Picture]:
    """Taken in as any upload is; the rows go again, for the cases have copies of them."""
    files = [
        SimpleUploadedFile(f"现场照片{number + 1}.jpg", _picture(chance(seed, "picture", number)), "image/jpeg")
        for number in range(PHOTOS)
    ]
    files.append(SimpleUploadedFile("会商纪要.xlsx", _minutes(at)))
    made: list[Document] = []
    for start in range(0, len(files), uploads.MOST_AT_ONCE):
        made += uploads.take_in(SYSTEM, files[start : start + uploads.MOST_AT_ONCE], case=None, at=at, public=True)
    Document.objects.filter(pk__in=[one.pk for one in made]).delete()
    return [
        Picture(
            one.kind,
            one.name,
            str(one.file.name),
            str(one.thumbnail.name or ""),
            one.content_type,
            one.size,
            one.sha256,
        )
        for one in made
    ]


def _picture(luck: random.Random) -> bytes:
    """A street as a child would see it: sky, houses, a road, and something in the middle of it."""
    light = luck.randrange(120, 235)
    picture = Image.new("RGB", (WIDTH, HEIGHT), (light - 30, light - 10, min(255, light + 20)))
    draw = ImageDraw.Draw(picture)
    x = 0
    while x < WIDTH:
        width, height = luck.randrange(70, 160), luck.randrange(90, 260)
        shade = luck.randrange(90, 190)
        draw.rectangle((x, 330 - height, x + width, 330), fill=(shade, shade - 10, shade - 25))
        for row in range(340 - height, 310, 34):
            for column in range(x + 10, x + width - 16, 28):
                draw.rectangle(
                    (column, row, column + 14, row + 18), fill=(60, 75, 95) if luck.random() < 0.8 else (240, 210, 130)
                )
        x += width + luck.randrange(4, 24)
    draw.polygon(((0, HEIGHT), (WIDTH, HEIGHT), (WIDTH, 330), (0, 330)), fill=(92, 94, 98))
    for _ in range(luck.randrange(1, 5)):
        left, top = luck.randrange(60, 480), luck.randrange(350, 430)
        colour = luck.choice(((40, 40, 44), (120, 92, 60), (70, 96, 120), (150, 40, 36)))
        draw.ellipse((left, top, left + luck.randrange(40, 160), top + luck.randrange(14, 44)), fill=colour)
    buffer = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _minutes(at: datetime) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        # Its checksum stands in the ledger: made twice, it must be the same.
        book.set_properties({"created": at.replace(tzinfo=None)})
        sheet = book.add_worksheet("会商纪要")
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 60)
        for row, line in enumerate(_MINUTES):
            sheet.write_row(row, 0, line)
    return buffer.getvalue()


_MINUTES = (
    ("会议名称", "事项会商"),
    ("牵头单位", "营商环境服务中心"),
    ("参加单位", "责任部门、街道办事处、社区、服务管家"),
    ("会商意见", "明确主办单位和配合单位，约定完成时限，由服务管家向诉求人说明。"),
    ("后续安排", "办结后由调度中心回访，诉求人认可后销号。"),
)
