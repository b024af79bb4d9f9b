"""What is written into the log, and what is not."""

from __future__ import annotations

import logging
import re

#: The link of whoever asked: what follows opens their request, for whoever has it.
SECRET = re.compile(r"(?<=/t/)[^/\s\"'?#]+")


def masked(text: str) -> str:
    return SECRET.sub("…", text)


class Line(logging.Formatter):
    """One record without such secrets: whichever logger quotes an address, in its message or in a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
