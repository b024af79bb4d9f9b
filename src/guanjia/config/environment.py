"""Typed, loud readers of the environment. Every setting is read through one of these, so that tests can list
them against the docs."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    """The value of `name`, or of the file that `name`_FILE points to (for secrets mounted as files)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text("utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")
    return value in TRUE


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number.") from error


def words(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(options)}.")
    return value


def keys(name: str, default: str) -> tuple[tuple[str, str], ...]:
    """`id:base64,id:base64`, newest first."""
    pairs = []
    for word in words(name, default):
        key_id, separator, secret = word.partition(":")
        if not separator or not key_id or not secret:
            raise ImproperlyConfigured(f"{name}: write id:base64-key, newest first, separated by commas.")
        pairs.append((key_id, secret))
    return tuple(pairs)
