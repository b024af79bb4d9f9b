"""What the whole test suite needs besides Python: a PostgreSQL and a Chromium that can draw Chinese.

What the machine has is taken. On Debian, as root, what is missing is installed from Debian's own packages.
Standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HOST, PORT = "127.0.0.1", 5432
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Unavailable(Exception):
    """A service is missing and cannot be provided here; the text says what to install."""


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(*packages: str) -> None:
    line = "apt-get install -y " + " ".join(packages)
    if not shutil.which("apt-get") or not is_root():
        raise Unavailable(f"Missing on this machine: {', '.join(packages)}. On Debian, as root: {line}")
    print(f"→ {line}", file=sys.stderr, flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
    for words in (["update", *quiet], ["install", "-y", "--no-install-recommends", *quiet, *packages]):
        if subprocess.call(["apt-get", *words], env=env, stdout=sys.stderr):
            raise Unavailable(f"`{line}` failed; its own message stands above.")


def browser() -> str | None:
    """The path of a Chromium: GUANJIA_CHROMIUM, or what the machine has."""
    named = os.environ.get("GUANJIA_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def draws_chinese() -> bool:
    if not shutil.which("fc-list"):
        return sys.platform != "linux"
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def ensure_browser() -> None:
    missing = []
    if browser() is None:
        missing.append("chromium")
    if not draws_chinese():
        missing += ["fonts-noto-cjk", "fontconfig"]
    if missing:
        apt_install(*missing)


def trusts_local_users() -> bool:
    """Whether a server answers and lets postgres in without a password: the first message of its protocol says so."""
    wanted = struct.pack("!I", 3 << 16) + b"user\0postgres\0database\0postgres\0\0"
    with contextlib.suppress(OSError), socket.create_connection((HOST, PORT), timeout=3) as connection:
        connection.sendall(struct.pack("!I", len(wanted) + 4) + wanted)
        return connection.recv(9) == b"R" + struct.pack("!II", 8, 0)
    return False


def free_port() -> int:
    with socket.socket() as server:
        server.bind((HOST, 0))
        port: int = server.getsockname()[1]
        return port


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextlib.contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """The settings of a PostgreSQL to test on: the one named in the environment, the one on 127.0.0.1:5432 if it lets
    local users in, or else one of our own for the time of the tests."""
    if "GUANJIA_DB_HOST" in os.environ or trusts_local_users():
        yield {}
        return
    if server_programs() is None:
        apt_install("postgresql")
    programs = server_programs()
    if programs is None:
        raise Unavailable("PostgreSQL's initdb is neither on the PATH nor in /usr/lib/postgresql.")
    as_server = ["runuser", "-u", "postgres", "--"] if is_root() else []  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="guanjia-postgres-") as folder:
        if is_root():
            shutil.chown(folder, "postgres", "postgres")

        def control(*words: str) -> None:
            line = [*as_server, *words]
            done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Unavailable(f"A PostgreSQL for the tests did not start: {done.stdout}{done.stderr}")

        data, port = f"{folder}/data", free_port()
        options = f"-p {port} -k {folder} -c listen_addresses={HOST} -c fsync=off -c full_page_writes=off"
        control(f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        control(f"{programs}/pg_ctl", "-D", data, "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            yield {"GUANJIA_DB_HOST": HOST, "GUANJIA_DB_PORT": str(port), "GUANJIA_DB_USER": "postgres"}
        finally:
            control(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
