"""What tables a district has: `python -m tests.tables [singly]`, in a process that has its settings. With `singly` an
empty database is first brought up by every single change, as a district of the first day was."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402


def single_changes() -> MigrationExecutor:
    """One that knows nothing of the changes that replace several."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    return executor


def bring_up_singly() -> None:
    executor = single_changes()
    nodes = executor.loader.graph
    executor.migrate([node for node in nodes.leaf_nodes() if not nodes.nodes[node].replaces])


def tables() -> dict[str, Any]:
    """By table: its columns in their order, and constraints and indexes by name."""
    looking = connection.introspection
    with connection.cursor() as cursor:
        return {
            name: {
                "columns": [list(map(str, column)) for column in looking.get_table_description(cursor, name)],
                "constraints": {
                    key: {what: str(value) for what, value in found.items()}
                    for key, found in looking.get_constraints(cursor, name).items()
                },
            }
            for name in looking.table_names(cursor)
        }


if __name__ == "__main__":
    if "singly" in sys.argv:
        bring_up_singly()
    json.dump(tables(), sys.stdout)
