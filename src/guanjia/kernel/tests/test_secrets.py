from __future__ import annotations

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.secrets import EncryptedTextField, blind_index, decrypt, encrypt

OLD = ("old", base64.b64encode(b"o" * 32).decode())
NEW = ("new", base64.b64encode(b"n" * 32).decode())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_comes_back_and_never_looks_the_same_twice(text: str) -> None:
    first, second = encrypt(text), encrypt(text)
    assert decrypt(first) == decrypt(second) == text
    assert first != second


def test_keys_rotate_and_a_lost_key_is_said() -> None:
    with override_settings(GUANJIA_DATA_KEYS=(OLD,)):
        stored = encrypt("郑测试")
    with override_settings(GUANJIA_DATA_KEYS=(NEW, OLD)):
        assert decrypt(stored) == "郑测试"
        assert encrypt("x").startswith("new:")
    with override_settings(GUANJIA_DATA_KEYS=(NEW,)), pytest.raises(ImproperlyConfigured):
        decrypt(stored)
    with override_settings(GUANJIA_DATA_KEYS=()), pytest.raises(ImproperlyConfigured):
        encrypt("x")


@pytest.mark.parametrize("position", [2, 20, -3])
def test_a_changed_column_does_not_decrypt(position: int) -> None:
    key_id, _, payload = encrypt("郑测试的电话").partition(":")
    raw = bytearray(base64.b64decode(payload))
    raw[position] ^= 1
    with pytest.raises(ValueError, match="changed from outside"):
        decrypt(f"{key_id}:{base64.b64encode(bytes(raw)).decode()}")


@pytest.mark.parametrize("stored", ["t:", "t:AAAA", "t:not base64!"])
def test_a_column_that_was_never_ours_does_not_decrypt(stored: str) -> None:
    with pytest.raises(ValueError, match="changed from outside"):
        decrypt(stored)


def test_a_blind_index_finds_the_same_value_for_the_same_purpose_only() -> None:
    assert blind_index("13900000001", "phone") == blind_index("13900000001", "phone")
    assert blind_index("13900000001", "phone") != blind_index("13900000001", "id_number")
    with override_settings(GUANJIA_INDEX_KEY="another"):
        changed = blind_index("13900000001", "phone")
    assert changed != blind_index("13900000001", "phone")


def test_an_encrypted_column_cannot_be_looked_up_and_says_what_to_use() -> None:
    column = EncryptedTextField(name="mobile")
    assert column.get_prep_value("") == ""
    assert column.get_lookup("isnull") is not None
    for lookup in ("exact", "contains", "in"):
        with pytest.raises(FieldError, match="blind index"):
            column.get_lookup(lookup)
