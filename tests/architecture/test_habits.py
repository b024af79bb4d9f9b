"""The habits of ARCHITECTURE.md, read off the syntax of every file; each reader is shown a breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from tests.architecture import habits
from tools.sources import PACKAGE, ROOT, Source, all_sources, package_sources

HABITS = [
    habits.banned_names,
    habits.signals,
    habits.overridden_saves,
    habits.hidden_imports,
    habits.clock_readers,
]
TEXT_FILES = {".py", ".html", ".txt", ".po", ".js", ".mjs", ".css", ".svg"}


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_the_package_has_no(habit: Callable[[Source], Iterator[str]]) -> None:
    faults = list(chain.from_iterable(map(habit, package_sources())))
    assert not faults, "\n".join(faults)


def test_no_module_of_tests_or_tools_is_named_for_nothing() -> None:
    faults = list(chain.from_iterable(map(habits.banned_names, all_sources())))
    assert not faults, "\n".join(faults)


def test_no_place_is_named_in_the_source() -> None:
    written = [path for folder in (PACKAGE, ROOT / "assets") for path in sorted(folder.rglob("*"))]
    texts = {path.relative_to(ROOT): path for path in written if path.suffix in TEXT_FILES}
    own = [(name, path) for name, path in texts.items() if not {"dist", "tests"} & set(name.parts)]
    named = (habits.place_names(name.as_posix(), path.read_text("utf-8")) for name, path in own)
    faults = list(chain.from_iterable(named))
    assert not faults, "\n".join(faults)


BREACHES = [
    (habits.banned_names, "cases/utils.py", ""),
    (habits.banned_names, "cases/helpers/dates.py", ""),
    (habits.signals, "cases/actions.py", "from django.dispatch import receiver"),
    (habits.signals, "cases/actions.py", "from django.db.models.signals import post_save"),
    (habits.signals, "cases/actions.py", "import django.core.signals"),
    (habits.overridden_saves, "cases/models.py", "class Case:\n    def save(self): ..."),
    (habits.hidden_imports, "cases/actions.py", "def f():\n    from guanjia.cases import rules"),
    (habits.hidden_imports, "cases/actions.py", "def f():\n    from . import rules"),
    (habits.hidden_imports, "cases/actions.py", "async def f():\n    import guanjia.cases"),
    (habits.clock_readers, "cases/actions.py", "from django.utils import timezone\nx = timezone.now()"),
    (habits.clock_readers, "cases/actions.py", "from django.utils.timezone import now as n\nx = n()"),
    (habits.clock_readers, "cases/rules.py", "import datetime\nx = datetime.date.today()"),
    (habits.clock_readers, "cases/rules.py", "from django.utils import timezone\nx = timezone.localdate()"),
    (habits.clock_readers, "cases/models.py", "x = DateTimeField(auto_now_add=True)"),
    (habits.clock_readers, "cases/models.py", "from django.db.models.functions import Now\nx = Now()"),
]


@pytest.mark.parametrize(("habit", "file", "text"), BREACHES)
def test_a_breach_is_seen(habit: Callable[[Source], Iterator[str]], file: str, text: str) -> None:
    assert list(habit(Source(PACKAGE / file, text)))


@pytest.mark.parametrize("file", ["portal/views.py", "cases/jobs.py", "cli/due.py", "cases/jobs/pop.py"])
def test_faces_jobs_and_commands_may_read_the_clock(file: str) -> None:
    text = "from django.utils.timezone import now\nx = now()"
    assert list(habits.clock_readers(Source(PACKAGE / file, text))) == []


def test_an_import_at_the_top_is_not_hidden() -> None:
    text = "from guanjia.cases import rules\ndef f():\n    import json"
    assert list(habits.hidden_imports(Source(PACKAGE / "cases/actions.py", text))) == []


@pytest.mark.parametrize("line", ["DISTRICT = '魏都区'", "# as in Xuchang", "code = 411002001"])
def test_a_place_name_is_seen(line: str) -> None:
    assert list(habits.place_names("x.py", line))


def test_converting_a_given_moment_reads_no_clock() -> None:
    text = "from django.utils.timezone import localdate\nx = localdate(at)"
    assert list(habits.clock_readers(Source(PACKAGE / "cases/rules.py", text))) == []
