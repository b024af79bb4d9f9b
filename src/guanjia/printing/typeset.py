"""PDF from the sheets beside this file: data in, bytes out. Knows no room and reads no record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst
from django.conf import settings

from guanjia.kernel.problems import Problem
from guanjia.printing.problems import NO_FONT

SHEETS = Path(__file__).parent / "sheets"
#: The first that is there is used; a folder that the operator names goes before the machine's own.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "SimHei",
    "FangSong",
    "SimSun",
)
#: A compiler serves one at a time.
_lock = Lock()


def pdf(sheet: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The sheet (`sheets/<sheet>.typ`) filled in, as PDF/A-2b with its fonts embedded. The same data and moment give
    the same bytes. Raises print.no_font."""
    return _compiled(sheet, data, format="pdf", pdf_standards="a-2b", timestamp=int(at.timestamp()))


def png(sheet: str, data: Mapping[str, Any], *, dots_per_inch: int = 100) -> list[bytes]:
    """The same as pictures, one a page. Raises print.no_font."""
    made = _compiled(sheet, data, format="png", ppi=float(dots_per_inch))
    return made if isinstance(made, list) else [made]


def qr(text: str) -> str:
    """An SVG of a QR code that survives a thumb mark (level M), with its quiet zone left to the sheet."""
    return str(segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True))


def _compiled(sheet: str, data: Mapping[str, Any], **how: Any) -> Any:
    folder = settings.GUANJIA_FONTS
    filled = json.dumps({**data, "family": _family(folder)}, ensure_ascii=False)
    with _lock:
        return _compiler(folder).compile(str(SHEETS / f"{sheet}.typ"), sys_inputs={"data": filled}, **how)


@lru_cache(maxsize=2)
def _compiler(folder: str) -> typst.Compiler:
    """Kept: finding the fonts takes most of the first second."""
    return typst.Compiler(root=str(SHEETS), font_paths=[folder] if folder else [])


@lru_cache(maxsize=2)
def _family(folder: str) -> str:
    """What is set in: of the operator's folder whatever it holds first, since nobody else knows its names."""
    if folder:
        own = typst.Fonts(False, False, [folder]).families()
        if own:
            return next((one for one in FAMILIES if one in own), own[0])
    there = set(typst.Fonts(True, False, []).families())
    found = next((one for one in FAMILIES if one in there), None)
    if found is None:
        raise Problem(NO_FONT)
    return found
