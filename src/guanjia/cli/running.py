"""The processes of a running district: pages and worker side by side, stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from types import FrameType

import click

from guanjia.cli import speech
from guanjia.kernel.text import gettext_noop as _

#: Seconds that a process has to end by itself.
PATIENCE = 15
ALL_ADDRESSES = ("0.0.0.0", "::")


def check_port(host: str, port: int) -> None:
    """Raises ClickException where somebody else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = _("Port %(port)s cannot be used (%(why)s). Choose another with --port.")
            raise click.ClickException(speech.say(sentence, port=port, why=error.strerror)) from error


def serve(host: str, port: int, *, workers: int = 2, open_browser: str = "") -> int:
    """Run `guanjia web` and `guanjia worker` until a signal comes or one of them ends; the exit code."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    processes = [
        _start("web", "--host", host, "--port", str(port), "--workers", str(workers)),
        _start("worker"),
    ]
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(open_browser, stopping), daemon=True).start()
    while not stopping.wait(0.3) and all(process.poll() is None for process in processes):
        pass
    failed = not stopping.is_set()
    _end(processes)
    return 1 if failed else 0


def _start(*words: str) -> subprocess.Popen[bytes]:
    """A session of its own: Ctrl-C reaches this process alone, which then ends the others in order."""
    command = [sys.executable, "-m", "guanjia.cli.main", *words]
    return subprocess.Popen(command, env=os.environ.copy(), start_new_session=True)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _open_when_ready(address: str, stopping: threading.Event) -> None:
    for _try in range(120):
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=2):
                webbrowser.open(address)
                return
        except (urllib.error.URLError, OSError):
            if stopping.wait(0.5):
                return
