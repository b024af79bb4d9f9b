"""Processes of their own that start warm: each is forked from one that has loaded the libraries, which is most of what
the start of a command costs. Environment, settings and arguments are the child's own: nothing that reads them is loaded
before the fork.

    run("guanjia.cli.main", ["stats"], environment)      as subprocess.run([python, "-m", "guanjia.cli.main", "stats"])
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: None of them looks at Django's settings when it is imported.
_LIBRARIES = [
    "numpy",
    "shapely",
    "pydantic",
    "psycopg",
    "click",
    "rich.console",
    "rich.progress",
    "rich.table",
    "cryptography.hazmat.primitives.ciphers.aead",
    "django.core.management",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.template.backends.django",
    "django.test",
    "django.urls",
    "django.views.generic",
    "guanjia.playbook.loader",
]


def run(module: str, words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`python -m module words`, in the folder of the project."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {
            "module": module,
            "words": list(words),
            "environment": dict(environment),
            "files": [str(out), str(err)],
        }
        server = _server()
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        if not answer:
            raise RuntimeError("the process that all others are forked from is gone")
        return subprocess.CompletedProcess([module, *words], int(answer), out.read_text(), err.read_text())


@cache
def _server() -> subprocess.Popen[str]:
    """One for each process that runs tests."""
    command = [sys.executable, "-m", "tests.warm"]
    made = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(made.kill)
    return made


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    for name in _LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        if (child := os.fork()) == 0:
            _become(**asked)
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _become(module: str, words: list[str], environment: dict[str, str], files: list[str]) -> None:
    """Does not return."""
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(files, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    _serve()
