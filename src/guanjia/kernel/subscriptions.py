"""Who listens to which topic of the outbox. Names, not functions: a room says so before the models are loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from pkgutil import resolve_name
from typing import Any

Subscriber = Callable[[Mapping[str, Any], datetime], None]
_names: dict[str, list[str]] = defaultdict(list)


def subscribe(topic: str, name: str) -> None:
    """Called from an observer's AppConfig.ready. `name`: "guanjia.notices.listeners:on_case_changed"."""
    if name not in _names[topic]:
        _names[topic].append(name)


def subscriptions() -> Mapping[str, tuple[str, ...]]:
    """The printed list: topic → names of its subscribers."""
    return {topic: tuple(names) for topic, names in sorted(_names.items()) if names}


def subscribers(topic: str) -> list[Subscriber]:
    return [resolve_name(name) for name in _names.get(topic, ())]
