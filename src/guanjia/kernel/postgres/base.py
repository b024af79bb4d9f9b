"""What Django loads for `ENGINE = "guanjia.kernel.postgres"`."""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg import RawCursor


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """A `prepared_cursor` keeps no text with the values in it; without them it is good for the log."""
        return sql if isinstance(cursor, RawCursor) else super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is looked at before each request. Django asks the server, which costs every request a round
    trip; a server that was stopped or has hung up has said so on the socket already, where nothing else is expected
    between two requests."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Statements of `prepared_cursor` are planned once in a connection; Django's own never are."""
        return {**super().get_connection_params(), "prepare_threshold": 0}

    def prepared_cursor(self) -> Any:
        """A cursor that sends the values apart from the statement, which names them $1, $2 and so on. For the few
        statements whose planning costs more than their work."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(RawCursor(self.connection))  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.pgconn.socket, select.POLLIN)
        return not waiting.poll(0)
