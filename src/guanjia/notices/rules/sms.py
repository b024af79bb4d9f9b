"""What a text message can reach."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"1[3-9]\d{9}")


def is_mobile(phone: str) -> bool:
    """A mainland mobile, in the normal form that the registry keeps; a landline hears no text message."""
    return _MOBILE.fullmatch(phone) is not None
