"""How large files, functions and views are, against the limits of ARCHITECTURE.md.

    python -m tools.budgets    print the middle and the tail; exit 1 past a limit

A limit is raised by a reviewed edit of this file, never by an exception for one place.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from tools.sources import FACES, Function, Source, all_sources

LIMITS = {"file": 500, "function": 60, "view": 30}
#: Also for dev.py, which a newcomer reads whole.
SCRIPT_LIMIT = 400


@dataclass(frozen=True, slots=True, order=True)
class Size:
    lines: int
    where: str


def is_view(function: Function) -> bool:
    arguments = function.args.posonlyargs + function.args.args
    return bool(arguments) and arguments[0].arg == "request"


def length(function: Function) -> int:
    """From `def` to the last line: decorators are not counted, the docstring is."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def measure(sources: Iterable[Source]) -> dict[str, list[Size]]:
    sizes: dict[str, list[Size]] = {kind: [] for kind in LIMITS}
    for source in sources:
        sizes["file"].append(Size(len(source.text.splitlines()), source.name))
        outermost = {node for node in source.tree.body if isinstance(node, Function)}
        for function in source.functions:
            size = Size(length(function), f"{source.name}:{function.lineno} {function.name}")
            sizes["function"].append(size)
            if source.room in FACES and not source.is_test and function in outermost and is_view(function):
                sizes["view"].append(size)
    return sizes


def overruns(sizes: dict[str, list[Size]]) -> list[str]:
    return [
        f"{size.where}: {size.lines} lines, a {kind} may have {limit}"
        for kind, limit in (*LIMITS.items(), ("file", SCRIPT_LIMIT))
        for size in sizes[kind]
        if size.lines > limit and (limit != SCRIPT_LIMIT or size.where == "dev.py")
    ]


def report(sizes: dict[str, list[Size]], tail: int = 5) -> str:
    lines = []
    for kind, limit in LIMITS.items():
        if found := sorted(sizes[kind], reverse=True):
            counts = [size.lines for size in found]
            ninth = quantiles(counts, n=10)[-1] if len(counts) > 1 else counts[0]
            lines.append(f"{len(found)} {kind}s: median {median(counts):g}, p90 {ninth:g}, limit {limit}")
            lines += [f"  {size.lines:4} {size.where}" for size in found[:tail]]
    return "\n".join(lines)


if __name__ == "__main__":
    measured = measure(all_sources())
    too_long = overruns(measured)
    print("\n".join([report(measured), *too_long]))
    sys.exit(1 if too_long else 0)
