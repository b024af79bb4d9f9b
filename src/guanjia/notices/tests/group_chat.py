"""The other side of the webhook: a real HTTP server on this machine that keeps what it hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class GroupChat:
    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200
        self.url = ""


@contextmanager
def group_chat() -> Iterator[GroupChat]:
    chat = GroupChat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if chat.status == 200:
                chat.heard.append(json.loads(body))
            self.send_response(chat.status)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    chat.url = f"json://127.0.0.1:{server.server_port}/"
    try:
        yield chat
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
