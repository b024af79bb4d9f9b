"""Text as it arrives from people: made safe to store and show, or refused with a reason. Never changed in
meaning."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from guanjia.kernel.problems import CONTROL_CHARACTERS, INVALID, MISSING, TOO_LONG, Problem

#: Control characters but tab and newline, lone surrogates, and the bidirectional overrides, which can make a text read
#: other than it is stored.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_text(
    value: object, *, field: str, label: str, limit: int, required: bool = True, one_line: bool = False
) -> str:
    """Trimmed, NFC, line ends as \\n. Emoji and rare characters stay.

    `label` is a message id. Raises field.missing, field.too_long, field.control_characters, each with
    `field`.
    """
    text = "" if value is None else str(value)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if one_line:
        text = " ".join(text.split())
    if not can_be_stored(text):
        raise Problem(CONTROL_CHARACTERS, field=field, field_label=label)
    if required and not text:
        raise Problem(MISSING, field=field, field_label=label)
    if len(text) > limit:
        raise Problem(TOO_LONG, field=field, field_label=label, length=len(text), limit=limit)
    return text


def can_be_stored(text: str) -> bool:
    """Whether it holds no sign that `clean_text` refuses; nobody and nothing is called by another text."""
    return not _REFUSED.search(text)


def number_in(text: str) -> int | None:
    """The number, such as a row's, that plain digits say; None for any other text. A page may be sent anything: ² is a
    digit to Python and no number, and a number of 5,000 digits is refused by it."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def clean_moment(value: str, *, field: str, label: str) -> datetime | None:
    """A moment as a field of a page gives it, of the time of the screens where it names no other; None where it is
    empty. `label` is a message id. Raises field.invalid."""
    given = value.strip()
    if not given:
        return None
    try:
        moment = parse_datetime(given)
    except ValueError:
        moment = None
    if moment is None:
        raise Problem(INVALID, field=field, field_label=label, why=given[:40])
    return make_aware(moment) if is_naive(moment) else moment
