"""Whether the tables of a district are those that the installed version works on, and how they become so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from django.conf import settings
from django.core.files import locks
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from guanjia.cli import speech
from guanjia.kernel.text import gettext_noop as _

#: Any number will do, as long as nothing else in the database locks it.
LOCK = 4_711_001


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting`: the changes to make, in order, like "kernel 0002_audit_seals". `unknown`: changes that a newer version
    has made. `cache`: whether the table of the shared cache is there."""

    waiting: tuple[str, ...]
    unknown: tuple[str, ...]
    cache: bool

    @property
    def current(self) -> bool:
        return self.cache and not self.waiting and not self.unknown


def standing() -> Standing:
    """Reads two tables. Raises DatabaseError where the database cannot be used."""
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    # Of the apps that are installed alone: one that was taken out leaves its changes behind, and that harms nobody.
    newer = [
        key for key in loader.applied_migrations if key[0] in loader.migrated_apps and key not in loader.disk_migrations
    ]
    table = settings.CACHES["default"].get("LOCATION")
    return Standing(
        tuple(f"{migration.app_label} {migration.name}" for migration, _backwards in plan),
        tuple(" ".join(key) for key in sorted(newer)),
        table is None or table in connection.introspection.table_names(),
    )


def look() -> Standing:
    """The same for a command. Raises ClickException where the database cannot be used."""
    try:
        return standing()
    except DatabaseError as error:
        raise unreachable(error) from error


def unreachable(error: DatabaseError) -> click.ClickException:
    return click.ClickException(speech.say(_("The database cannot be reached: %(why)s"), why=str(error).strip()))


def demand_current() -> None:
    """Before anything serves or works: code that meets tables of another version would fail somewhere in the middle.
    Raises ClickException."""
    found = look()
    demand_known(found)
    if not found.current:
        sentence = _("The tables of this district are not those of the installed version: %(count)s changes wait.")
        todo = _("Make a backup, then run `guanjia migrate`.")
        count = len(found.waiting) + (not found.cache)
        raise click.ClickException(f"{speech.say(sentence, count=count)} {speech.say(todo)}")


def demand_known(found: Standing) -> None:
    """Raises ClickException where the tables are of a newer version."""
    if found.unknown:
        sentence = _("The tables are of a newer version than the installed one: it does not know %(first)s.")
        todo = _("Install the newer version, or restore a backup from before it.")
        raise click.ClickException(f"{speech.say(sentence, first=found.unknown[0])} {speech.say(todo)}")


def bring_up() -> None:
    """Make every change that waits. Each is made whole or not at all. Raises ClickException."""
    try:
        with _alone():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        left = look().waiting
        sentence = _("The change %(name)s failed and was undone; those before it are made. The database says: %(why)s")
        why = str(error).strip()
        raise click.ClickException(speech.say(sentence, name=left[0] if left else "", why=why)) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Of several that bring the same tables up at once, on however many servers, one changes them and the others
    wait."""
    if connection.vendor != "postgresql":
        with alone_in_folder("migrate.lock"):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def alone_in_folder(name: str) -> Iterator[None]:
    """Of several that work in the district's folder at once one goes first and the others wait."""
    with (settings.DIR / name).open("w") as held:
        locks.lock(held, locks.LOCK_EX)  # until it is closed
        yield
