"""What a user may name has a heading or a table row in docs/reference/, and nothing else has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from tests.architecture import named
from tools.sources import ROOT

KINDS = {
    "commands": named.commands,
    "settings": named.settings,
    "problems": named.problem_codes,
    "endpoints": named.endpoints,
    "playbook words": named.playbook_words,
}
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def undocumented(names: set[str], spans: set[str]) -> set[str]:
    """A span may go on after the name: `guanjia due FROM LIMIT` documents `guanjia due`."""
    return {name for name in names if not any(span == name or span.startswith(f"{name} ") for span in spans)}


def unknown(spans: set[str], commands: set[str], settings: set[str]) -> set[str]:
    """Documented commands and settings that do not exist (any more)."""
    in_family = {span for span in spans if span.startswith("guanjia ")}
    gone = {span for span in in_family if not any(f"{span} ".startswith(f"{name} ") for name in commands)}
    return gone | {span for span in spans if named.SETTING.fullmatch(span)} - settings


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_documented(kind: str) -> None:
    collect: Callable[[], set[str] | None] = KINDS[kind]
    names = collect()
    if names is None:
        pytest.skip(f"there are no {kind} yet")
    assert names
    missing = sorted(undocumented(names, named.all_documented()))
    assert not missing, f"{kind} without a heading or table row in docs/reference/:\n" + "\n".join(missing)


def test_no_documented_command_or_setting_is_gone() -> None:
    commands = named.commands()
    if commands is None:
        pytest.skip("there are no commands yet")
    secrets_in_files = {f"{name}_FILE" for name in named.settings()}
    assert unknown(named.all_documented(), commands, named.settings() | secrets_in_files) == set()


def pages() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted((ROOT / "docs").rglob("*.md"))


def test_links_between_pages_lead_somewhere() -> None:
    links = [(page, link) for page in pages() for link in LINK.findall(page.read_text("utf-8"))]
    broken = [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("span", ["GUANJIA_OLD", "guanjia forget", "guanjia audit sign"])
def test_a_name_that_is_gone_is_seen(span: str) -> None:
    spans = {"GUANJIA_DIR", "guanjia audit verify DIR", span}
    assert unknown(spans, {"guanjia audit verify"}, {"GUANJIA_DIR"}) == {span}


def test_a_heading_or_a_row_documents_and_prose_does_not() -> None:
    page = "# `guanjia why NUMBER`\n| `GUANJIA_DIR` | where |\nSee `guanjia due`.\n```\n# `guanjia stats`\n```\n"
    names = {"guanjia why", "GUANJIA_DIR", "guanjia due", "guanjia stats"}
    assert undocumented(names, named.documented(page)) == {"guanjia due", "guanjia stats"}


def test_commands_are_found_within_groups() -> None:
    verify, hidden = click.Command("verify"), click.Command("old", hidden=True)
    group = click.Group("guanjia", [click.Group("audit", [verify]), click.Command("why"), hidden])
    assert set(named.command_names(group)) == {"audit verify", "why"}


def test_playbook_words_are_keys_by_their_place_and_the_words_to_choose_from() -> None:
    words = named.playbook_words()
    assert words is not None
    assert {"ladder.returns.brake", "owner.role", "text.zh", "gate_book"} <= words
