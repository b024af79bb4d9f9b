"""The texts of all rooms in one language, without Django: for the command line and for pure code that prints."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=4)
def catalogue(language: str) -> NullTranslations:
    """`zh…`: the compiled catalogues of every room; any other language: the English of the message ids."""
    if not language.startswith("zh"):
        return NullTranslations()
    together = NullTranslations()
    for path in sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.mo"), reverse=True):
        with path.open("rb") as file:
            one = GNUTranslations(file)
        one.add_fallback(together)
        together = one
    return together
