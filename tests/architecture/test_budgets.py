"""No file, function or view is longer than a reader can hold."""

from __future__ import annotations

from pathlib import Path

from tools.budgets import LIMITS, measure, overruns, report
from tools.sources import PACKAGE, Source, all_sources


def test_every_file_function_and_view_keeps_its_budget() -> None:
    sizes = measure(all_sources())
    assert not overruns(sizes), report(sizes)


def test_a_view_a_function_and_a_file_past_the_limit_are_named() -> None:
    view = "def show(request):\n" + "    x = 1\n" * LIMITS["view"]
    function = "def count(rows):\n" + "    x = 1\n" * LIMITS["function"]
    path = Path(PACKAGE / "portal/views.py")
    found = overruns(measure([Source(path, view + function + "\n" * LIMITS["file"])]))
    assert [line.split(" a ")[1] for line in found] == [
        "file may have 500",
        "function may have 60",
        "view may have 30",
    ]


def test_a_view_within_its_limit_passes() -> None:
    view = "def show(request):\n" + "    x = 1\n" * (LIMITS["view"] - 1)
    assert overruns(measure([Source(PACKAGE / "portal/views.py", view)])) == []
