"""What Django loads for `ENGINE = "guanjia.kernel.postgres"`."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is looked at before each request. Django asks the server, which costs every request a round
    trip; a server that was stopped or has hung up has said so on the socket already, where nothing else is expected
    between two requests."""

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.pgconn.socket, select.POLLIN)
        return not waiting.poll(0)
