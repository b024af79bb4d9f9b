"""Every name that the project promises to its users, collected from where it is defined.

Each collector returns None while its source does not exist yet.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from enum import Enum
from importlib.util import find_spec
from typing import Any, Literal, get_args, get_origin

import click
from django.urls import get_resolver
from ninja import NinjaAPI
from pydantic import BaseModel

from guanjia.kernel import problems
from tools.sources import PACKAGE, ROOT, package_sources

REFERENCE = ROOT / "docs/reference"
SETTING = re.compile(r"GUANJIA_[A-Z0-9_]+")


def there_is(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def commands() -> set[str] | None:
    """`guanjia audit verify`: each command of the command line with its group."""
    if not there_is("guanjia.cli.main"):
        return None
    main = importlib.import_module("guanjia.cli.main").main
    return {f"guanjia {name}" for name in command_names(main)}


def command_names(group: click.Group) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in command_names(command))
        elif command and not command.hidden:
            yield name


def settings() -> set[str]:
    """The variables that the settings read: each stands there as a string."""
    tree = ast.parse((PACKAGE / "config/settings.py").read_text("utf-8"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {value for value in strings if isinstance(value, str) and SETTING.fullmatch(value)}


def problem_codes() -> set[str]:
    for source in package_sources():
        if source.path.name == "problems.py":
            importlib.import_module(source.module)
    return set(problems.catalogue())


def endpoints() -> set[str] | None:
    """`POST /api/cases`: each operation of each OpenAPI description."""
    apis = {
        value
        for source in package_sources()
        if source.room == "api"
        for value in vars(importlib.import_module(source.module)).values()
        if isinstance(value, NinjaAPI)
    }
    if not apis:
        return None
    get_resolver().url_patterns  # noqa: B018 - the routes must be loaded before a description can be built
    return {
        f"{method.upper()} {path}"
        for api in apis
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method in operations
    }


def playbook_words() -> set[str] | None:
    """Each key that a playbook may write (`ladder.returns.brake`) and each fixed word that it may choose.

    A part that is used in several places goes by its own name: `tier.resolve` where there is one ladder, but
    `owner.role` for every owner.
    """
    if not there_is("guanjia.playbook.schema"):
        return None
    root = importlib.import_module("guanjia.playbook.schema").Playbook
    places: dict[type[BaseModel], list[str]] = {root: [""]}
    gather_places(root, "", places)
    words: set[str] = set()
    for model, paths in places.items():
        prefix = paths[0] if len(paths) == 1 else f"{model.__name__.lower()}."
        for name, field in model.model_fields.items():
            words.add(prefix + (field.alias or name))
            words.update(choices(field.annotation))
    return words


def gather_places(model: type[BaseModel], path: str, places: dict[type[BaseModel], list[str]]) -> None:
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            inner_path = f"{path}{name}."
            known = places.setdefault(inner, [])
            if inner_path not in known:
                known.append(inner_path)
                gather_places(inner, inner_path, places)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from models_in(argument)


def choices(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    elif get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for argument in get_args(annotation):
            yield from choices(argument)


def documented(markdown: str) -> set[str]:
    """The `code` in headings and table rows, outside fenced examples."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    lines = [line for line in prose.splitlines() if line.lstrip().startswith(("#", "|"))]
    return {span for line in lines for span in re.findall(r"`([^`]+)`", line)}


def all_documented() -> set[str]:
    return {span for page in sorted(REFERENCE.rglob("*.md")) for span in documented(page.read_text("utf-8"))}
