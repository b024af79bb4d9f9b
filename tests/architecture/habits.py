"""What the house does not do, each as a function from a file to the lines at fault."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.sources import FACES, Source

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
#: Names of one district: such a name is a setting, a row or a playbook, never code.
PLACES = re.compile(r"魏都|许昌|weidu|xuchang|411002", re.IGNORECASE)
#: Callables that read the machine's clock.
CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("functions", "Now"),
}
#: With an argument they convert a given moment.
CLOCKS_WITHOUT_ARGUMENT = {"localdate", "localtime"}
#: Where the clock may be read: faces, the command line, the demo's history, jobs, and the edge of a request.
CLOCK_ROOMS = {*FACES, "cli", "demo"}
CLOCK_FILES = {"jobs", "commands", "middleware", "views"}


def banned_names(source: Source) -> Iterator[str]:
    for name in sorted(source.parts & BANNED_NAMES):
        yield f"{source.name}: {name!r} says nothing about what it holds"


def place_names(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := PLACES.search(line):
            yield f"{name}:{number}: {found[0]}"


def signals(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if "signals" in (node.module or "").split(".") or names & {"receiver", "Signal", "signals"}:
                yield f"{source.name}:{node.lineno}: a signal; publish to the outbox"
        elif isinstance(node, ast.Import) and any("signals" in alias.name.split(".") for alias in node.names):
            yield f"{source.name}:{node.lineno}: a signal; publish to the outbox"


def overridden_saves(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == "save":
                    yield f"{source.name}:{member.lineno}: {node.name}.save is overridden; write an action"


def hidden_imports(source: Source) -> Iterator[str]:
    """Own modules imported inside functions: a cycle that nobody sees."""
    for function in source.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = ["guanjia" if node.level else node.module or ""]
            else:
                continue
            if any(module.split(".")[0] == "guanjia" for module in modules):
                yield f"{source.name}:{node.lineno}: {function.name} imports from guanjia"


def clock_readers(source: Source) -> Iterator[str]:
    """Reads of the clock below the faces: time is an argument there."""
    if source.room in CLOCK_ROOMS or source.parts & CLOCK_FILES:
        return
    from_clock = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if ((node.module or "").split(".")[-1], alias.name) in CLOCKS
    }
    for node in ast.walk(source.tree):
        called = ""
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            called = name if name in CLOCKS_WITHOUT_ARGUMENT else ""
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            called = f"{owner}.{node.attr}" if (owner, node.attr) in CLOCKS else ""
        elif isinstance(node, ast.Name) and node.id in from_clock:
            called = node.id
        elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            called = node.arg
        if called:
            yield f"{source.name}:{getattr(node, 'lineno', 0)}: {called}; take the time as an argument"
