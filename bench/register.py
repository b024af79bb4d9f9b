"""`python -m bench.register`: the worker's registering of what was received, and nothing else, until it is stopped."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from importlib import import_module

import django


def main() -> None:
    django.setup()
    os.nice(import_module("guanjia.cli.worker").NICENESS)
    receiving = import_module("guanjia.cases.actions.receiving")
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    while not stopped:
        if receiving.bring_in(datetime.now(UTC)) < receiving.BATCH:
            time.sleep(0.2)


if __name__ == "__main__":
    main()
