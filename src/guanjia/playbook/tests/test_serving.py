"""A rule of businesses, and what it may not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.playbook import checker, loader
from guanjia.playbook.tests.test_checker import GOOD

SERVED = 'subjects = ["household"]'
GOES_BY_GRID = 'covers = { household = "grid" }'
BOTH = GOOD.replace(SERVED, 'subjects = ["household", "business"]').replace(
    GOES_BY_GRID, 'covers = { household = "grid", business = "subject" }'
)


#: (playbook, after what, what is written there, sentence)
BROKEN = {
    "rule-for-nobody": (GOOD, SERVED, "businesses = { key_only = true }", "The programme does not serve business."),
    "rule-and-list": (
        BOTH,
        "[serves]",
        'enrol = "list"\nbusinesses = { key_only = true }',
        "Who is in it stands on a list already.",
    ),
    "no-industry": (
        BOTH,
        "[serves]",
        'businesses = { industries = ["Z"] }',
        "“Z” cannot stand here. Write a letter from A to T",
    ),
    "fewer-than-none": (BOTH, "[serves]", "businesses = { employees_from = -1 }", "-1 is too small."),
}


def broken(name: str) -> str:
    text, after, word, _sentence = BROKEN[name]
    return text.replace(after, f"{after}\n{word}", 1)


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_that_cannot_hold_is_told_by_line(name: str, tmp_path: Path) -> None:
    text, folder = broken(name), tmp_path / "winter-care"
    folder.mkdir()
    (folder / loader.FILE).write_text(text, "utf-8")
    (fault,) = checker.faults_of(folder)
    assert BROKEN[name][3] in f"{fault.sentence()} {fault.advice()}"
    assert fault.line == 1 + next(n for n, line in enumerate(text.splitlines()) if line.startswith("businesses ="))


def test_a_rule_that_can_hold_is_read() -> None:
    rule = loader.loads(
        BOTH.replace("[serves]", '[serves]\nbusinesses = { key_only = true, industries = ["F", "H62"] }'), "winter-care"
    ).serves.businesses
    assert rule is not None and (rule.key_only, rule.industries, rule.employees_from) == (True, ("F", "H62"), 0)
