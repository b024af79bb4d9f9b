"""What gets installed is what was locked: the same for everybody, from whichever mirror they use."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tools.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = {"run": PROJECT["project"]["dependencies"], **PROJECT["dependency-groups"]}


def canonical(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def lock_text(group: str) -> str:
    return (ROOT / f"requirements/{group}.lock").read_text("utf-8")


@pytest.mark.parametrize("group", WANTED)
def test_a_lock_pins_everything_that_is_wanted_with_hashes(group: str) -> None:
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n( *#.*\n)*", "", lock_text(group)))
    pinned = {canonical(block): block for block in blocks if "==" in block}
    assert {canonical(requirement) for requirement in WANTED[group]} - set(pinned) == set(), "python3 dev.py lock"
    assert [name for name, block in pinned.items() if "--hash=sha256:" not in block] == []


def test_the_locks_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for group in ("run", "build", "test"):
        # A version may hold for some Pythons only: `numpy==2.4.6 ; python_full_version < '3.12'`.
        for name, version, marker in re.findall(r"^([\w.-]+)==([^ ]+)(.*)", lock_text(group), re.MULTILINE):
            versions.setdefault(canonical(name) + marker.rstrip(" \\"), set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_lock_names_a_registry() -> None:
    texts = {group: lock_text(group) for group in WANTED}
    assert [group for group, text in texts.items() if "://" in text] == []
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
