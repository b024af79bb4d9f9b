"""The icons of the sprite."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SPRITE = Path(__file__).parent / "static/ui/icons.svg"


@cache
def names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8")))


@cache
def _sprite_url() -> str:
    return static("ui/icons.svg")


@lru_cache(maxsize=1024)
def drawn(name: str, label: str, css: str) -> SafeString:
    """Kept: a page draws some hundred of a few dozen. Raises ValueError for a name that the sprite lacks."""
    if name not in names():
        raise ValueError(f"no icon {name!r}; see /kit/ for the list")
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>', f"icon {css}".strip(), voice, _sprite_url(), name
    )
