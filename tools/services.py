"""What the whole test suite needs besides Python: a PostgreSQL and a Chromium that can draw Chinese.

What the machine has is taken. On Debian, as root, what is missing is installed from Debian's own packages.
Standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
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


def listens() -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, PORT), timeout=3):
        return True
    return False


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def install_server() -> None:
    """Without the cluster that Debian would start: it would hold the port and ask for a password."""
    apt_install("postgresql-common")
    settings = Path("/etc/postgresql-common/createcluster.conf")
    settings.write_text(settings.read_text() + "\ncreate_main_cluster = false\n")
    apt_install("postgresql")


@contextlib.contextmanager
def postgres() -> Iterator[None]:
    """A PostgreSQL on 127.0.0.1:5432: the one that runs there, or one for the time of the tests."""
    if listens():
        yield
        return
    if server_programs() is None:
        install_server()
    programs = server_programs()
    if programs is None:
        raise Unavailable("PostgreSQL is installed, but its initdb is neither on the PATH nor in /usr/lib/postgresql.")
    as_server = ["runuser", "-u", "postgres", "--"] if is_root() else []  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="guanjia-postgres-") as folder:
        if is_root():
            shutil.chown(folder, "postgres", "postgres")

        def control(*words: str) -> None:
            done = subprocess.run([*as_server, *words], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Unavailable(f"A PostgreSQL for the tests did not start: {done.stdout}{done.stderr}")

        data, log = f"{folder}/data", f"{folder}/log"
        options = f"-p {PORT} -k {folder} -c listen_addresses={HOST} -c fsync=off -c full_page_writes=off"
        control(f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        control(f"{programs}/pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield
        finally:
            control(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
