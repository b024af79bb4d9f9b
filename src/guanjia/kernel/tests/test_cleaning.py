from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import Problem


def clean(value: object, **options: object) -> str:
    return clean_text(value, **{"field": "text", "label": "Text", "limit": 20, "required": False, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        (None, ""),
        ("  路灯坏了\u3000", "路灯坏了"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("e\u0301", "é"),
        ("👨‍👩‍👧 一家三口", "👨‍👩‍👧 一家三口"),
        ("𠮷野家", "𠮷野家"),
        (12, "12"),
    ],
)
def test_text_is_trimmed_and_otherwise_kept(value: object, cleaned: str) -> None:
    assert clean(value) == cleaned


def test_one_line_is_one_line() -> None:
    assert clean(" 东桥\t街道\n柳荫 ", one_line=True) == "东桥 街道 柳荫"


@pytest.mark.parametrize(
    ("value", "options", "code"),
    [
        (" ", {"required": True}, "field.missing"),
        ("长" * 21, {}, "field.too_long"),
        ("a\x00b", {}, "field.control_characters"),
        ("a\x1b[2Jb", {}, "field.control_characters"),
        ("gpj\u202eexe", {}, "field.control_characters"),
        ("\ud800", {}, "field.control_characters"),
    ],
)
def test_what_cannot_be_shown_or_stored_is_refused_at_its_field(
    value: object, options: dict[str, object], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        clean(value, **options)
    assert (refused.value.code, refused.value.field) == (code, "text")


@given(st.text(max_size=60), st.booleans())
def test_cleaning_twice_changes_nothing(text: str, one_line: bool) -> None:
    try:
        once = clean(text, one_line=one_line)
    except Problem:
        return
    assert clean(once, one_line=one_line) == once
    assert len(once) <= 20
    once.encode()
