"""The project's own Python files, parsed once: what the budgets and the rules of the house look at."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/guanjia"
#: Rooms that answer people: they may read the clock, and hold no models.
FACES = ("console", "portal", "api")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> set[str]:
        """The names along the path inside the project, `models.py` as `models`."""
        return {part.removesuffix(".py") for part in self.path.relative_to(ROOT).parts}

    @property
    def room(self) -> str:
        """`cases` for src/guanjia/cases/…; empty outside the package."""
        inside = self.path.is_relative_to(PACKAGE)
        return self.path.relative_to(PACKAGE).parts[0] if inside else ""

    @property
    def module(self) -> str:
        """`guanjia.cases.rules`; a package goes by its folder."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_test(self) -> bool:
        return bool({"tests", "conftest"} & self.parts)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


@lru_cache(maxsize=1)
def all_sources() -> tuple[Source, ...]:
    """Everything that people wrote and maintain; migrations are written once, by a tool."""
    paths = [*ROOT.glob("*.py")]
    for folder in ("src", "tests", "tools", "bench"):
        paths += (ROOT / folder).rglob("*.py")
    sources = (Source(path, path.read_text("utf-8")) for path in sorted(paths))
    return tuple(source for source in sources if "migrations" not in source.parts)


def package_sources() -> list[Source]:
    """The files of the package, without its tests."""
    return [source for source in all_sources() if source.room and not source.is_test]
