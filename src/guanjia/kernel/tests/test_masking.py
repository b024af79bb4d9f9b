from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel import masking


@pytest.mark.parametrize(
    ("mask", "clear", "shown"),
    [
        (masking.mask_name, "王小明", "王**"),
        (masking.mask_name, "", ""),
        (masking.mask_phone, "13800138000", "138****8000"),
        (masking.mask_phone, "12345", "***45"),
        (masking.mask_phone, "", ""),
        (masking.mask_phone, "12", "**"),
        (masking.mask_email, "li.ming@example.org", "l***@example.org"),
        (masking.mask_email, "l@example.org", "l***@example.org"),
        (masking.mask_email, "", "***"),
        (masking.mask_id_number, "11010519491231002X", "1****************X"),
        (masking.mask_address, "建设路12号3号楼501", "建设路**号*号楼***"),
        (masking.mask_address, "建设路１２号", "建设路**号"),
    ],
)
def test_masks(mask: object, clear: str, shown: str) -> None:
    assert mask(clear) == shown  # type: ignore[operator]


@given(st.text("0123456789", min_size=1, max_size=20))
def test_a_mask_keeps_the_length_and_never_the_whole(number: str) -> None:
    for mask in (masking.mask_phone, masking.mask_id_number):
        shown = mask(number)
        assert len(shown) == len(number)
        assert shown != number
