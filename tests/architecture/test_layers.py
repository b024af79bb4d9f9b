"""Imports point down: import-linter proves the contracts, and every room stands in them."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from tools.sources import FACES, PACKAGE, ROOT, Source, package_sources

#: Of the kernel, what rules and playbooks stand on.
PURE_KERNEL = ("actor", "chain", "codes", "masking", "problems", "text")
BLOCKED_IMPORT = """
import importlib, json, sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "django":
            raise ImportError(f"{name} is imported")

sys.meta_path.insert(0, NoDjango())
faults = {}
for name in json.load(sys.stdin):
    try:
        importlib.import_module(name)
    except ImportError as error:
        faults[name] = str(error)
print(json.dumps(faults))
"""


def rooms() -> list[str]:
    return sorted({source.room for source in package_sources() if not source.room.endswith(".py")})


def layered_rooms() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [layer for contract in contracts if contract["type"] == "layers" for layer in contract["layers"]]
    return set(re.findall(r"guanjia\.(\w+)", " ".join(layers)))


def pure_modules() -> list[str]:
    modules = [source.module for source in package_sources() if source.room == "playbook" or "rules" in source.parts]
    return [*modules, *(f"guanjia.kernel.{name}" for name in PURE_KERNEL)]


def imports_with_django_blocked(modules: list[str]) -> dict[str, str]:
    """Module → why it could not be imported without Django, from a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED_IMPORT],
        input=json.dumps(modules),
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    faults: dict[str, str] = json.loads(done.stdout)
    return faults


def imports_of_models(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("guanjia.") and "models" in name.split("."):
                yield f"{source.name}:{node.lineno}: {name}"


def test_every_room_has_its_layer() -> None:
    assert "cases" in rooms()
    assert set(rooms()) - layered_rooms() == set()


def test_the_import_contracts_hold() -> None:
    # In the checks of dev.py too; here so that the tests alone are enough.
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": str(PACKAGE.parent), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_playbooks_and_rules_are_free_of_django() -> None:
    assert imports_with_django_blocked(pure_modules()) == {}


def test_a_module_that_needs_django_is_seen() -> None:
    assert list(imports_with_django_blocked(["guanjia.kernel.models"])) == ["guanjia.kernel.models"]


def test_faces_do_not_import_models() -> None:
    faces = [source for source in package_sources() if source.room in FACES]
    assert [line for source in faces for line in imports_of_models(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from guanjia.cases.models import Case",
        "from guanjia.cases import models",
        "import guanjia.cases.models",
    ],
)
def test_an_import_of_models_is_seen(line: str) -> None:
    assert list(imports_of_models(Source(PACKAGE / "portal/views.py", line)))
