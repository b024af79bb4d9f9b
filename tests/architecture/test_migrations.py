"""The tables are what the models say, on any database: what `makemigrations --check` asks, without one."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tools.sources import PACKAGE


def own_apps() -> set[str]:
    return {app.label for app in apps.get_app_configs() if app.name.startswith("guanjia.")}


def test_no_migration_is_missing() -> None:
    loader = MigrationLoader(None)
    # As `makemigrations` does: labels are compared as written, not as translated.
    with translation.override(None):
        wanted = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = wanted.changes(graph=loader.graph)
    missing = {
        label: [operation.describe() for migration in migrations for operation in migration.operations]
        for label, migrations in changes.items()
        if label in own_apps()
    }
    assert missing == {}, "python3 dev.py run django-admin makemigrations --settings tools.settings"


def test_each_room_has_one_last_migration() -> None:
    conflicts = MigrationLoader(None).detect_conflicts()
    assert {label: names for label, names in conflicts.items() if label in own_apps()} == {}


def test_every_room_with_models_is_installed() -> None:
    with_models = {path.parent.name for path in PACKAGE.glob("*/migrations")}
    assert with_models - own_apps() == set()
