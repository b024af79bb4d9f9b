"""Writes docs/reference/problems.md from the catalogue: `python3 dev.py run python -m tools.problem_pages`."""

from __future__ import annotations

import importlib
import os
import pkgutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.settings")

import django
from django.utils import translation

from tools.sources import PACKAGE, ROOT

PAGE = ROOT / "docs/reference/problems.md"
HEAD = """# Problems: every sentence that says no

Page, API and command line show the same ones; a machine gets `code`, `message`, `todo`, `mender` and, where one field
is at fault, `field`. `%(name)s` stands for a value. Written by `python3 dev.py run python -m tools.problem_pages` from
the catalogue (`guanjia.kernel.problems`).
"""


def page() -> str:
    """The whole text, sorted by code, in groups by what stands before the first dot."""
    django.setup()
    for module in pkgutil.walk_packages([str(PACKAGE)], "guanjia."):
        if module.name.endswith(".problems"):
            importlib.import_module(module.name)
    problems = importlib.import_module("guanjia.kernel.problems")
    lines = [HEAD, "| code | status | says | what to do | who can help |", "|---|---|---|---|---|"]
    for code, kind in sorted(problems.catalogue().items()):
        with translation.override("zh-hans"):
            said, todo = translation.gettext(kind.message), translation.gettext(kind.todo)
        words = [f"{kind.message}<br>{said}", f"{kind.todo}<br>{todo}", kind.mender]
        lines.append(f"| `{code}` | {kind.status} | {' | '.join(words)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
