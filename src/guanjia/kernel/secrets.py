"""Encrypted columns and blind indexes.

A value is stored as `<key id>:<base64 of nonce + ciphertext>`, so that keys can be rotated: the first key of
`GUANJIA_DATA_KEYS` encrypts, all decrypt. Looking a column up by its clear value cannot work and therefore raises;
put a `blind_index` column beside it and look that up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.utils.encoding import force_bytes

_NONCE = 12


@lru_cache(maxsize=8)
def _ring(keys: tuple[tuple[str, str], ...]) -> dict[str, AESGCM]:
    return {key_id: AESGCM(base64.b64decode(secret)) for key_id, secret in keys}


def _keys() -> tuple[tuple[str, str], ...]:
    keys: tuple[tuple[str, str], ...] = settings.GUANJIA_DATA_KEYS
    if not keys:
        raise ImproperlyConfigured("GUANJIA_DATA_KEYS is empty: people's data cannot be stored or read.")
    return keys


def encrypt(text: str) -> str:
    """AES-256-GCM under the newest key; 12 random bytes of nonce each time, so equal texts differ."""
    keys = _keys()
    key_id = keys[0][0]
    nonce = os.urandom(_NONCE)
    sealed = _ring(keys)[key_id].encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """Raises ImproperlyConfigured where the key is missing and ValueError where the value was tampered
    with."""
    key_id, _, payload = stored.partition(":")
    cipher = _ring(_keys()).get(key_id)
    if cipher is None:
        raise ImproperlyConfigured(f"GUANJIA_DATA_KEYS has no key {key_id!r}, which stored data needs.")
    try:
        raw = base64.b64decode(payload, validate=True)
        return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], key_id.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise ValueError("an encrypted column was changed from outside") from error


def blind_index(normal_value: str, purpose: str) -> str:
    """A keyed hash (32 hex digits) for finding an encrypted value again. `purpose` keeps phone and ID
    indexes apart."""
    key = force_bytes(settings.GUANJIA_INDEX_KEY)
    return hmac.new(key, f"{purpose}\0{normal_value}".encode(), hashlib.sha256).hexdigest()[:32]


if TYPE_CHECKING:
    _TextField: TypeAlias = models.TextField[str, str]
else:  # Django's fields are generic in their stubs alone.
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """A text column that is clear in Python and encrypted in the database. Empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look its blind index up instead of {lookup_name!r}.")
