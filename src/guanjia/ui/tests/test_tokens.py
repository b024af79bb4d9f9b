import json
from pathlib import Path

import pytest

TOKENS = json.loads((Path(__file__).parents[4] / "assets/tokens.json").read_text("utf-8"))
CASES = [
    (theme, ink, ground, least)
    for theme in ("light", "dark")
    for ink, grounds, least in TOKENS["pairs"]
    for ground in grounds
]


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guideline_does():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("theme", "ink", "ground", "least"), CASES)
def test_every_ink_can_be_read_on_the_grounds_it_is_used_on(theme, ink, ground, least):
    colours = TOKENS[theme]
    found = contrast(colours[ink], colours[ground])
    assert found >= least, f"{ink} on {ground}, {theme}: {found:.2f}"


def test_both_themes_name_the_same_colours():
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()
