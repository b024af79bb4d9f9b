"""Sheets become PDF with their fonts inside, whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from guanjia.kernel.problems import Problem
from guanjia.printing import typeset

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
CARD = {
    "code": "K7M3Q4A",
    "place": "一个名字很长很长的经营主体有限责任公司第二分公司驻东湖街道办事处",
    "steward": '陈𠮷龘 #link("x") $1 \\ [*]',
    "unit": "",
    "phone": "0000-8000001",
    "stand_in": "刘洋 0000-8000002",
    "hours": ["08:30–12:00 14:30–18:00"],
    "desk": "12345",
    "qr": typeset.qr("https://district.example/s/K7M3Q4A"),
}
WORDS = dict.fromkeys(("steward", "nobody", "scan", "hours", "stand_in", "desk"), "词")


def sheet(cards: int) -> dict[str, Any]:
    return {"title": "便民联系卡", "lang": "zh", "district": "青禾区", "words": WORDS, "cards": [CARD] * cards}


def test_the_same_data_gives_the_same_bytes() -> None:
    first = typeset.pdf("cards", sheet(3), at=AT)
    assert first == typeset.pdf("cards", sheet(3), at=AT)
    assert first.startswith(b"%PDF-") and b"pdfaid" in first, "an archive copy: PDF/A"


def test_ten_cards_fill_a_page_and_an_eleventh_begins_the_next() -> None:
    assert [len(typeset.png("cards", sheet(n), dots_per_inch=20)) for n in (1, 10, 11)] == [1, 1, 2]


def test_a_name_is_text_and_never_a_command_of_the_sheet() -> None:
    assert typeset.pdf("cards", sheet(1), at=AT)


def test_a_folder_without_fonts_falls_back_to_the_machines(settings: Any, tmp_path: Any) -> None:
    settings.GUANJIA_FONTS = str(tmp_path)
    assert typeset.pdf("cards", sheet(1), at=AT).startswith(b"%PDF-")


def test_a_machine_without_a_chinese_font_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "FAMILIES", ("No Such Font",))
    typeset._family.cache_clear()
    try:
        with pytest.raises(Problem, match=r"print\.no_font"):
            typeset.pdf("cards", sheet(1), at=AT)
    finally:
        typeset._family.cache_clear()
